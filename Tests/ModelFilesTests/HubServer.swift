import AkinTestSupport
import Foundation
import JSON
import Testing

/// scripts/hub-server.py as a child process; it ends with this value.
final class HubServer {
  let endpoint: String
  private let process: Process
  private let input: Pipe
  private let log: String

  /// A request as the server saw it.
  struct Request {
    let server: String
    let path: String
    let range: String?
    let ifRange: String?
    let authorization: String?
  }

  init(root: String, log: String, _ options: [String] = []) throws {
    process = Process()
    input = Pipe()
    self.log = log
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", Fixtures.repository + "/scripts/hub-server.py", root, "--log", log] + options
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      let piece = output.fileHandleForReading.availableData
      try #require(!piece.isEmpty, "the server ended before it listened")
      line += piece
    }
    let port = try JSONField(JSONValue.parse(line), path: "")["hub"].int()
    endpoint = "http://127.0.0.1:\(port)"
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func requests() throws -> [Request] {
    guard let text = try? String(contentsOfFile: log, encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").map { line in
      let root = JSONField(try JSONValue.parse(Array(line.utf8)), path: "")
      return Request(
        server: try root["server"].string(), path: try root["path"].string(),
        range: try root["range"].ifPresent?.string(), ifRange: try root["ifRange"].ifPresent?.string(),
        authorization: try root["authorization"].ifPresent?.string())
    }
  }
}

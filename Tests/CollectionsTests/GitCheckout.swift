import Foundation
import Testing

/// A folder of a test that git, the program, works in.
struct GitCheckout {
  let path: String

  /// What git lists: tracked, or new and not ignored, as far as it is there; hidden ones only where they are tracked.
  func listed() throws -> [String] {
    let tracked = try paths("ls-files", "-z")
    let others = try paths("ls-files", "-o", "--exclude-standard", "-z").filter { path in
      !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    return Set(tracked + others).filter { FileManager.default.fileExists(atPath: path + "/" + $0) }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  private func paths(_ arguments: String...) throws -> [String] {
    try run(arguments).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }

  /// - Returns: what git writes to standard output.
  @discardableResult
  func git(_ arguments: String..., mayFail: Bool = false) throws -> [UInt8] {
    try run(arguments, mayFail: mayFail)
  }

  /// What git takes a text for that names a time, at another time than this: seconds since 1970.
  func time(_ text: String, now: Int) throws -> Int {
    let answer = try run(["rev-parse", "--since=\(text)"], variables: ["GIT_TEST_DATE_NOW=\(now)"])
    return try #require(Int(String(decoding: answer, as: UTF8.self).split { "=\n".contains($0) }[1]))
  }

  private func run(_ arguments: [String], mayFail: Bool = false, variables: [String] = []) throws -> [UInt8] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      variables + ["git", "-C", path, "-c", "user.name=t", "-c", "user.email=t@t"] + arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0 || mayFail, "git \(arguments)")
    return Array(bytes)
  }
}

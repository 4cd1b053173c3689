import AkinCollections
import Foundation
import Testing

/// The program of Tests/CollectionWriter at work.
struct WriterProcess {
  let process = Process()
  private let output = Pipe()
  private var printed: [UInt8] = []

  /// The program, which stands beside the tests' bundle.
  static var program: String {
    get throws {
      var folder = Bundle.main.bundleURL
      for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
        folder = URL(fileURLWithPath: argument).deletingLastPathComponent()
      }
      let places = [folder, folder.deletingLastPathComponent()].map {
        $0.appendingPathComponent("collection-writer").path
      }
      return try #require(places.first(where: FileManager.default.isExecutableFile), "looked at \(places)")
    }
  }

  /// Starts writing.
  /// - Parameter shell: a command that ends in running its arguments, such as `ulimit -f 100; exec "$@"`.
  init(_ store: SQLiteCatalog, prefix: String = "d", first: Int, count: Int, shell: String = "exec \"$@\"") throws {
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [
      "-c", shell, "sh", try Self.program, store.folder, "written", prefix, "\(first)", "\(count)",
    ]
    process.standardOutput = output
    try process.run()
  }

  /// Waits until something was stored, or the end.
  mutating func waitForOutput() {
    printed += piece()
  }

  /// What was printed since, as soon as there is something; empty at the end. Foundation's reading ends the process where a
  /// signal interrupts it.
  private func piece() -> [UInt8] {
    let descriptor = output.fileHandleForReading.fileDescriptor
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return Array(bytes[..<count]) }
      guard errno == EINTR else { return [] }
    }
  }

  /// Waits for the end.
  /// - Returns: the numbers that were stored, and what else was printed.
  func finish() -> (stored: [Int], other: [String]) {
    var read = printed
    while case let more = piece(), !more.isEmpty { read += more }
    let text = String(decoding: read, as: UTF8.self)
    process.waitUntilExit()
    var stored: [Int] = []
    var other: [String] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("stored "), let number = Int(line.dropFirst(7)) {
        stored.append(number)
      } else {
        other.append(String(line))
      }
    }
    return (stored, other)
  }

  /// Ends it as a power failure would.
  func kill() {
    let identifier = process.processIdentifier
    precondition(identifier > 1, "the process has no identifier")
    _ = Foundation.kill(identifier, SIGKILL)
  }
}

import Foundation

/// Another process that holds SQLite's lock for writing.
public struct HeldLock {
  /// The other process could not take the lock.
  public struct NotHeld: Error {
    let path: String
  }

  private let process = Process()
  private let input = Pipe()

  /// Returns when it is held.
  public init(_ path: String) throws {
    let script = """
      import sqlite3, sys
      connection = sqlite3.connect(sys.argv[1], isolation_level=None)
      connection.execute("BEGIN IMMEDIATE")
      print("held", flush=True)
      sys.stdin.read()
      """
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    // A signal may come between, which FileHandle takes for the end of everything.
    let descriptor = output.fileHandleForReading.fileDescriptor
    var said = [UInt8](repeating: 0, count: 64)
    var count = -1
    repeat { count = read(descriptor, &said, said.count) } while count < 0 && errno == EINTR
    guard String(decoding: said.prefix(max(count, 0)), as: UTF8.self).hasPrefix("held") else {
      throw NotHeld(path: path)
    }
  }

  /// Returns when the process has ended.
  public func release() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

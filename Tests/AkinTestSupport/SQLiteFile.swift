import Foundation

/// A SQLite file as another program changes it.
public enum SQLiteFile {
  /// The other program has failed.
  public struct NotChanged: Error {
    let sql: String
  }

  /// Runs statements; constraints between tables are not looked at.
  public static func execute(_ sql: String, on path: String) throws {
    let script = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.executescript(sys.argv[2]); c.commit()"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, path, sql]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw NotChanged(sql: sql) }
  }
}

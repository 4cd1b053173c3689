import GRDB

extension SQLiteCollection {
  /// The files that need not be read again while they stay as they were, by their paths from the folder.
  public func unreadFiles() async throws(CollectionError) -> [String: UnreadFile] {
    try await reading { database in
      var files: [String: UnreadFile] = [:]
      let rows = try Row.fetchCursor(
        database, sql: "SELECT CAST(path AS BLOB), size, modified, CAST(reason AS BLOB) FROM unread WHERE policy = ?",
        arguments: [FilePolicy.version])
      while let row = try rows.next() {
        guard let reason = SkipReason(stored: try row.text(3)) else { continue }
        files[try row.text(0)] = UnreadFile(size: try row.integer(1), stamp: try row.integer(2), reason: reason)
      }
      return files
    }
  }
}

extension CollectionWriter {
  /// Remembers a file that was left out for what is in it; nil forgets it.
  func setUnread(_ file: UnreadFile?, at path: String) throws {
    guard let file, let reason = file.reason.stored else {
      try database.cachedStatement(sql: "DELETE FROM unread WHERE path = CAST(? AS TEXT)")
        .execute(arguments: [Blob.text(path)])
      return
    }
    try database.cachedStatement(
      sql: "INSERT OR REPLACE INTO unread (path, size, modified, reason, policy) VALUES (CAST(? AS TEXT), ?, ?, ?, ?)"
    ).execute(arguments: [Blob.text(path), file.size, file.stamp, reason, FilePolicy.version])
  }
}

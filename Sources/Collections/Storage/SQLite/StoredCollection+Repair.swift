import GRDB

extension StoredCollection {
  /// Looks whether the file is sound: SQLite's own check, the full-text index, and that chunks, vectors and counts agree.
  /// - Returns: what is wrong, a sentence each; empty where nothing is.
  /// - Throws: `storageFailed`, `busy`.
  public func check() async throws(CollectionError) -> [String] {
    do {
      return try await problems()
    } catch {
      guard error.kind == .damaged else { throw error }
      return [error.description]
    }
  }

  private func problems() async throws(CollectionError) -> [String] {
    try await changing { pool in
      try pool.barrierWriteWithoutTransaction { database in
        var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        problems += try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map {
          "table \(try $0.text(0)): row \(try $0.optionalInteger(1) ?? 0) refers to nothing"
        }
        for (sentence, sql) in Self.contradictions {
          let count = try Int.fetchOne(database, sql: sql) ?? 0
          if count > 0 { problems.append("\(count) \(sentence)") }
        }
        return problems
      }
    }
  }

  private static let contradictions = [
    (
      "vectors count their uses wrongly",
      "SELECT count(*) FROM vectors WHERE uses <> (SELECT count(*) FROM chunks WHERE vector = vectors.id)"
    ),
    (
      "vectors lack their float32 components",
      "SELECT count(*) FROM vectors WHERE id NOT IN (SELECT vector FROM components)"
    ),
    (
      "chunks are missing in the full-text index",
      "SELECT count(*) FROM chunks WHERE id NOT IN (SELECT id FROM words_docsize)"
    ),
    (
      "entries of the full-text index have no chunk",
      "SELECT count(*) FROM words_docsize WHERE id NOT IN (SELECT id FROM chunks)"
    ),
  ]

  /// Gives back the space of what was removed, vectors without uses included, and orders the file anew.
  public func vacuum() async throws(CollectionError) {
    try await changing { pool in
      try pool.write { database in
        try database.execute(sql: "DELETE FROM vectors WHERE uses = 0")
        try database.execute(sql: "INSERT INTO words (words) VALUES ('optimize')")
      }
      try pool.vacuum()
      try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }
  }
}

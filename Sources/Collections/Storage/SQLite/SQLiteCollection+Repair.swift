import GRDB

extension SQLiteCollection {
  /// Looks whether the file is sound: SQLite's own check, the full-text index, that chunks, vectors and counts agree, that
  /// each text is the one that its vector was made of, and all that a search reads.
  /// - Returns: what is wrong, a sentence each, some of each kind; empty where nothing is.
  /// - Throws: `storageFailed`; `busy` where another process writes for too long.
  public func check() async throws(CollectionError) -> [String] {
    do {
      return try await changing { pool in
        // Where nothing may be written, the full-text index is not compared with the texts.
        if pool.configuration.readonly { return try pool.read { try self.problems($0) } }
        // One state of the file, whoever writes to it meanwhile, on a connection that may make temporary tables.
        let problems = try self.checking { database in
          let problems = try self.problems(database)
          guard problems.isEmpty, try !IndexedWords.areThoseOfTheTexts(database) else { return problems }
          return ["the full-text index has other words than the texts"]
        }
        guard problems.isEmpty else { return problems }
        try self.writing(pool) { try $0.execute(sql: "INSERT INTO words (words) VALUES ('integrity-check')") }
        return []
      }
    } catch {
      guard error.kind == .damaged else { throw error }
      return [error.description]
    }
  }

  private func problems(_ database: Database) throws -> [String] {
    var problems = try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
    problems += try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").map {
      "table \($0[0] as String? ?? ""): row \(try $0.optionalInteger(1) ?? 0) refers to nothing"
    }
    for (sentence, sql) in Self.contradictions {
      let count = try Int.fetchOne(database, sql: sql) ?? 0
      if count > 0 { problems.append("\(count) \(sentence)") }
    }
    guard problems.isEmpty else { return problems }
    var table = VectorTable()
    try table.refresh(database, dimensions: space.dimensions)
    var places = VectorTable(.places)
    try places.refresh(database, dimensions: space.dimensions)
    let misplaced = try misplacedChunks(database)
    if misplaced > 0 { problems.append("\(misplaced) chunks have another place than they stand at") }
    for id in try Int64.fetchAll(database, sql: "SELECT id FROM documents ORDER BY id") {
      do {
        _ = try documentWithVectors(id, database)
      } catch {
        problems.append(CollectionError(error, path: path).description)
        if problems.count == 10 { break }
      }
    }
    return problems
  }

  /// Runs `body` on one state of the file, and forgets the temporary tables that it made.
  private func checking<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let queue = try connection()
    defer { try? queue.close() }
    return try queue.inDatabase { database in
      try database.execute(sql: "BEGIN")
      defer { try? database.execute(sql: "ROLLBACK") }
      return try body(database)
    }
  }

  /// Chunks whose place has a vector of another text.
  private func misplacedChunks(_ database: Database) throws -> Int {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT hash, CAST(path AS BLOB), CAST(heading AS BLOB), CAST(symbol AS BLOB) FROM chunks
        JOIN documents ON documents.id = document JOIN places ON places.id = place
        """)
    var count = 0
    while let row = try rows.next() {
      let place = ChunkPlace.text(
        path: try row.optionalText(1), heading: try row.optionalText(2), symbol: try row.optionalText(3))
      if try Blob.bytes(row, 0) != place.map({ TextHash($0).bytes }) { count += 1 }
    }
    return count
  }

  private static let contradictions = [
    (
      "vectors count their uses wrongly",
      "SELECT count(*) FROM vectors WHERE uses <> (SELECT count(*) FROM chunks WHERE vector = vectors.id)"
    ),
    (
      "places count their uses wrongly",
      "SELECT count(*) FROM places WHERE uses <> (SELECT count(*) FROM chunks WHERE place = places.id)"
    ),
    (
      "vectors lack their float32 components",
      "SELECT count(*) FROM vectors WHERE priority IS NULL AND id NOT IN (SELECT vector FROM components)"
    ),
    (
      "texts wait for a vector that they have, or stand nowhere",
      """
      SELECT count(*) FROM vectors WHERE priority NOT NULL
      AND (uses = 0 OR length(codes) > 0 OR id IN (SELECT vector FROM components))
      """
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
      try writing(pool) { database in
        try database.execute(sql: "DELETE FROM vectors WHERE uses = 0")
        try database.execute(sql: "DELETE FROM places WHERE uses = 0")
        try database.execute(sql: "INSERT INTO words (words) VALUES ('optimize')")
      }
      try pool.vacuum()
      try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    }
  }
}

import GRDB

extension SQLiteCollection {
  /// Chunks whose texts wait for their vectors.
  public func pendingCount() async throws(CollectionError) -> Int {
    try await reading { try Self.pendingCount($0) }
  }

  static func pendingCount(_ database: Database) throws -> Int {
    try Int.fetchOne(
      database.cachedStatement(sql: "SELECT coalesce(sum(uses), 0) FROM vectors WHERE priority NOT NULL")) ?? 0
  }

  /// What chunks lack to be found by meaning, the chunks of so many texts that wait for their vectors, the likeliest to be
  /// looked for first.
  public func pending(_ texts: Int) async throws(CollectionError) -> [PendingChunk] {
    try await reading { database in
      let rows = try Row.fetchCursor(
        database.cachedStatement(
          sql: """
            SELECT \(Self.pendingColumns)
            FROM (
              SELECT id, uses, priority FROM vectors WHERE priority NOT NULL ORDER BY priority, uses, id LIMIT ?) AS vectors
            JOIN chunks ON chunks.vector = vectors.id JOIN documents ON documents.id = document
            ORDER BY priority, uses, vectors.id, chunks.id
            """),
        arguments: [texts])
      return try Self.pendingChunks(rows)
    }
  }

  /// What some chunks lack, of those that lack something.
  public func pending(among chunks: Set<Int64>) async throws(CollectionError) -> [PendingChunk] {
    guard !chunks.isEmpty else { return [] }
    return try await reading { database in
      let rows = try Row.fetchCursor(
        database.cachedStatement(
          sql: """
            SELECT \(Self.pendingColumns) FROM json_each(?) AS list JOIN chunks ON chunks.id = list.value
            JOIN vectors ON vectors.id = chunks.vector JOIN documents ON documents.id = document
            WHERE priority NOT NULL OR place IS NULL
            """),
        arguments: [Self.list(chunks)])
      return try Self.pendingChunks(rows).filter { $0.text != nil || $0.place != nil }
    }
  }

  /// The chunks of a document that stand on some lines, in the order of the text.
  public func chunks(at place: PlaceInCollection) async throws(CollectionError) -> [Int64] {
    try await reading { try chunks(at: place, $0).map(\.chunk) }
  }

  private static let pendingColumns = """
    chunks.id, iif(priority NOT NULL, CAST(lead || text AS BLOB), NULL), place, CAST(documents.path AS BLOB),
    CAST(heading AS BLOB), CAST(symbol AS BLOB)
    """

  private static func pendingChunks(_ rows: RowCursor) throws -> [PendingChunk] {
    var chunks: [PendingChunk] = []
    while let row = try rows.next() {
      let hasPlace = try row.optionalInteger(2) != nil
      chunks.append(
        PendingChunk(
          chunk: try row.integer64(0), text: try row.optionalText(1),
          place: hasPlace
            ? nil
            : ChunkPlace.text(
              path: try row.optionalText(3), heading: try row.optionalText(4), symbol: try row.optionalText(5))))
    }
    return chunks
  }
}

extension CollectionWriter {
  /// A row for a text that waits for its vector.
  func insertPending(_ hash: TextHash, priority: Int) throws -> Int64 {
    try database.cachedStatement(
      sql: "INSERT INTO vectors (hash, uses, changed, scale, codes, priority) VALUES (?, 1, ?, 0, x'', ?)"
    ).execute(arguments: [Blob.bytes(hash.bytes), generation, priority])
    return database.lastInsertedRowID
  }

  /// Gives vectors to the texts among them that wait for theirs.
  ///
  /// Each gets a new row: vectors are read in the order of their ids, by processes that have those before.
  mutating func fill(_ vectors: [TextHash: [Float]]) throws {
    guard !vectors.isEmpty, try isPending() else { return }
    var waiting: [(id: Int64, uses: Int, hash: TextHash)] = []
    for hash in vectors.keys {
      let row = try Row.fetchOne(
        database.cachedStatement(sql: "SELECT id, uses FROM vectors WHERE hash = ? AND priority NOT NULL"),
        arguments: [Blob.bytes(hash.bytes)])
      if let row { waiting.append((try row.integer64(0), try row.integer(1), hash)) }
    }
    // A text's chunks lead to its old row until they lead to the new one.
    try database.execute(sql: "PRAGMA defer_foreign_keys = ON")
    for text in waiting.sorted(by: { $0.id < $1.id }) {
      let vector = try checked(vectors[text.hash])
      try database.cachedStatement(sql: "DELETE FROM vectors WHERE id = ?").execute(arguments: [text.id])
      let id = try insert(vector, of: text.hash, uses: text.uses)
      try database.cachedStatement(sql: "UPDATE chunks SET vector = ? WHERE vector = ?")
        .execute(arguments: [id, text.id])
    }
  }

  private func isPending() throws -> Bool {
    try Row.fetchOne(database.cachedStatement(sql: "SELECT 1 FROM vectors WHERE priority NOT NULL LIMIT 1")) != nil
  }
}

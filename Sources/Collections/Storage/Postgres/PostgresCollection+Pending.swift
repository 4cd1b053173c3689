import Documents
import Postgres

extension PostgresCollection {
  /// Chunks whose texts wait for their vectors.
  public func pendingCount() async throws(CollectionError) -> Int {
    try await catalog.asking { connection in
      try connection.query(
        "SELECT coalesce(sum(uses), 0)::bigint FROM vectors WHERE collection = $1 AND priority IS NOT NULL",
        [.integer(self.number)]
      ).integer(0, 0)
    }
  }

  private static let pendingColumns = """
    found.id, CASE WHEN priority IS NOT NULL THEN lead END, CASE WHEN priority IS NOT NULL THEN text END,
    place IS NOT NULL, path, heading, symbol
    """

  /// What chunks lack to be found by meaning, the chunks of so many texts that wait for their vectors, the likeliest to be
  /// looked for first.
  public func pending(_ texts: Int) async throws(CollectionError) -> [PendingChunk] {
    try await catalog.asking { connection in
      try Self.pendingChunks(
        connection.query(
          """
          SELECT \(Self.pendingColumns) FROM (
            SELECT id, uses, priority FROM vectors WHERE collection = $1 AND priority IS NOT NULL
            ORDER BY priority, uses, id LIMIT $2) AS waiting
          JOIN chunks AS found ON found.collection = $1 AND found.vector = waiting.id
          JOIN documents ON documents.collection = $1 AND documents.id = document
          ORDER BY priority, uses, waiting.id, found.id
          """,
          [.integer(self.number), .integer(texts)]))
    }
  }

  /// What some chunks lack, of those that lack something.
  public func pending(among chunks: Set<Int64>) async throws(CollectionError) -> [PendingChunk] {
    guard !chunks.isEmpty else { return [] }
    return try await catalog.asking { connection in
      try Self.pendingChunks(
        connection.query(
          """
          SELECT \(Self.pendingColumns) FROM chunks AS found
          JOIN vectors ON vectors.collection = $1 AND vectors.id = found.vector
          JOIN documents ON documents.collection = $1 AND documents.id = document
          WHERE found.collection = $1 AND found.id = ANY($2) AND (priority IS NOT NULL OR place IS NULL)
          """,
          [.integer(self.number), .integers(chunks.map(\.self))]))
    }.filter { $0.text != nil || $0.place != nil }
  }

  private static func pendingChunks(_ rows: PostgresResult) throws -> [PendingChunk] {
    try (0..<rows.count).map { row in
      let place = ChunkPlace.text(path: rows.string(row, 4), heading: rows.string(row, 5), symbol: rows.string(row, 6))
      return PendingChunk(
        chunk: Int64(try rows.integer(row, 0)),
        text: rows.string(row, 2).map { (rows.string(row, 1) ?? "") + $0 },
        place: rows.bool(row, 3) == true ? nil : place)
    }
  }

  /// The chunks of a document that stand on some lines, in the order of the text.
  public func chunks(at place: PlaceInCollection) async throws(CollectionError) -> [Int64] {
    try await catalog.asking { connection in
      try PostgresScope(collection: self, connection: connection).chunks(at: place)
    }
  }
}

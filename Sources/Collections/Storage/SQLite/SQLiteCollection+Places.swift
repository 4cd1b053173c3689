import Encoder
import GRDB

extension SQLiteCollection {
  /// Which of those places are embedded in this collection.
  public func knownPlaces(_ hashes: Set<TextHash>) async throws(CollectionError) -> Set<TextHash> {
    try await reading { database in
      let statement = try database.makeStatement(sql: "SELECT 1 FROM places WHERE hash = ?")
      return try hashes.filter { try Row.fetchOne(statement, arguments: [Blob.bytes($0.bytes)]) != nil }
    }
  }

  /// The vectors of those places that are embedded in this collection.
  public func placeVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: QuantizedVector] {
    try await reading { database in
      let statement = try database.makeStatement(sql: "SELECT scale, codes FROM places WHERE hash = ?")
      var found: [TextHash: QuantizedVector] = [:]
      for hash in hashes {
        guard let row = try Row.fetchOne(statement, arguments: [Blob.bytes(hash.bytes)]), let scale = row[0] as Double?
        else { continue }
        let codes = try Blob.bytes(row, 1) ?? []
        found[hash] = QuantizedVector(codes: codes.map { Int8(bitPattern: $0) }, scale: Float(scale))
      }
      return found
    }
  }

  /// The places of chunks that have none yet, by their chunks: of an index that was made before places were.
  /// - Parameter count: chunks at most.
  public func chunksWithoutPlace(_ count: Int) async throws(CollectionError) -> [Int64: String] {
    try await reading { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT chunks.id, CAST(path AS BLOB), CAST(heading AS BLOB), CAST(symbol AS BLOB) FROM chunks JOIN documents ON documents.id = document
          WHERE place IS NULL AND coalesce(path, heading, symbol) NOT NULL LIMIT ?
          """,
        arguments: [count])
      var places: [Int64: String] = [:]
      while let row = try rows.next() {
        places[try row.integer64(0)] = ChunkPlace.text(
          path: try row.optionalText(1), heading: try row.optionalText(2), symbol: try row.optionalText(3))
      }
      return places
    }
  }

  /// The vectors of places as this state of the file has them.
  func refreshedPlaces(_ database: Database) throws -> VectorTable {
    try places.withLock { places in
      try places.refresh(database, dimensions: space.dimensions)
      return places
    }
  }
}

extension CollectionWriter {
  /// Gives chunks their places, as far as these have vectors.
  func setPlaces(_ places: [Int64: String], vectors: [TextHash: QuantizedVector]) throws {
    for (chunk, place) in places.sorted(by: { $0.key < $1.key }) {
      guard let id = try use(TextHash(place), ofPlaces: vectors) else { continue }
      try database.cachedStatement(sql: "UPDATE chunks SET place = ? WHERE id = ?").execute(arguments: [id, chunk])
    }
  }

  /// The row of a place's vector, counted as used once more; nil where it is neither known nor given.
  func use(_ hash: TextHash, ofPlaces places: [TextHash: QuantizedVector]) throws -> Int64? {
    let known = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM places WHERE hash = ?"), arguments: [Blob.bytes(hash.bytes)])
    if let known {
      try database.cachedStatement(
        sql: "UPDATE places SET changed = iif(uses = 0, ?, changed), uses = uses + 1 WHERE id = ?"
      ).execute(arguments: [generation, known])
      return known
    }
    guard let quantized = places[hash], quantized.codes.count == space.dimensions, quantized.scale.isFinite else {
      return nil
    }
    try database.cachedStatement(
      sql: "INSERT INTO places (hash, uses, changed, scale, codes) VALUES (?, 1, ?, ?, ?)"
    ).execute(arguments: [
      Blob.bytes(hash.bytes), generation, Double(quantized.scale), Blob.codes(quantized.codes),
    ])
    return database.lastInsertedRowID
  }
}

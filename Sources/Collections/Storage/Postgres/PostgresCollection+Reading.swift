import Documents
import Encoder
import Postgres

extension PostgresCollection {
  /// What is known of each file, by its document's key.
  public func files() async throws(CollectionError) -> [DocumentKey: FileState] {
    try await catalog.asking { connection in
      var files: [DocumentKey: FileState] = [:]
      try connection.rows(
        "SELECT is_uri, key, size, stamp, content_hash FROM documents WHERE collection = $1 AND content_hash IS NOT NULL",
        [.integer(self.number)]
      ) { row in
        guard let state = try row.fileState(0, 2) else { return }
        files[row.key(0, 0)] = state
      }
      return files
    }
  }

  /// The files that need not be read again while they stay as they were, by their paths from the folder.
  public func unreadFiles() async throws(CollectionError) -> [String: UnreadFile] {
    try await catalog.asking { connection in
      var files: [String: UnreadFile] = [:]
      try connection.rows(
        "SELECT path, size, stamp, reason FROM unread WHERE collection = $1 AND policy = $2",
        [.integer(self.number), .integer(FilePolicy.version)]
      ) { row in
        guard let reason = row.string(0, 3).flatMap(SkipReason.init(stored:)), let path = row.string(0, 0) else {
          return
        }
        files[path] = UnreadFile(size: try row.integer(0, 1), stamp: try row.integer(0, 2), reason: reason)
      }
      return files
    }
  }

  // MARK: Documents

  private static let documentColumns =
    "id, is_uri, key, path, size, stamp, content_hash, language, metadata::text, chunks"

  /// Documents in the order in which they were put, with or without their chunks.
  public func documents(
    offset: Int, limit: Int, withChunks: Bool
  ) async throws(CollectionError) -> [(document: StoredDocument, chunks: Int)] {
    try await reading { connection in
      let rows = try connection.query(
        "SELECT \(Self.documentColumns) FROM documents WHERE collection = $1 ORDER BY id LIMIT $2 OFFSET $3",
        [.integer(self.number), .integer(limit), .integer(offset)])
      var documents: [(id: Int64, document: StoredDocument, chunks: Int)] = []
      for row in 0..<rows.count {
        documents.append((Int64(try rows.integer(row, 0)), try Self.document(rows, row), try rows.integer(row, 9)))
      }
      if withChunks {
        let chunks = try self.chunks(of: documents.map(\.id), connection)
        for index in documents.indices { documents[index].document.chunks = chunks[documents[index].id] ?? [] }
      }
      return documents.map { ($0.document, $0.chunks) }
    }
  }

  /// A document with its chunks; nil where there is none of this key.
  public func document(_ key: DocumentKey) async throws(CollectionError) -> StoredDocument? {
    try await reading { connection in
      let rows = try connection.query(
        "SELECT \(Self.documentColumns) FROM documents WHERE collection = $1 AND key_hash = $2",
        [.integer(self.number), .bytes(key.hash.bytes)])
      guard rows.count > 0 else { return nil }
      var document = try Self.document(rows, 0)
      let id = Int64(try rows.integer(0, 0))
      document.chunks = try self.chunks(of: [id], connection)[id] ?? []
      return document
    }
  }

  private static func document(_ rows: PostgresResult, _ row: Int) throws -> StoredDocument {
    StoredDocument(
      key: rows.key(row, 1), path: rows.string(row, 3), file: try rows.fileState(row, 4),
      language: rows.string(row, 7), metadata: try PostgresMetadata.read(rows.bytes(row, 8) ?? []), chunks: [])
  }

  // MARK: Chunks

  private static let chunkColumns = """
    byte_start, byte_end, character_start, character_end, start_line, start_utf8, start_utf16, start_scalars,
    end_line, end_utf8, end_utf16, end_scalars, heading, symbol, symbol_kind, lead, text, location
    """

  /// By their documents, in the order of the text.
  private func chunks(
    of documents: [Int64], _ connection: PostgresConnection
  ) throws -> [Int64: [DocumentChunk]] {
    let rows = try connection.query(
      """
      SELECT \(Self.chunkColumns), document FROM chunks
      WHERE collection = $1 AND document = ANY($2) ORDER BY document, ordinal
      """,
      [.integer(number), .integers(documents)])
    var chunks: [Int64: [DocumentChunk]] = [:]
    for row in 0..<rows.count {
      chunks[Int64(try rows.integer(row, 18)), default: []].append(try Self.chunk(rows, row))
    }
    return chunks
  }

  private static func chunk(_ rows: PostgresResult, _ row: Int) throws -> DocumentChunk {
    let numbers = try (0..<12).map { column throws(PostgresError) in try rows.integer(row, column) }
    guard let span = TextSpan(numbers: numbers) else {
      throw CollectionError(.damaged, detail: "a chunk at \(numbers)")
    }
    var chunk = DocumentChunk(
      span: span, text: rows.string(row, 16) ?? "", heading: rows.string(row, 12), symbol: rows.string(row, 13),
      symbolKind: try rows.optionalInteger(row, 14), lead: rows.string(row, 15) ?? "")
    chunk.places = rows.string(row, 17).flatMap(LinePlaces.init(stored:))
    return chunk
  }

  /// Chunks with their documents, as results, in the order given; nil for those that are not there any more.
  public func hits(
    _ chunks: [RankedChunk], near vector: [Float]?
  ) async throws(CollectionError) -> [CollectionHit?] {
    let unit = vector.map { vector in
      var unit = vector
      Vectors.normalize(&unit)
      return unit
    }
    // One statement sees one state.
    return try await catalog.asking { connection in
      let columns = Self.chunkColumns.split(separator: ",").map { "found." + $0.drop { " \n".contains($0) } }
      let rows = try connection.query(
        """
        SELECT \(columns.joined(separator: ", ")), found.id, is_uri, key, path, size, stamp, content_hash, language,
        metadata::text, \(unit == nil ? "NULL::bytea" : "value")
        FROM chunks AS found JOIN documents ON documents.collection = $1 AND documents.id = document
        \(unit == nil ? "" : "LEFT JOIN components ON components.collection = $1 AND components.vector = found.vector")
        WHERE found.collection = $1 AND found.id = ANY($2)
        """,
        [.integer(self.number), .integers(chunks.map(\.chunk))])
      var places: [Int64: Int] = [:]
      for row in 0..<rows.count { places[Int64(try rows.integer(row, 18))] = row }
      return try chunks.map { chunk in
        guard let row = places[chunk.chunk] else { return nil }
        var hit = try self.hit(rows, row, score: chunk.score)
        if let unit, !rows.isNull(row, 27) {
          hit.similarity = try self.product(unit, rows.floats(row, 27))
        }
        return hit
      }
    }
  }

  private func hit(_ rows: PostgresResult, _ row: Int, score: Float) throws -> CollectionHit {
    let chunk = try Self.chunk(rows, row)
    return CollectionHit(
      collection: name, key: rows.key(row, 19), path: rows.string(row, 21), language: rows.string(row, 25),
      file: try rows.fileState(row, 22), metadata: try PostgresMetadata.read(rows.bytes(row, 26) ?? []), score: score,
      span: chunk.span, text: chunk.text, heading: chunk.heading, symbol: chunk.symbol, symbolKind: chunk.symbolKind,
      places: chunk.places)
  }

  func product(_ unit: [Float], _ components: [Float]) throws -> Float {
    guard components.count == unit.count else {
      throw CollectionError(.damaged, path: path, detail: "a vector has \(components.count) components")
    }
    return Vectors.dot(unit, components)
  }

  // MARK: Vectors

  /// The vectors of those texts that were embedded before, in this collection or in another of the same space.
  public func knownVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: [Float]] {
    try await catalog.asking { connection in
      var found: [TextHash: [Float]] = [:]
      try connection.rows(
        """
        SELECT DISTINCT ON (hash) hash, value FROM vectors
        JOIN components ON components.collection = vectors.collection AND components.vector = vectors.id
        WHERE hash = ANY($1) AND vectors.collection IN (SELECT id FROM collections WHERE space = $2)
        """,
        [.byteStrings(hashes.map(\.bytes)), .bytes(self.space.identity.bytes)]
      ) { row in
        guard let hash = row.bytes(0, 0).flatMap(TextHash.init(stored:)) else { return }
        found[hash] = row.floats(0, 1)
      }
      return found
    }
  }

  /// Which of those places are embedded in this collection.
  public func knownPlaces(_ hashes: Set<TextHash>) async throws(CollectionError) -> Set<TextHash> {
    try await catalog.asking { connection in
      let rows = try connection.query(
        "SELECT hash FROM places WHERE collection = $1 AND hash = ANY($2)",
        [.integer(self.number), .byteStrings(hashes.map(\.bytes))])
      return Set((0..<rows.count).compactMap { rows.bytes($0, 0).flatMap(TextHash.init(stored:)) })
    }
  }

  /// The vectors of those places that are embedded in this collection.
  public func placeVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: QuantizedVector] {
    try await catalog.asking { connection in
      var found: [TextHash: QuantizedVector] = [:]
      try connection.rows(
        "SELECT hash, scale::text, codes::text FROM places WHERE collection = $1 AND hash = ANY($2)",
        [.integer(self.number), .byteStrings(hashes.map(\.bytes))]
      ) { row in
        guard let hash = row.bytes(0, 0).flatMap(TextHash.init(stored:)),
          let scale = row.string(0, 1).flatMap({ Float($0) }), let list = row.string(0, 2)
        else { return }
        // A halfvec as `[1,-127,0]`.
        let codes = list.dropFirst().dropLast().split(separator: ",").compactMap { Int8($0) }
        found[hash] = QuantizedVector(codes: codes, scale: scale)
      }
      return found
    }
  }

  /// The places of chunks that have none yet, by their chunks; of documents that have any place to tell of.
  public func chunksWithoutPlace(_ count: Int) async throws(CollectionError) -> [Int64: String] {
    try await catalog.asking { connection in
      var places: [Int64: String] = [:]
      try connection.rows(
        """
        SELECT found.id, path, heading, symbol FROM chunks AS found
        JOIN documents ON documents.collection = $1 AND documents.id = document
        WHERE found.collection = $1 AND place IS NULL AND coalesce(path, heading, symbol) IS NOT NULL LIMIT $2
        """,
        [.integer(self.number), .integer(count)]
      ) { row in
        places[Int64(try row.integer(0, 0))] = ChunkPlace.text(
          path: row.string(0, 1), heading: row.string(0, 2), symbol: row.string(0, 3))
      }
      return places
    }
  }

  /// The mean of the vectors of a place's chunks, for looking for more of its kind.
  public func vector(of place: PlaceInCollection) async throws(CollectionError) -> [Float]? {
    try await catalog.asking { connection in
      let rows = try connection.query(
        """
        SELECT value FROM chunks AS found JOIN components ON components.collection = $1 AND components.vector = found.vector
        JOIN documents ON documents.collection = $1 AND documents.id = document
        WHERE found.collection = $1 AND key_hash = $2 AND start_line <= $3 AND end_line >= $4 ORDER BY ordinal
        """,
        [
          .integer(self.number), .bytes(place.key.hash.bytes), .integer(place.lines?.upperBound ?? Int.max),
          .integer(place.lines?.lowerBound ?? 0),
        ])
      guard rows.count > 0 else { return nil }
      var sum = rows.floats(0, 0)
      for row in 1..<max(rows.count, 1) { sum = zip(sum, rows.floats(row, 0)).map(+) }
      Vectors.normalize(&sum)
      return sum
    }
  }
}

extension PostgresResult {
  /// A text as ``PostgresText`` stores it; nil for NULL.
  func string(_ row: Int, _ column: Int) -> String? { text(row, column).map(PostgresText.read) }

  /// `is_uri` and `key`.
  func key(_ row: Int, _ column: Int) -> DocumentKey {
    DocumentKey(isURI: bool(row, column) ?? false, text: string(row, column + 1) ?? "")
  }

  /// `size`, `stamp` and `content_hash`; nil for what is no file.
  func fileState(_ row: Int, _ column: Int) throws -> FileState? {
    guard let hash = bytes(row, column + 2).flatMap(TextHash.init(stored:)) else { return nil }
    return FileState(
      size: try integer(row, column), stamp: try optionalInteger(row, column + 1), contentHash: hash)
  }
}

extension DocumentKey {
  /// What a document is found by: keys may be longer than an index takes.
  var hash: TextHash { TextHash((isURI ? "uri " : "id ") + text) }
}

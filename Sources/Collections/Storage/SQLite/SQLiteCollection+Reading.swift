import Documents
import Encoder
import GRDB

extension SQLiteCollection {
  /// Counts of the collection as it is now.
  public func status() async throws(CollectionError) -> CollectionStatus {
    try await reading { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks), updated FROM collection
          """)
      let pending = try Self.pendingCount(database)
      return CollectionStatus(
        name: name, folder: folder, space: space, documents: try row?.integer(0) ?? 0,
        chunks: try row?.integer(1) ?? 0, pending: pending,
        bytes: Self.size(of: path) + Self.size(of: path + "-wal"),
        updated: try row?.integer(2) ?? 0)
    }
  }

  /// What is known of each file, by its document's key.
  public func files() async throws(CollectionError) -> [DocumentKey: FileState] {
    try await reading { database in
      var files: [DocumentKey: FileState] = [:]
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT is_uri, CAST(key AS BLOB), size, modified, content_hash FROM documents WHERE content_hash NOT NULL
          """)
      while let row = try rows.next() {
        guard let hash = try Blob.bytes(row, 4).flatMap(TextHash.init(stored:)) else { continue }
        files[try row.key(0)] = FileState(
          size: try row.integer(2), stamp: try row.optionalInteger(3), contentHash: hash)
      }
      return files
    }
  }

  /// Documents in the order in which they were put, with or without their chunks.
  public func documents(
    offset: Int, limit: Int, withChunks: Bool
  ) async throws(CollectionError) -> [(document: StoredDocument, chunks: Int)] {
    try await reading { database in
      let rows = try Row.fetchAll(
        database, sql: "\(Self.documentColumns) FROM documents ORDER BY id LIMIT ? OFFSET ?",
        arguments: [limit, offset])
      return try rows.map { row in
        var document = try Self.document(row, database)
        if withChunks { document.chunks = try Self.chunks(of: try row.integer64(0), database) }
        return (document, try row.integer(8))
      }
    }
  }

  /// A document with its chunks; nil where there is none of this key.
  public func document(_ key: DocumentKey) async throws(CollectionError) -> StoredDocument? {
    try await reading { database in
      let row = try Row.fetchOne(
        database, sql: "\(Self.documentColumns) FROM documents WHERE is_uri = ? AND key = CAST(? AS TEXT)",
        arguments: [key.isURI, Blob.text(key.text)])
      guard let row else { return nil }
      return try Self.documentWithChunks(row, database)
    }
  }

  /// The document of a row; nil where it is not there.
  func document(_ id: Int64, _ database: Database) throws -> StoredDocument? {
    try Row.fetchOne(
      database.cachedStatement(sql: "\(Self.documentColumns) FROM documents WHERE id = ?"), arguments: [id]
    ).map { try Self.documentWithChunks($0, database) }
  }

  /// The mean of the vectors of a place's chunks, for looking for more of its kind. Texts that wait for theirs have no part
  /// in it.
  /// - Returns: `[dimensions]` of length 1; nil where no chunk with a vector is there.
  public func vector(of place: PlaceInCollection) async throws(CollectionError) -> [Float]? {
    try await reading { database in
      let vectors = try chunks(at: place, database).compactMap { chunk in
        try Row.fetchOne(
          database, sql: "SELECT value FROM components JOIN chunks USING (vector) WHERE chunks.id = ?",
          arguments: [chunk.chunk]
        ).map { try Blob.floats($0, 0) }
      }
      guard var sum = vectors.first else { return nil }
      for vector in vectors.dropFirst() { sum = zip(sum, vector).map(+) }
      Vectors.normalize(&sum)
      return sum
    }
  }

  /// The chunks of a document that stand on some lines.
  func chunks(at place: PlaceInCollection, _ database: Database) throws -> [RankedChunk] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT chunks.id, document FROM chunks JOIN documents ON documents.id = document
        WHERE is_uri = ? AND key = CAST(? AS TEXT) AND start_line <= ? AND end_line >= ? ORDER BY ordinal
        """,
      arguments: [
        place.key.isURI, Blob.text(place.key.text), place.lines?.upperBound ?? Int.max, place.lines?.lowerBound ?? 0,
      ])
    return try rows.map { RankedChunk(chunk: try $0.integer64(0), document: try $0.integer64(1), score: 0) }
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
    return try await reading { database in
      try chunks.map { chunk in
        var found = try hit(chunk.chunk, score: chunk.score, database)
        if let unit { found?.similarity = try similarity(of: chunk.chunk, unit, database) }
        return found
      }
    }
  }

  private func similarity(of chunk: Int64, _ unit: [Float], _ database: Database) throws -> Float? {
    try Row.fetchOne(
      database.cachedStatement(sql: "SELECT value FROM components JOIN chunks USING (vector) WHERE chunks.id = ?"),
      arguments: [chunk]
    ).map { row in
      let components = try Blob.floats(row, 0)
      guard components.count == unit.count else {
        throw CollectionError(.damaged, path: path, detail: "a vector has \(components.count) components")
      }
      return Vectors.unitCosine(unit, components)
    }
  }

  private func hit(_ chunk: Int64, score: Float, _ database: Database) throws -> CollectionHit? {
    let row = try Row.fetchOne(
      database.cachedStatement(sql: "\(Self.chunkColumns), document FROM chunks WHERE id = ?"), arguments: [chunk])
    guard let row else { return nil }
    let documentRow = try Row.fetchOne(
      database.cachedStatement(sql: "\(Self.documentColumns) FROM documents WHERE id = ?"),
      arguments: [try row.integer64(18)])
    guard let documentRow else { return nil }
    let document = try Self.document(documentRow, database)
    let found = try Self.chunk(row)
    return CollectionHit(document, found, in: name, score: score)
  }

  // MARK: Rows

  private static let documentColumns = """
    SELECT id, is_uri, CAST(key AS BLOB), CAST(path AS BLOB), size, modified, content_hash, CAST(language AS BLOB),
    (SELECT count(*) FROM chunks WHERE document = documents.id)
    """

  private static func document(_ row: Row, _ database: Database) throws -> StoredDocument {
    let metadata = try Row.fetchAll(
      database.cachedStatement(
        sql: "SELECT CAST(key AS BLOB), \(MetadataValue.column) FROM metadata WHERE document = ?"),
      arguments: [try row.integer64(0)])
    var document = StoredDocument(
      key: try row.key(1), path: try row.optionalText(3), language: try row.optionalText(7), chunks: [])
    if let hash = try Blob.bytes(row, 6).flatMap(TextHash.init(stored:)) {
      document.file = FileState(
        size: try row.integer(4), stamp: try row.optionalInteger(5), contentHash: hash)
    }
    for row in metadata { document.metadata[try row.text(0)] = MetadataValue(row[1]) }
    return document
  }

  private static func documentWithChunks(_ row: Row, _ database: Database) throws -> StoredDocument {
    var document = try document(row, database)
    document.chunks = try chunks(of: try row.integer64(0), database)
    return document
  }

  private static let chunkColumns = """
    SELECT byte_start, byte_end, character_start, character_end,
    start_line, start_utf8, start_utf16, start_scalars, end_line, end_utf8, end_utf16, end_scalars,
    CAST(heading AS BLOB), CAST(symbol AS BLOB), symbol_kind, CAST(lead AS BLOB), CAST(text AS BLOB),
    CAST(location AS BLOB)
    """

  private static func chunk(_ row: Row) throws -> DocumentChunk {
    let numbers = try (0..<12).map { try row.integer($0) }
    guard let span = TextSpan(numbers: numbers) else {
      throw CollectionError(.damaged, detail: "a chunk at \(numbers)")
    }
    var chunk = DocumentChunk(
      span: span, text: try row.text(16), heading: try row.optionalText(12), symbol: try row.optionalText(13),
      symbolKind: try row.optionalInteger(14), lead: try row.text(15))
    chunk.places = try row.optionalText(17).flatMap(LinePlaces.init(stored:))
    return chunk
  }

  private static func chunks(of document: Int64, _ database: Database) throws -> [DocumentChunk] {
    try Row.fetchAll(
      database.cachedStatement(sql: "\(chunkColumns) FROM chunks WHERE document = ? ORDER BY ordinal"),
      arguments: [document]
    ).map(chunk)
  }
}

extension Row {
  /// `is_uri` and `key`.
  fileprivate func key(_ column: Int) throws -> DocumentKey {
    DocumentKey(isURI: try integer(column) != 0, text: try text(column + 1))
  }
}

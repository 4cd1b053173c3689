import Documents
import Encoder
import GRDB

extension SQLiteCollection {
  /// Makes changes as one transaction.
  /// - Throws: `invalid` where a vector is missing that may not come later, or has other dimensions or numbers that are not finite; `busy` where
  ///   another process writes for longer than the store waits, or has put another file in its place; `unknown` where the collection was
  ///   dropped meanwhile;
  ///   `storageFailed`, `damaged`.
  @discardableResult
  public func write(_ changes: CollectionChanges) async throws(CollectionError) -> CollectionChanges.Outcome {
    try await changing { pool in
      let (outcome, new) = try apply(changes, pool)
      if let last = new.last?.id { store.directory.add(new.map(\.hash), of: self, through: last) }
      return outcome
    }
  }

  /// Makes changes as one transaction. Blocks.
  /// - Returns: what was done, and the vectors that are new.
  func apply(
    _ changes: CollectionChanges, _ pool: DatabasePool
  ) throws -> (outcome: CollectionChanges.Outcome, new: [(id: Int64, hash: TextHash)]) {
    try writing(pool) { database in
      try database.execute(sql: "UPDATE collection SET generation = generation + 1, updated = unixepoch()")
      let generation = try Int.fetchOne(database, sql: "SELECT generation FROM collection") ?? 0
      var writer = CollectionWriter(database: database, generation: generation, space: space, path: path)
      let outcome = try writer.apply(changes)
      try writer.forgetOldVectors()
      return (outcome, writer.new)
    }
  }
}

/// A transaction.
struct CollectionWriter {
  /// Vectors without uses that are kept, where a fourth of those in use is less.
  static let mostUnused = 10_000
  /// Writes for which a place without uses is kept.
  static let placesKept = 1000

  let database: Database
  let generation: Int
  let space: VectorSpace
  let path: String
  /// Vectors that were added.
  private(set) var new: [(id: Int64, hash: TextHash)] = []
  /// Texts that had to wait for their vectors, and may stand nowhere any more.
  private var abandoned: [Int64] = []
  /// What the full-text index has yet to be told. Whatever returns rows of a change opens a savepoint, for which the index writes
  /// out what it holds: between two chunks' words it would make a segment of each chunk.
  private var words = WordChanges()

  init(database: Database, generation: Int, space: VectorSpace, path: String) {
    self.database = database
    self.generation = generation
    self.space = space
    self.path = path
  }

  mutating func apply(_ changes: CollectionChanges) throws -> CollectionChanges.Outcome {
    var outcome = CollectionChanges.Outcome()
    for key in changes.removed where try remove(key) { outcome.removed += 1 }
    for (key, state) in changes.files { try setFile(state, of: key) }
    for (path, file) in changes.unread { try setUnread(file, at: path) }
    for document in changes.documents where try put(document, changes) { outcome.replaced += 1 }
    try words.write(database)
    try fill(changes.vectors)
    try setPlaces(changes.places, vectors: changes.placeVectors)
    for id in abandoned {
      try database.cachedStatement(sql: "DELETE FROM vectors WHERE id = ? AND uses = 0 AND priority NOT NULL")
        .execute(arguments: [id])
    }
    return outcome
  }

  /// - Returns: whether a document was replaced.
  private mutating func put(_ document: StoredDocument, _ changes: CollectionChanges) throws -> Bool {
    let replaced = try remove(document.key)
    let id = try insert(document)
    let priority = changes.defersVectors ? document.embeddingPriority : nil
    for (ordinal, chunk) in document.chunks.enumerated() {
      let vector = try use(chunk.textHash, of: changes.vectors, priority: priority)
      let place = try chunk.placeHash(path: document.path).flatMap { try use($0, ofPlaces: changes.placeVectors) }
      try insert(chunk, ordinal: ordinal, document: (id, document.path), vector: vector, place: place)
    }
    return replaced
  }

  /// - Returns: whether the document was there.
  private mutating func remove(_ key: DocumentKey) throws -> Bool {
    let id = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM documents WHERE is_uri = ? AND key = CAST(? AS TEXT)"),
      arguments: [key.isURI, Blob.text(key.text)])
    guard let id else { return false }
    try removeChunks(of: id)
    try database.cachedStatement(sql: "DELETE FROM documents WHERE id = ?").execute(arguments: [id])
    return true
  }

  private func setFile(_ file: FileState, of key: DocumentKey) throws {
    try database.cachedStatement(
      sql: """
        UPDATE documents SET size = ?, modified = ?, content_hash = ? WHERE is_uri = ? AND key = CAST(? AS TEXT)
        """
    ).execute(arguments: [
      file.size, file.stamp, Blob.bytes(file.contentHash.bytes), key.isURI, Blob.text(key.text),
    ])
  }

  // MARK: Documents

  private func insert(_ document: StoredDocument) throws -> Int64 {
    try database.cachedStatement(
      sql: """
        INSERT INTO documents (is_uri, key, path, size, modified, content_hash, language)
        VALUES (?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, CAST(? AS TEXT))
        """
    ).execute(arguments: [
      document.key.isURI, Blob.text(document.key.text), Blob.text(document.path), document.file?.size,
      document.file?.stamp,
      (document.file?.contentHash.bytes).map(Blob.bytes), Blob.text(document.language),
    ])
    let id = database.lastInsertedRowID
    for (key, value) in document.metadata {
      let mark = value.isText ? "CAST(? AS TEXT)" : "?"
      try database.cachedStatement(
        sql: "INSERT INTO metadata (document, key, value) VALUES (?, CAST(? AS TEXT), \(mark))"
      ).execute(arguments: [id, Blob.text(key), value.databaseValue])
    }
    return id
  }

  // MARK: Chunks

  private mutating func insert(
    _ chunk: DocumentChunk, ordinal: Int, document: (id: Int64, path: String?), vector: Int64, place: Int64?
  ) throws {
    let (start, end) = (chunk.span.start, chunk.span.end)
    try database.cachedStatement(
      sql: """
        INSERT INTO chunks (document, ordinal, vector, byte_start, byte_end, character_start, character_end,
        start_line, start_utf8, start_utf16, start_scalars, end_line, end_utf8, end_utf16, end_scalars,
        heading, symbol, symbol_kind, lead, text, place, location)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))
        """
    ).execute(arguments: [
      document.id, ordinal, vector, chunk.span.bytes.lowerBound, chunk.span.bytes.upperBound,
      chunk.span.characters.lowerBound, chunk.span.characters.upperBound,
      start.line, start.utf8, start.utf16, start.scalars, end.line, end.utf8, end.utf16, end.scalars,
      Blob.text(chunk.heading), Blob.text(chunk.symbol), chunk.symbolKind, Blob.text(chunk.lead), Blob.text(chunk.text),
      place, Blob.text(chunk.places?.stored),
    ])
    try words.add(IndexedWords(chunk, path: document.path), of: database.lastInsertedRowID, database)
  }

  private mutating func removeChunks(of document: Int64) throws {
    let rows = try Row.fetchAll(
      database.cachedStatement(
        sql: """
          SELECT chunks.id, vector, place, CAST(path AS BLOB), CAST(heading AS BLOB), CAST(symbol AS BLOB),
          CAST(text AS BLOB) FROM chunks JOIN documents ON documents.id = document WHERE document = ?
          """),
      arguments: [document])
    for row in rows {
      let gone = IndexedWords(
        path: try row.optionalText(3), heading: try row.optionalText(4), symbol: try row.optionalText(5),
        text: try row.text(6))
      try words.remove(gone, of: try row.integer64(0), database)
      let isAbandoned = try Bool.fetchOne(
        database.cachedStatement(
          sql: """
            UPDATE vectors SET changed = iif(uses = 1, ?, changed), uses = uses - 1 WHERE id = ?
            RETURNING uses = 0 AND priority NOT NULL
            """),
        arguments: [generation, try row.integer64(1)])
      if isAbandoned == true { abandoned.append(try row.integer64(1)) }
      if let place = try row.optionalInteger(2) {
        try database.cachedStatement(
          sql: "UPDATE places SET changed = iif(uses = 1, ?, changed), uses = uses - 1 WHERE id = ?"
        ).execute(arguments: [generation, place])
      }
    }
    try database.cachedStatement(sql: "DELETE FROM chunks WHERE document = ?").execute(arguments: [document])
  }

  // MARK: Vectors

  /// The row of a text's vector, counted as used once more.
  /// - Parameter priority: among the texts that wait for their vectors; nil where this one must have it.
  private mutating func use(_ hash: TextHash, of vectors: [TextHash: [Float]], priority: Int?) throws -> Int64 {
    let known = try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM vectors WHERE hash = ?"), arguments: [Blob.bytes(hash.bytes)])
    if let known {
      try database.cachedStatement(
        sql: """
          UPDATE vectors SET changed = iif(uses = 0, ?, changed), uses = uses + 1,
          priority = min(priority, coalesce(?, priority)) WHERE id = ?
          """
      ).execute(arguments: [generation, priority, known])
      return known
    }
    if vectors[hash] == nil, let priority { return try insertPending(hash, priority: priority) }
    return try insert(try checked(vectors[hash]), of: hash, uses: 1)
  }

  /// - Throws: `invalid` where it is no vector of the space.
  func checked(_ vector: [Float]?) throws(CollectionError) -> [Float] {
    if let vector, vector.count == space.dimensions, vector.allSatisfy(\.isFinite) { return vector }
    let found = vector.map { "\($0.count) components, or not finite" } ?? "none"
    throw CollectionError(
      .invalid(parameter: "vectors", expected: "\(space.dimensions) finite numbers a chunk", found: found), path: path)
  }

  mutating func insert(_ vector: [Float], of hash: TextHash, uses: Int) throws -> Int64 {
    let unit = StoredVector.unit(vector)
    let quantized = QuantizedVector(unit)
    try database.cachedStatement(
      sql: "INSERT INTO vectors (hash, uses, changed, scale, codes) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      Blob.bytes(hash.bytes), uses, generation, Double(quantized.scale), Blob.codes(quantized.codes),
    ])
    let id = database.lastInsertedRowID
    try database.cachedStatement(sql: "INSERT INTO components (vector, value) VALUES (?, ?)")
      .execute(arguments: [id, Blob.floats(unit)])
    new.append((id, hash))
    return id
  }

  /// Deletes the vectors that have had no use for longest, beyond the number that is kept.
  func forgetOldVectors() throws {
    // Counting takes the time of a scan, so not every transaction does it.
    guard generation % 64 == 0 else { return }
    let counts = try Row.fetchOne(database, sql: "SELECT sum(uses = 0), sum(uses > 0) FROM vectors")
    guard let unused = try counts?.optionalInteger(0), let used = try counts?.optionalInteger(1) else { return }
    let excess = unused - max(used / 4, Self.mostUnused)
    try database.execute(
      sql: "DELETE FROM places WHERE uses = 0 AND changed < ?", arguments: [generation - Self.placesKept])
    guard excess > 0 else { return }
    try database.execute(
      sql: "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE uses = 0 ORDER BY changed LIMIT ?)",
      arguments: [excess])
  }
}

extension DocumentKey {
  var isURI: Bool {
    if case .uri = self { return true }
    return false
  }

  init(isURI: Bool, text: String) {
    self = isURI ? .uri(text) : .id(text)
  }
}

extension MetadataValue {
  /// What is read of `metadata.value`, so that U+0000 does not end a text.
  static let column = "iif(typeof(value) = 'text', CAST(value AS BLOB), value)"

  var isText: Bool {
    if case .string = self { return true }
    return false
  }

  /// Text as its bytes, real, or integer for true and false.
  var databaseValue: DatabaseValue {
    switch self {
    case .string(let text): Blob.text(text).databaseValue
    case .number(let number): number.databaseValue
    case .bool(let bool): (bool ? 1 : 0).databaseValue
    }
  }

  /// A value that was read as ``column``.
  init?(_ value: DatabaseValue) {
    switch value.storage {
    case .blob(let bytes): self = .string(String(decoding: bytes, as: UTF8.self))
    case .double(let number): self = .number(number)
    case .int64(let number): self = .bool(number != 0)
    case .null, .string: return nil
    }
  }
}

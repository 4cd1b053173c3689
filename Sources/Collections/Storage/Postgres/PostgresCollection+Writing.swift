import Documents
import Encoder
import Postgres

extension PostgresCollection {
  /// Makes changes as one transaction. Writers of one collection wait for each other, a batch at a time.
  @discardableResult
  public func write(_ changes: CollectionChanges) async throws(CollectionError) -> CollectionChanges.Outcome {
    // Putting the same documents again comes to the same: so a transaction of which the answer was lost is made again.
    try await catalog.asking { connection in
      try connection.transaction {
        var writer = try PostgresWriter(self, connection)
        return try writer.apply(changes)
      }
    }
  }
}

/// A transaction, which holds the collection's row.
struct PostgresWriter {
  /// The next number of each kind, and what the counts of the collection change by.
  private struct Counters {
    var document, chunk, vector, place: Int64
    var documents = 0, chunks = 0, words = 0
  }

  let collection: PostgresCollection
  let connection: PostgresConnection
  let generation: Int
  private var counters: Counters

  /// - Throws: `unknown` where the collection was dropped; `newerVersion` where another program has changed the tables meanwhile.
  init(_ collection: PostgresCollection, _ connection: PostgresConnection) throws {
    self.collection = collection
    self.connection = connection
    let row = try connection.query(
      """
      UPDATE collections SET generation = generation + 1, updated = extract(epoch FROM now())::bigint WHERE id = $1
      RETURNING generation, next_document, next_chunk, next_vector, next_place, (SELECT version FROM akin.schema_version)
      """,
      [.integer(collection.number)])
    guard row.count > 0 else { throw CollectionError(.unknown(name: collection.name), path: collection.path) }
    guard try row.integer(0, 5) == PostgresSchema.version else {
      throw CollectionError(.newerVersion, path: collection.path)
    }
    generation = try row.integer(0, 0)
    counters = Counters(
      document: Int64(try row.integer(0, 1)), chunk: Int64(try row.integer(0, 2)),
      vector: Int64(try row.integer(0, 3)), place: Int64(try row.integer(0, 4)))
  }

  var number: PostgresValue { .integer(collection.number) }

  mutating func apply(_ changes: CollectionChanges) throws -> CollectionChanges.Outcome {
    var outcome = CollectionChanges.Outcome()
    let documents = Self.lastOfEach(changes.documents)
    let there = try ids(of: changes.removed + documents.map(\.key))
    let removed = Set(changes.removed.map(\.hash))
    outcome.removed = removed.count { there[$0] != nil }
    outcome.replaced =
      documents.count { there[$0.key.hash] != nil && !removed.contains($0.key.hash) }
      + changes.documents.count - documents.count
    try remove(Array(Set(there.values)))
    try setFiles(changes.files)
    try setUnread(changes.unread)
    try put(documents, changes)
    try fill(changes.vectors)
    try setPlaces(changes.places, vectors: changes.placeVectors)
    try connection.query(
      """
      UPDATE collections SET next_document = $2, next_chunk = $3, next_vector = $4, next_place = $5,
      documents = documents + $6, chunks = chunks + $7, words = words + $8 WHERE id = $1
      """,
      [
        number, .integer(counters.document), .integer(counters.chunk), .integer(counters.vector),
        .integer(counters.place), .integer(counters.documents), .integer(counters.chunks), .integer(counters.words),
      ])
    try forgetOldVectors()
    try joinSegments()
    return outcome
  }

  /// The last document of each key, in the order of these.
  private static func lastOfEach(_ documents: [StoredDocument]) -> [StoredDocument] {
    var last: [TextHash: Int] = [:]
    for (index, document) in documents.enumerated() { last[document.key.hash] = index }
    guard last.count < documents.count else { return documents }
    return documents.enumerated().filter { last[$1.key.hash] == $0 }.map(\.element)
  }

  private func ids(of keys: [DocumentKey]) throws -> [TextHash: Int64] {
    guard !keys.isEmpty else { return [:] }
    let rows = try connection.query(
      "SELECT key_hash, id FROM documents WHERE collection = $1 AND key_hash = ANY($2)",
      [number, .byteStrings(keys.map(\.hash.bytes))])
    var ids: [TextHash: Int64] = [:]
    for row in 0..<rows.count {
      if let hash = rows.bytes(row, 0).flatMap(TextHash.init(stored:)) { ids[hash] = Int64(try rows.integer(row, 1)) }
    }
    return ids
  }

  // MARK: Removing

  private mutating func remove(_ documents: [Int64]) throws {
    guard !documents.isEmpty else { return }
    let rows = try connection.query(
      "DELETE FROM chunks WHERE collection = $1 AND document = ANY($2) RETURNING id, vector, place, words",
      [number, .integers(documents)])
    var chunks: [Int64] = []
    var vectors: [Int64: Int64] = [:]
    var places: [Int64: Int64] = [:]
    for row in 0..<rows.count {
      chunks.append(Int64(try rows.integer(row, 0)))
      if let vector = try rows.integer64(row, 1) { vectors[vector, default: 0] += 1 }
      if let place = try rows.integer64(row, 2) { places[place, default: 0] += 1 }
      counters.words -= try rows.integer(row, 3)
    }
    try release(vectors, in: "vectors")
    try release(places, in: "places")
    try connection.query(
      "DELETE FROM documents WHERE collection = $1 AND id = ANY($2)", [number, .integers(documents)])
    try removeFromSegments(chunks)
    counters.documents -= documents.count
    counters.chunks -= chunks.count
  }

  /// - Parameter uses: how many uses end, by the vectors' numbers.
  private func release(_ uses: [Int64: Int64], in table: String) throws {
    guard !uses.isEmpty else { return }
    try connection.query(
      """
      UPDATE \(table) SET uses = uses - count, changed = CASE WHEN uses = count THEN $4 ELSE changed END
      FROM unnest($2::bigint[], $3::bigint[]) AS ended (vector, count) WHERE collection = $1 AND id = ended.vector
      """,
      [number, .integers(uses.keys.map(\.self)), .integers(uses.values.map(\.self)), .integer(generation)])
  }

  // MARK: Files

  private func setFiles(_ files: [(key: DocumentKey, state: FileState)]) throws {
    guard !files.isEmpty else { return }
    // No file has the least number as its stamp.
    try connection.query(
      """
      UPDATE documents SET size = known.size, stamp = nullif(known.stamp, \(Int64.min + 1)), content_hash = known.content_hash
      FROM unnest($2::bytea[], $3::bigint[], $4::bigint[], $5::bytea[]) AS known (key_hash, size, stamp, content_hash)
      WHERE collection = $1 AND documents.key_hash = known.key_hash
      """,
      [
        number, .byteStrings(files.map(\.key.hash.bytes)), .integers(files.map { Int64($0.state.size) }),
        .integers(files.map { Int64($0.state.stamp ?? Int(Int64.min + 1)) }),
        .byteStrings(files.map(\.state.contentHash.bytes)),
      ])
  }

  private func setUnread(_ unread: [String: UnreadFile?]) throws {
    guard !unread.isEmpty else { return }
    try connection.query(
      "DELETE FROM unread WHERE collection = $1 AND path_hash = ANY($2)",
      [number, .byteStrings(unread.keys.map { TextHash($0).bytes })])
    var rows = PostgresCopy()
    for (path, file) in unread {
      guard let file, let reason = file.reason.stored else { continue }
      rows.beginRow(7)
      rows.append(int4: collection.number)
      rows.append(TextHash(path).bytes)
      rows.append(PostgresText.stored(path))
      rows.append(file.size)
      rows.append(file.stamp)
      rows.append(PostgresText.stored(reason))
      rows.append(FilePolicy.version)
    }
    try connection.copy(rows, into: "unread (collection, path_hash, path, size, stamp, reason, policy)")
  }

  // MARK: Documents

  private mutating func put(_ documents: [StoredDocument], _ changes: CollectionChanges) throws {
    guard !documents.isEmpty else { return }
    var texts: [TextHash: Use] = [:]
    var places: [TextHash: Use] = [:]
    // Hashing a text is not for twice.
    let hashes = documents.map { document in
      document.chunks.map { (text: $0.textHash, place: $0.placeHash(path: document.path)) }
    }
    for (document, hashes) in zip(documents, hashes) {
      let priority = changes.defersVectors ? document.embeddingPriority : nil
      for (text, place) in hashes {
        texts[text, default: Use()].add(priority)
        if let place { places[place, default: Use()].add(nil) }
      }
    }
    let collection = collection
    let vectorIDs = try use(texts, in: .texts) { try changes.vectors[$0].map { try collection.unit($0) } }
    let placeIDs = try use(places, in: .places) { collection.place(changes.placeVectors[$0]) }
    var documentRows = PostgresCopy()
    var chunkRows = PostgresCopy()
    let first = counters.chunk
    var words = SegmentWords(first: first)
    try WordStemmer.run { stemmer in
      for (document, hashes) in zip(documents, hashes) {
        append(document, to: &documentRows)
        for (ordinal, (chunk, hash)) in zip(document.chunks, hashes).enumerated() {
          let length = try words.add(IndexedWords(chunk, path: document.path), of: counters.chunk, by: stemmer)
          append(
            chunk, ordinal: ordinal, vector: vectorIDs[hash.text], place: hash.place.flatMap { placeIDs[$0] },
            words: length, to: &chunkRows)
          counters.words += length
          counters.chunk += 1
        }
        counters.document += 1
      }
    }
    counters.documents += documents.count
    counters.chunks += chunkRows.count
    try connection.copy(
      documentRows,
      into: """
        documents (collection, id, key_hash, is_uri, key, path, size, stamp, content_hash, language, metadata, chunks)
        """)
    try connection.copy(
      chunkRows,
      into: """
        chunks (collection, id, document, ordinal, vector, place, byte_start, byte_end, character_start, character_end,
        start_line, start_utf8, start_utf16, start_scalars, end_line, end_utf8, end_utf16, end_scalars, heading, symbol,
        symbol_kind, lead, text, location, words)
        """)
    if chunkRows.count > 0 { try insert(words, chunks: chunkRows.count) }
  }

  private func append(_ document: StoredDocument, to rows: inout PostgresCopy) {
    rows.beginRow(12)
    rows.append(int4: collection.number)
    rows.append(counters.document)
    rows.append(document.key.hash.bytes)
    rows.append(document.key.isURI)
    rows.append(PostgresText.stored(document.key.text))
    rows.append(PostgresText.stored(document.path))
    rows.append(document.file?.size)
    rows.append(document.file?.stamp)
    rows.append(document.file?.contentHash.bytes)
    rows.append(PostgresText.stored(document.language))
    rows.append(json: PostgresMetadata.stored(document.metadata))
    rows.append(document.chunks.count)
  }

  private func append(
    _ chunk: DocumentChunk, ordinal: Int, vector: Int64?, place: Int64?, words: Int, to rows: inout PostgresCopy
  ) {
    let (start, end) = (chunk.span.start, chunk.span.end)
    rows.beginRow(25)
    rows.append(int4: collection.number)
    rows.append(counters.chunk)
    rows.append(counters.document)
    rows.append(ordinal)
    rows.append(vector)
    rows.append(place)
    for number in [
      chunk.span.bytes.lowerBound, chunk.span.bytes.upperBound, chunk.span.characters.lowerBound,
      chunk.span.characters.upperBound, start.line, start.utf8, start.utf16, start.scalars, end.line, end.utf8,
      end.utf16, end.scalars,
    ] {
      rows.append(number)
    }
    rows.append(PostgresText.stored(chunk.heading))
    rows.append(PostgresText.stored(chunk.symbol))
    rows.append(chunk.symbolKind)
    rows.append(PostgresText.stored(chunk.lead))
    rows.append(PostgresText.stored(chunk.text))
    rows.append(PostgresText.stored(chunk.location))
    rows.append(words)
  }

  // MARK: Vectors

  /// How chunks use a vector.
  private struct Use {
    var count: Int64 = 0
    /// Among the texts that wait for their vectors; nil where this one must have it.
    var priority: Int?

    mutating func add(_ priority: Int?) {
      count += 1
      self.priority = [self.priority, priority].compactMap(\.self).min()
    }
  }

  /// The rows of vectors, counted as used so many times more.
  /// - Returns: their numbers; places without a vector are left out.
  /// - Throws: `invalid` where the vector of a text is neither stored nor given as it must be.
  private mutating func use(
    _ uses: [TextHash: Use], in table: VectorTable.Source, _ vector: (TextHash) throws -> PostgresVector?
  ) throws -> [TextHash: Int64] {
    guard !uses.isEmpty else { return [:] }
    var ids: [TextHash: Int64] = [:]
    let priority =
      table == .texts
      ? ", priority = CASE WHEN vectors.priority IS NOT NULL THEN least(vectors.priority, used.priority) END" : ""
    let known = try connection.query(
      """
      UPDATE \(table.rawValue) SET uses = uses + count, changed = CASE WHEN uses = 0 THEN $4 ELSE changed END\(priority)
      FROM (SELECT hash, count, nullif(priority, \(Int64.max)) AS priority
        FROM unnest($2::bytea[], $3::bigint[], $5::bigint[]) AS used (hash, count, priority)) AS used
      WHERE collection = $1 AND \(table.rawValue).hash = used.hash RETURNING \(table.rawValue).hash, id
      """,
      [
        number, .byteStrings(uses.keys.map(\.bytes)), .integers(uses.values.map(\.count)), .integer(generation),
        .integers(uses.values.map { $0.priority.map { Int64($0) } ?? .max }),
      ])
    for row in 0..<known.count {
      if let hash = known.bytes(row, 0).flatMap(TextHash.init(stored:)) { ids[hash] = Int64(try known.integer(row, 1)) }
    }
    var rows = VectorRows()
    for (hash, use) in uses where ids[hash] == nil {
      let vector = try vector(hash)
      // A place without a vector has no row.
      if vector == nil, table == .places { continue }
      if vector == nil, use.priority == nil { throw collection.missing(found: "none") }
      let id = table == .texts ? counters.vector : counters.place
      if table == .texts { counters.vector += 1 } else { counters.place += 1 }
      ids[hash] = id
      append(vector, id: id, hash: hash, uses: use.count, priority: use.priority, in: table, to: &rows)
    }
    try copy(rows, into: table)
    return ids
  }

  /// Gives vectors to the texts among them that wait for theirs, and forgets those that wait and stand nowhere any more.
  private func fill(_ vectors: [TextHash: [Float]]) throws {
    let abandoned = try connection.query(
      "DELETE FROM vectors WHERE collection = $1 AND priority IS NOT NULL AND (uses = 0 OR hash = ANY($2)) RETURNING id, hash, uses",
      [number, .byteStrings(vectors.keys.map(\.bytes))])
    var rows = VectorRows()
    for row in 0..<abandoned.count {
      let uses = Int64(try abandoned.integer(row, 2))
      guard uses > 0, let hash = abandoned.bytes(row, 1).flatMap(TextHash.init(stored:)) else { continue }
      guard let vector = vectors[hash] else { continue }
      append(
        try collection.unit(vector), id: Int64(try abandoned.integer(row, 0)), hash: hash, uses: uses, priority: nil,
        in: .texts, to: &rows)
    }
    try copy(rows, into: .texts)
  }

  private struct VectorRows {
    var codes = PostgresCopy()
    var components = PostgresCopy()
  }

  /// - Parameter vector: nil for a text that waits.
  private func append(
    _ vector: PostgresVector?, id: Int64, hash: TextHash, uses: Int64, priority: Int?, in table: VectorTable.Source,
    to rows: inout VectorRows
  ) {
    rows.codes.beginRow(table == .texts ? 8 : 7)
    rows.codes.append(int4: collection.number)
    rows.codes.append(id)
    rows.codes.append(hash.bytes)
    rows.codes.append(uses)
    rows.codes.append(generation)
    rows.codes.append(vector?.quantized.scale ?? 0)
    if let vector { rows.codes.append(halfvec: vector.quantized.codes) } else { rows.codes.appendNull() }
    guard table == .texts else { return }
    rows.codes.append(vector == nil ? priority : nil)
    guard let components = vector?.components else { return }
    rows.components.beginRow(3)
    rows.components.append(int4: collection.number)
    rows.components.append(id)
    rows.components.append(components.withUnsafeBytes { Array($0) })
  }

  private func copy(_ rows: VectorRows, into table: VectorTable.Source) throws {
    let priority = table == .texts ? ", priority" : ""
    try connection.copy(
      rows.codes, into: "\(table.rawValue) (collection, id, hash, uses, changed, scale, codes\(priority))")
    try connection.copy(rows.components, into: "components (collection, vector, value)")
  }

  /// Gives chunks their places, as far as these have vectors.
  private mutating func setPlaces(_ places: [Int64: String], vectors: [TextHash: QuantizedVector]) throws {
    guard !places.isEmpty else { return }
    let rows = try connection.query(
      "SELECT id FROM chunks WHERE collection = $1 AND id = ANY($2) AND place IS NULL FOR UPDATE",
      [number, .integers(places.keys.map(\.self))])
    var hashes: [Int64: TextHash] = [:]
    for row in 0..<rows.count {
      let chunk = Int64(try rows.integer(row, 0))
      hashes[chunk] = places[chunk].map { TextHash($0) }
    }
    let ids = try use(
      hashes.values.reduce(into: [:]) { uses, hash in uses[hash, default: Use()].add(nil) }, in: .places
    ) { [collection] in collection.place(vectors[$0]) }
    let set = hashes.compactMap { chunk, hash in ids[hash].map { (chunk, $0) } }
    try connection.query(
      """
      UPDATE chunks SET place = told.place FROM unnest($2::bigint[], $3::bigint[]) AS told (chunk, place)
      WHERE collection = $1 AND id = told.chunk
      """,
      [number, .integers(set.map(\.0)), .integers(set.map(\.1))])
  }

  /// Deletes the vectors that have had no use for longest, beyond the number that is kept.
  private func forgetOldVectors() throws {
    // Counting takes the time of a scan, so not every transaction does it.
    guard generation % 64 == 0 else { return }
    try connection.query(
      "DELETE FROM places WHERE collection = $1 AND uses = 0 AND changed < $2",
      [number, .integer(generation - CollectionWriter.placesKept)])
    let counts = try connection.query(
      "SELECT count(*) FILTER (WHERE uses = 0), count(*) FILTER (WHERE uses > 0) FROM vectors WHERE collection = $1",
      [number])
    let (unused, used) = (try counts.integer(0, 0), try counts.integer(0, 1))
    let excess = unused - max(used / 4, CollectionWriter.mostUnused)
    guard excess > 0 else { return }
    try connection.query(
      """
      WITH old AS (
        DELETE FROM vectors WHERE collection = $1 AND id IN (
          SELECT id FROM vectors WHERE collection = $1 AND uses = 0 ORDER BY changed LIMIT $2) RETURNING id)
      DELETE FROM components WHERE collection = $1 AND vector IN (SELECT id FROM old)
      """,
      [number, .integer(excess)])
  }
}

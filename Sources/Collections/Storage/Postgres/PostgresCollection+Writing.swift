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
  struct Counters {
    var document, chunk, vector, place: Int64
    var documents = 0, chunks = 0, words = 0
  }

  let collection: PostgresCollection
  let connection: PostgresConnection
  let generation: Int
  var counters: Counters

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
    rows.append(PostgresText.stored(chunk.places?.stored))
    rows.append(words)
  }
}

import Documents
import Encoder
import Postgres

extension PostgresCollection {
  /// The chunks that the legs of a query's mode find, of one state of the collection.
  /// - Parameter depth: chunks that a leg finds, at most.
  public func candidates(
    for query: CollectionQuery, depth: Int
  ) async throws(CollectionError) -> SearchCandidates {
    try await reading { connection in
      try PostgresScan(self, query, connection).candidates(depth: depth)
    }
  }
}

/// What a search looks at in one state of a collection; the steps are those of SQLite's ``CollectionScan``.
private struct PostgresScan {
  let collection: PostgresCollection
  let connection: PostgresConnection
  let query: CollectionQuery
  /// Nil for all.
  let documents: Set<Int64>?
  /// The chunks of these whose texts fit the query's patterns; nil where it has none.
  let fitting: Set<Int64>?
  /// No results.
  let excluded: Set<Int64>

  init(_ collection: PostgresCollection, _ query: CollectionQuery, _ connection: PostgresConnection) throws {
    self.collection = collection
    self.connection = connection
    self.query = query
    let scope = PostgresScope(collection: collection, connection: connection)
    documents = try scope.documents(in: query.scope)
    fitting = try query.patterns.isEmpty ? nil : scope.chunks(with: query.patterns, of: documents)
    if let place = query.excluded, place.collection == collection.name {
      excluded = Set(try scope.chunks(at: place))
    } else {
      excluded = []
    }
  }

  private var number: PostgresValue { .integer(collection.number) }

  func candidates(depth: Int) throws -> SearchCandidates {
    guard documents?.isEmpty != true, fitting?.isEmpty != true else { return SearchCandidates() }
    let unit = query.vector.map { vector in
      var unit = vector
      Vectors.normalize(&unit)
      return unit
    }
    var pool = PostgresPoolOfCandidates(
      collection: collection, connection: connection, vector: unit.map { QuantizedVector($0) },
      // A vector without words was made of a text, and means no place.
      usesPlaces: query.text != nil && query.mode != .keyword)
    let part = try part()
    // Where few fit, all of them are candidates, whatever the legs find.
    if query.mode != .keyword, let fitting, fitting.count < depth { try pool.add(chunks: fitting.map(\.self)) }
    if query.mode != .semantic, let text = query.text, let words = IndexedWords.Query(text) {
      let search = PostgresWords(connection: connection, collection: collection.number, part: part?.chunks)
      let wanted = depth + excluded.count
      try pool.add(
        words: query.mode == .keyword
          ? search.keyword(words, bonus: CollectionScan.exactBonus, count: wanted)
          : search.any(words, count: wanted))
    }
    if query.mode != .keyword, let unit {
      try addNear(unit, part, isExact: query.mode == .semantic, depth: depth, to: &pool)
    }
    pool.remove { !takesPart($0) }
    if query.mode == .semantic, let unit { try pool.rescore(unit) }
    return pool.candidates
  }

  private func takesPart(_ chunk: SearchCandidate) -> Bool {
    (fitting?.contains(chunk.chunk) ?? documents?.contains(chunk.document) ?? true) && !excluded.contains(chunk.chunk)
  }

  /// The chunks that take part, with their vectors and places; nil for all.
  private func part() throws -> (chunks: Set<Int64>, vectors: [Int64], places: [Int64])? {
    let (condition, numbers): (String, Set<Int64>)
    if let fitting {
      (condition, numbers) = ("id", fitting)
    } else if let documents {
      (condition, numbers) = ("document", documents)
    } else {
      return nil
    }
    var chunks: Set<Int64> = []
    var vectors: Set<Int64> = []
    var places: Set<Int64> = []
    try connection.rows(
      "SELECT id, vector, place FROM chunks WHERE collection = $1 AND \(condition) = ANY($2)",
      [number, .integers(numbers.map(\.self))]
    ) { row in
      chunks.insert(Int64(try row.integer(0, 0)))
      if let vector = try row.integer64(0, 1) { vectors.insert(vector) }
      if let place = try row.integer64(0, 2) { places.insert(place) }
    }
    return (chunks, vectors.map(\.self), places.map(\.self))
  }

  // MARK: By meaning

  /// Adds the chunks whose texts or places are nearest to a vector.
  private func addNear(
    _ unit: [Float], _ part: (chunks: Set<Int64>, vectors: [Int64], places: [Int64])?, isExact: Bool, depth: Int,
    to pool: inout PostgresPoolOfCandidates
  ) throws {
    let query = QuantizedVector(unit)
    let wanted = depth + excluded.count
    // As SQLite's scan, which tells why there are more.
    try pool.add(
      vectors: nearest(query, .texts, count: isExact ? 2 * wanted + 64 : wanted, among: part?.vectors))
    if pool.usesPlaces {
      try pool.add(places: nearest(query, .places, count: wanted, among: part?.places), limit: 2 * wanted)
    }
  }

  /// The vectors with the greatest products, best first; of equal ones the older.
  private func nearest(
    _ query: QuantizedVector, _ table: VectorTable.Source, count: Int, among allowed: [Int64]?
  ) throws -> [Int64] {
    let codes = PostgresValue.literal(query.text)
    if allowed == nil, table == .texts, try collection.hasGraph(connection) {
      return try collection.neighbors(codes, count: count, connection)
    }
    var arguments: [PostgresValue] = [number, codes, .integer(count)]
    if let allowed { arguments.append(.integers(allowed)) }
    let rows = try connection.query(
      """
      SELECT id FROM \(table.rawValue) WHERE collection = $1 AND uses > 0 AND codes IS NOT NULL\(allowed == nil ? "" : " AND id = ANY($4)")
      ORDER BY (-(codes <#> $2::halfvec))::real * scale DESC, id LIMIT $3
      """, arguments)
    return try (0..<rows.count).map { row in Int64(try rows.integer(row, 0)) }
  }
}

/// The candidates of one collection while the legs of a search find them.
private struct PostgresPoolOfCandidates {
  let collection: PostgresCollection
  let connection: PostgresConnection
  /// What similarities are measured from; nil for none.
  let vector: QuantizedVector?
  /// Whether places have similarities.
  let usesPlaces: Bool
  private var entries: [Int64: SearchCandidate] = [:]
  private var documents: [Int64: SearchCandidates.Document] = [:]

  init(collection: PostgresCollection, connection: PostgresConnection, vector: QuantizedVector?, usesPlaces: Bool) {
    self.collection = collection
    self.connection = connection
    self.vector = vector
    self.usesPlaces = usesPlaces
  }

  /// Adds the chunks of a ranking by words.
  mutating func add(words ranking: [RankedChunk]) throws {
    try add(chunks: ranking.map(\.chunk))
    for found in ranking { entries[found.chunk]?.words = found.score }
  }

  mutating func add(chunks: [Int64]) throws { try add("found.id", chunks, limit: .max) }

  /// Adds the chunks that use some vectors.
  mutating func add(vectors: [Int64]) throws { try add("found.vector", vectors, limit: .max) }

  /// Adds the chunks at some places.
  /// - Parameter limit: how many at most: a place may have many.
  mutating func add(places: [Int64], limit: Int) throws { try add("found.place", places, limit: limit) }

  private mutating func add(_ column: String, _ ids: [Int64], limit: Int) throws {
    guard !ids.isEmpty else { return }
    // The product of two vectors of codes is a whole number, which float4 holds.
    let product = vector == nil ? "NULL::real" : "(-(NAME.codes <#> $4::halfvec))::real * NAME.scale"
    var arguments: [PostgresValue] = [.integer(collection.number), .integers(ids), .integer(limit)]
    if let vector { arguments.append(.literal(vector.text)) }
    let rows = try connection.query(
      """
      SELECT found.id, document, found.vector, symbol, symbol_kind, path, language,
      \(product.replacing("NAME", with: "own")), \(usesPlaces ? product.replacing("NAME", with: "stood") : "NULL::real")
      FROM unnest($2::bigint[]) WITH ORDINALITY AS list (id, rank)
      JOIN chunks AS found ON found.collection = $1 AND \(column) = list.id
      JOIN documents ON documents.collection = $1 AND documents.id = document
      LEFT JOIN vectors AS own ON own.collection = $1 AND own.id = found.vector
      LEFT JOIN places AS stood ON stood.collection = $1 AND stood.id = found.place
      ORDER BY list.rank, found.id LIMIT $3
      """, arguments)
    for row in 0..<rows.count {
      let id = Int64(try rows.integer(row, 0)), document = Int64(try rows.integer(row, 1))
      guard entries[id] == nil, let text = try rows.integer64(row, 2) else { continue }
      var candidate = SearchCandidate(
        chunk: id, document: document, text: text, symbol: rows.string(row, 3),
        symbolKind: try rows.optionalInteger(row, 4))
      if let vector {
        candidate.textSimilarity = try rows.number(row, 7).map { vector.scale * Float($0) }
        candidate.placeSimilarity = try rows.number(row, 8).map { vector.scale * Float($0) }
      }
      entries[id] = candidate
      documents[document] = SearchCandidates.Document(path: rows.string(row, 5), language: rows.string(row, 6))
    }
  }

  mutating func remove(where isLeftOut: (SearchCandidate) -> Bool) {
    entries = entries.filter { !isLeftOut($0.value) }
  }

  /// The similarities of texts anew, from float32.
  mutating func rescore(_ unit: [Float]) throws {
    let rows = try connection.query(
      "SELECT vector, value FROM components WHERE collection = $1 AND vector = ANY($2)",
      [.integer(collection.number), .integers(Set(entries.values.map(\.text)).map(\.self))])
    var similarities: [Int64: Float] = [:]
    for row in 0..<rows.count {
      similarities[Int64(try rows.integer(row, 0))] = try collection.product(
        unit, rows.floats(row, 1))
    }
    for (id, candidate) in entries { entries[id]?.textSimilarity = similarities[candidate.text] }
  }

  /// All, in the order of their numbers, with their documents.
  var candidates: SearchCandidates {
    var found = SearchCandidates()
    found.chunks = entries.values.sorted { $0.chunk < $1.chunk }
    for chunk in found.chunks { found.documents[chunk.document] = documents[chunk.document] }
    return found
  }
}

extension QuantizedVector {
  /// As pgvector reads its vectors: `[1,-2]`.
  var text: String { "[" + codes.map { "\($0)" }.joined(separator: ",") + "]" }
}

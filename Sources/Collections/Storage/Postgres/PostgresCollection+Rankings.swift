import Documents
import Encoder
import Postgres

extension PostgresCollection {
  /// The chunks that the legs of a query's mode find, of one state of the collection.
  /// - Parameter depth: chunks that a leg finds, at most.
  public func candidates(
    for query: CollectionQuery, depth: Int
  ) async throws(CollectionError) -> SearchCandidates {
    try await catalog.asking { connection in
      let scan = PostgresScan(collection: self, connection: connection, query: query, depth: depth)
      if self.hadGraph { try self.aimGraph(at: scan.texts, connection) }
      return scan.isOneStatement ? try scan.candidates() : try connection.reading { try scan.candidates() }
    }
  }
}

/// What a search looks at in one state of a collection; the steps are those of SQLite's ``CollectionScan``.
private struct PostgresScan {
  /// What takes part; nil for all.
  private struct Part {
    var chunks: Set<Int64> = []
    var vectors: Set<Int64> = []
    var places: Set<Int64> = []
  }

  let collection: PostgresCollection
  let connection: PostgresConnection
  let query: CollectionQuery
  /// Chunks that a leg finds, at most.
  let depth: Int

  private var number: PostgresValue { .integer(collection.number) }

  /// Whether similarities are to be those of float32.
  private var isExact: Bool { query.mode == .semantic }

  /// A vector without words was made of a text, and means no place.
  private var usesPlaces: Bool { query.text != nil && query.mode != .keyword }

  /// The place whose chunks are no results; nil for none.
  private var excluded: PlaceInCollection? { query.excluded.flatMap { $0.collection == collection.name ? $0 : nil } }

  /// How many texts are looked for by meaning, without those that are no results: as SQLite's scan, which tells why there are more.
  var texts: Int { isExact ? 2 * depth + 64 : depth }

  /// Whether one statement finds all, which sees one state by itself.
  var isOneStatement: Bool {
    query.mode == .semantic && query.scope.isEverything(of: collection.name) && query.patterns.isEmpty
      && excluded == nil
  }

  func candidates() throws -> SearchCandidates {
    let scope = PostgresScope(collection: collection, connection: connection)
    let documents = try scope.documents(in: query.scope)
    let fitting = try query.patterns.isEmpty ? nil : scope.chunks(with: query.patterns, of: documents)
    guard documents?.isEmpty != true, fitting?.isEmpty != true else { return SearchCandidates() }
    let excluded = Set(try excluded.map { try scope.chunks(at: $0) } ?? [])
    let part = try part(fitting, documents)
    let unit = query.vector.map { vector in
      var unit = vector
      Vectors.normalize(&unit)
      return unit
    }
    var statement = PostgresCandidates(collection, near: unit, usesPlaces: usesPlaces, isExact: isExact)
    // Where few fit, all of them are candidates, whatever the legs find.
    if query.mode != .keyword, let fitting, fitting.count < depth { statement.add(chunks: fitting.map(\.self)) }
    let words = try words(among: part?.chunks, count: depth + excluded.count)
    statement.add(chunks: words.map(\.chunk))
    if query.mode != .keyword, unit != nil {
      statement.addNear(texts: isExact ? texts + 2 * excluded.count : depth + excluded.count, among: part?.vectors)
      if usesPlaces { statement.addNear(places: depth + excluded.count, among: part?.places) }
    }
    return try statement.found(connection, words: words) { chunk in
      (fitting?.contains(chunk.chunk) ?? documents?.contains(chunk.document) ?? true) && !excluded.contains(chunk.chunk)
    }
  }

  private func words(among part: Set<Int64>?, count: Int) throws -> [RankedChunk] {
    guard query.mode != .semantic, let text = query.text, let words = IndexedWords.Query(text) else { return [] }
    let search = PostgresWords(connection: connection, collection: collection.number, part: part)
    return query.mode == .keyword
      ? try search.keyword(words, bonus: CollectionScan.exactBonus, count: count) : try search.any(words, count: count)
  }

  /// The chunks that take part, with their vectors and places; nil for all.
  private func part(_ fitting: Set<Int64>?, _ documents: Set<Int64>?) throws -> Part? {
    let (condition, numbers): (String, Set<Int64>)
    if let fitting {
      (condition, numbers) = ("id", fitting)
    } else if let documents {
      (condition, numbers) = ("document", documents)
    } else {
      return nil
    }
    var part = Part()
    try connection.rows(
      "SELECT id, vector, place FROM chunks WHERE collection = $1 AND \(condition) = ANY($2)",
      [number, .integers(numbers.map(\.self))]
    ) { row in
      part.chunks.insert(Int64(try row.integer(0, 0)))
      if let vector = try row.integer64(0, 1) { part.vectors.insert(vector) }
      if let place = try row.integer64(0, 2) { part.places.insert(place) }
    }
    return part
  }
}

import Encoder
import GRDB

extension SQLiteCollection {
  /// The chunks that the legs of a query's mode find, of one state of the file.
  /// - Parameter depth: chunks that a leg finds, at most.
  public func candidates(
    for query: CollectionQuery, depth: Int
  ) async throws(CollectionError) -> SearchCandidates {
    try await reading { database in
      try CollectionScan(self, query, database).candidates(for: query, depth: depth)
    }
  }
}

/// What a search looks at in one collection, read from one state of its file.
struct CollectionScan {
  let collection: SQLiteCollection
  let database: Database
  /// Nil for all.
  let documents: Set<Int64>?
  /// The chunks of these whose texts fit the query's patterns; nil where it has none.
  let fitting: Set<Int64>?
  /// No results.
  let excluded: Set<Int64>

  init(_ collection: SQLiteCollection, _ query: CollectionQuery, _ database: Database) throws {
    self.collection = collection
    self.database = database
    documents = try collection.documents(in: query.scope, database)
    fitting = try query.patterns.isEmpty ? nil : collection.chunks(with: query.patterns, of: documents, database)
    if let place = query.excluded, place.collection == collection.name {
      excluded = Set(try collection.chunks(at: place, database).map(\.chunk))
    } else {
      excluded = []
    }
  }

  /// Every chunk that a leg of the query's mode finds, with the scores of all legs.
  /// - Parameter depth: chunks that a leg finds, at most.
  func candidates(for query: CollectionQuery, depth: Int) throws -> SearchCandidates {
    guard documents?.isEmpty != true, fitting?.isEmpty != true else { return SearchCandidates() }
    var pool = CandidatePool()
    // Where few fit, all of them are candidates, whatever the legs find.
    if query.mode != .keyword, let fitting, fitting.count < depth { try pool.add(fitting, database) }
    if query.mode != .semantic, let text = query.text {
      let found = query.mode == .keyword ? try keyword(text, count: depth) : try words(text, count: depth)
      try pool.add(chunks: found, database)
    }
    if query.mode == .keyword, let vector = query.vector {
      var unit = vector
      Vectors.normalize(&unit)
      try pool.score(texts: try collection.refreshedTable(database), places: nil, QuantizedVector(unit))
    } else if let vector = query.vector {
      var unit = vector
      Vectors.normalize(&unit)
      // A vector without words was made of a text, and means no place.
      try addNear(unit, usesPlaces: query.text != nil, isExact: query.mode == .semantic, depth: depth, to: &pool)
    }
    pool.remove { !takesPart($0) }
    return try pool.candidates(database)
  }

  private func takesPart(_ chunk: SearchCandidate) -> Bool {
    (fitting?.contains(chunk.chunk) ?? documents?.contains(chunk.document) ?? true) && !excluded.contains(chunk.chunk)
  }

  /// The chunks that take part; nil for all.
  private var part: ChunkPart? {
    fitting.map { .chunks($0) } ?? documents.map { .documents($0) }
  }

  // MARK: By meaning

  /// Adds the chunks whose texts or places are nearest to a vector, and the similarities of all in the pool.
  private func addNear(
    _ unit: [Float], usesPlaces: Bool, isExact: Bool, depth: Int, to pool: inout CandidatePool
  ) throws {
    let query = QuantizedVector(unit)
    let wanted = depth + excluded.count
    let texts = try collection.refreshedTable(database)
    let allowed = try part.map { try collection.numbers("vector", of: $0, database) }
    // Rounding to int8 moves a score by less than the distance between near neighbours only rarely; twice as many
    // candidates and some more make up for it where the order is that of the exact scores.
    let near = texts.nearest(query, count: isExact ? 2 * wanted + 64 : wanted, allowed: allowed)
    try pool.add(vectors: near, database)
    var places: VectorTable?
    if usesPlaces {
      let table = try collection.refreshedPlaces(database)
      let allowed = try part.map { try collection.numbers("place", of: $0, database) }
      try pool.add(places: table.nearest(query, count: wanted, allowed: allowed), limit: 2 * wanted, database)
      places = table
    }
    try pool.score(texts: texts, places: places, query)
    if isExact { try pool.rescore(unit, database, path: collection.path) }
  }

  // MARK: By words

  /// Added to the score of a chunk with a whole identifier of the query, so that these come first.
  static let exactBonus: Float = 100

  /// The chunks with words of a text.
  private func words(_ text: String, count: Int) throws -> [RankedChunk] {
    guard let query = IndexedWords.Query(text) else { return [] }
    return try matches(query.any, bonus: 0, count: count)
  }

  /// The chunks with words of a text, those with its identifiers first.
  private func keyword(_ text: String, count: Int) throws -> [RankedChunk] {
    guard let query = IndexedWords.Query(text) else { return [] }
    let exact = try matches("(\(query.exact)) AND (\(query.any))", bonus: Self.exactBonus, count: count)
    guard exact.count < count else { return exact }
    return exact + (try matches("(\(query.any)) NOT (\(query.exact))", bonus: 0, count: count - exact.count))
  }

  private static let weights =
    "bm25(" + IndexedWords.columns.map { "\($0.weight)" }.joined(separator: ", ") + ")"

  private func matches(_ expression: String, bonus: Float, count: Int) throws -> [RankedChunk] {
    var sql = """
      SELECT words.rowid, -words.rank FROM words WHERE words MATCH ? AND rank MATCH ?
      """
    var arguments: StatementArguments = [expression, Self.weights]
    if let part {
      sql += " AND words.rowid IN (SELECT id FROM chunks WHERE \(part.condition))"
      arguments += [SQLiteCollection.list(part.numbers)]
    }
    sql += " ORDER BY words.rank, words.rowid LIMIT ?"
    arguments += [count + excluded.count]
    let rows = try Row.fetchAll(database, sql: sql, arguments: arguments)
    return try rows.map { row in
      RankedChunk(chunk: try row.integer64(0), document: 0, score: Float(try row.number(1)) + bonus)
    }
  }
}

import Encoder
import GRDB

extension StoredCollection {
  /// The chunks that are nearest to a query's vector, and those with its words, of one state of the file.
  /// - Parameter depth: chunks of either kind, at most.
  public func candidates(
    for query: CollectionQuery, depth: Int
  ) async throws(CollectionError) -> SearchCandidates {
    try await reading { database in
      let scan = try CollectionScan(self, query, database)
      return SearchCandidates(
        near: query.mode == .keyword ? [] : try scan.semantic(query.vector ?? [], count: depth),
        worded: query.mode == .semantic ? [] : try scan.keyword(query.text ?? "", count: depth))
    }
  }
}

/// What a search looks at in one collection, read from one state of its file.
struct CollectionScan {
  let collection: StoredCollection
  let database: Database
  /// Nil for all.
  let documents: Set<Int64>?
  /// No results.
  let excluded: Set<Int64>

  init(_ collection: StoredCollection, _ query: CollectionQuery, _ database: Database) throws {
    self.collection = collection
    self.database = database
    documents = try collection.documents(in: query.scope, database)
    if let place = query.excluded, place.collection == collection.name {
      excluded = Set(try collection.chunks(at: place, database).map(\.chunk))
    } else {
      excluded = []
    }
  }

  // MARK: By meaning

  /// The chunks nearest to a vector by cosine, best first: candidates by int8, their scores from float32.
  func semantic(_ vector: [Float], count: Int) throws -> [RankedChunk] {
    guard documents?.isEmpty != true else { return [] }
    var unit = vector
    Vectors.normalize(&unit)
    let allowed = try documents.map { try collection.vectors(of: $0, database) }
    let table = try collection.refreshedTable(database)
    // Rounding to int8 moves a score by less than the distance between near neighbours only rarely; twice as many
    // candidates and some more make up for it.
    let wanted = count + excluded.count
    let candidates = table.nearest(QuantizedVector(unit), count: 2 * wanted + 64, allowed: allowed)
    return try chunks(of: try rescore(candidates, unit), count: count)
  }

  private func rescore(_ vectors: [Int64], _ query: [Float]) throws -> [(item: Int64, score: Float)] {
    let statement = try database.cachedStatement(sql: "SELECT value FROM components WHERE vector = ?")
    var best = BestScores<Int64>(count: vectors.count)
    for vector in vectors {
      try Task.checkCancellation()
      guard let row = try Row.fetchOne(statement, arguments: [vector]) else { continue }
      let components = try Blob.floats(row, 0)
      guard components.count == query.count else {
        throw CollectionError(
          .damaged, path: collection.path, detail: "vector \(vector) has \(components.count) components")
      }
      best.offer(vector, score: Vectors.dot(query, components))
    }
    return best.sorted()
  }

  /// The chunks that use the vectors, in the vectors' order.
  private func chunks(of vectors: [(item: Int64, score: Float)], count: Int) throws -> [RankedChunk] {
    let statement = try database.cachedStatement(sql: "SELECT id, document FROM chunks WHERE vector = ? ORDER BY id")
    var ranking: [RankedChunk] = []
    for (vector, score) in vectors where ranking.count < count {
      for row in try Row.fetchAll(statement, arguments: [vector]) {
        let chunk = RankedChunk(chunk: try row.integer64(0), document: try row.integer64(1), score: score)
        if takesPart(chunk) { ranking.append(chunk) }
      }
    }
    return Array(ranking.prefix(count))
  }

  private func takesPart(_ chunk: RankedChunk) -> Bool {
    documents?.contains(chunk.document) ?? true && !excluded.contains(chunk.chunk)
  }

  // MARK: By words

  /// Added to the score of a chunk with a whole identifier of the query, so that these come first.
  static let exactBonus: Float = 100

  /// The chunks with words of a text, best first.
  func keyword(_ text: String, count: Int) throws -> [RankedChunk] {
    guard documents?.isEmpty != true, let query = IndexedWords.Query(text) else { return [] }
    let exact = try matches("(\(query.exact)) AND (\(query.any))", bonus: Self.exactBonus, count: count)
    guard exact.count < count else { return exact }
    return exact + (try matches("(\(query.any)) NOT (\(query.exact))", bonus: 0, count: count - exact.count))
  }

  private func matches(_ expression: String, bonus: Float, count: Int) throws -> [RankedChunk] {
    var sql = """
      SELECT chunks.id, chunks.document, -words.rank FROM words JOIN chunks ON chunks.id = words.rowid
      WHERE words MATCH ?
      """
    var arguments: StatementArguments = [expression]
    if let documents {
      sql += " AND chunks.document IN (SELECT value FROM json_each(?))"
      arguments += [StoredCollection.list(documents)]
    }
    sql += " ORDER BY words.rank, chunks.id LIMIT ?"
    arguments += [count + excluded.count]
    let rows = try Row.fetchAll(database, sql: sql, arguments: arguments)
    return try rows.map { row in
      RankedChunk(
        chunk: try row.integer64(0), document: try row.integer64(1), score: Float(try row.number(2)) + bonus)
    }.filter { !excluded.contains($0.chunk) }
  }
}

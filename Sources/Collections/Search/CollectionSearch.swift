import Encoder
import Platform

/// Search over one or several stored collections.
public enum CollectionSearch {
  /// Chunks that each ranking of a hybrid search holds at least, so that the first pages agree about every rank.
  static let fusionDepth = 512

  /// Finds the best places.
  ///
  /// Chunks of a document that touch become one result, at the rank and with the score of the best of them. Equal scores
  /// come in the order of the collections and of their chunks.
  /// - Throws: `invalid` where the query does not fit its mode or a collection's dimensions; `otherSpace` where a vector
  ///   is looked for in collections of several spaces; `damaged`, `storageFailed`.
  public static func search(
    _ collections: [any CollectionStorage], _ query: CollectionQuery
  ) async throws(CollectionError) -> [CollectionHit] {
    try check(query, collections)
    guard query.topK > 0 else { return [] }
    // Neighbours that melt into one result leave room for others behind them.
    let count = 3 * query.wanted
    return try await BlockingExecutor.reading.host { () async throws(CollectionError) in
      let ranking = try await rank(collections, query, count: count)
      return try await results(of: ranking, collections, query)
    }
  }

  /// A chunk of one of the collections.
  struct Reference: Hashable, Comparable {
    let collection: Int
    let chunk: Int64
    let document: Int64

    static func < (left: Reference, right: Reference) -> Bool {
      (left.collection, left.chunk) < (right.collection, right.chunk)
    }
  }

  /// A ranking over all the collections, best first.
  typealias Ranking = [(reference: Reference, score: Float)]

  private static func rank(
    _ collections: [any CollectionStorage], _ query: CollectionQuery, count: Int
  ) async throws(CollectionError) -> Ranking {
    let depth = query.mode == .hybrid ? max(fusionDepth, count) : count
    var semantic: Ranking = []
    var keyword: Ranking = []
    for (index, collection) in collections.enumerated() {
      let candidates = try await collection.candidates(for: query, depth: depth)
      semantic += ranking(candidates.near, of: index)
      keyword += ranking(candidates.worded, of: index)
    }
    if collections.count > 1 {
      semantic = ordered(semantic)
      keyword = ordered(keyword)
    }
    switch query.mode {
    case .semantic: return query.minScore.map { least in semantic.filter { $0.score >= least } } ?? semantic
    case .keyword: return keyword
    case .hybrid: return fuse(semantic, keyword)
    }
  }

  private static func ranking(_ chunks: [RankedChunk], of collection: Int) -> Ranking {
    chunks.map { (Reference(collection: collection, chunk: $0.chunk, document: $0.document), $0.score) }
  }

  /// Reciprocal rank fusion (Cormack, Clarke and Buettcher 2009): the sum of 1 / (60 + rank) over the rankings that hold
  /// the chunk, ranks from 1.
  static func fuse(_ semantic: Ranking, _ keyword: Ranking) -> Ranking {
    var fused: [Reference: Float] = [:]
    for ranking in [semantic, keyword] {
      for (rank, hit) in ranking.enumerated() {
        fused[hit.reference, default: 0] += 1 / (InlineSearch.fusionConstant + Float(rank + 1))
      }
    }
    return ordered(fused.map { ($0.key, $0.value) })
  }

  private static func ordered(_ ranking: Ranking) -> Ranking {
    ranking.sorted { ($1.score, $0.reference) < ($0.score, $1.reference) }
  }

  /// The page of results that the query asks for.
  private static func results(
    of ranking: Ranking, _ collections: [any CollectionStorage], _ query: CollectionQuery
  ) async throws(CollectionError) -> [CollectionHit] {
    var merged = MergedHits()
    let wanted = query.wanted
    var rest = ranking.prefix(3 * wanted)
    while !rest.isEmpty, merged.hits.count < wanted {
      guard !Task.isCancelled else { throw CollectionError(.cancelled) }
      let part = rest.prefix(wanted - merged.hits.count)
      rest = rest.dropFirst(part.count)
      // A chunk that was removed since it was ranked is no result.
      for hit in try await hits(part, collections) { if let hit { merged.add(hit) } }
    }
    return Array(merged.hits.dropFirst(query.offset))
  }

  /// Results in the order of a ranking, read from each collection at once.
  private static func hits(
    _ ranking: Ranking.SubSequence, _ collections: [any CollectionStorage]
  ) async throws(CollectionError) -> [CollectionHit?] {
    var hits = [CollectionHit?](repeating: nil, count: ranking.count)
    for (index, collection) in collections.enumerated() {
      let places = ranking.indices.filter { ranking[$0].reference.collection == index }
      guard !places.isEmpty else { continue }
      let chunks = places.map { place in
        let (reference, score) = ranking[place]
        return RankedChunk(chunk: reference.chunk, document: reference.document, score: score)
      }
      for (place, hit) in zip(places, try await collection.hits(chunks)) { hits[place - ranking.startIndex] = hit }
    }
    return hits
  }

  private static func check(_ query: CollectionQuery, _ collections: [any CollectionStorage]) throws(CollectionError) {
    func fail(_ parameter: String, _ expected: String, _ found: String) -> CollectionError {
      CollectionError(.invalid(parameter: parameter, expected: expected, found: found))
    }
    if query.offset < 0 { throw fail("offset", "0 or more", "\(query.offset)") }
    if query.mode != .semantic {
      if query.minScore != nil {
        throw fail("minScore", "semantic search, whose scores have a scale", query.mode.rawValue)
      }
      if query.text == nil { throw fail("query", "text, for keyword and hybrid search", "a vector") }
    }
    guard query.mode != .keyword else { return }
    guard let vector = query.vector, vector.allSatisfy(\.isFinite) else {
      throw fail("query", "a vector of finite numbers", query.vector == nil ? "none" : "others")
    }
    for collection in collections {
      if let first = collections.first { try collection.require(first.space) }
      guard vector.count == collection.space.dimensions else {
        throw fail("query", "a vector of \(collection.space.dimensions) numbers", "\(vector.count)")
      }
    }
  }
}

import Encoder
import GRDB

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
    _ collections: [StoredCollection], _ query: CollectionQuery
  ) throws(CollectionError) -> [CollectionHit] {
    try check(query, collections)
    guard query.topK > 0 else { return [] }
    // Neighbours that melt into one result leave room for others behind them.
    let count = 3 * query.wanted
    let ranking = try rank(collections, query, count: count)
    return try results(of: ranking, collections, query)
  }

  /// A chunk of one of the collections.
  struct Reference: Hashable, Comparable {
    let collection: Int
    let chunk: Int64

    static func < (left: Reference, right: Reference) -> Bool {
      (left.collection, left.chunk) < (right.collection, right.chunk)
    }
  }

  /// A ranking over all the collections, best first.
  typealias Ranking = [(reference: Reference, score: Float)]

  private static func rank(
    _ collections: [StoredCollection], _ query: CollectionQuery, count: Int
  ) throws(CollectionError) -> Ranking {
    let depth = query.mode == .hybrid ? max(fusionDepth, count) : count
    var semantic: Ranking = []
    var keyword: Ranking = []
    for (index, collection) in collections.enumerated() {
      let (near, worded) = try collection.read { database in
        let scan = try CollectionScan(collection, query, database)
        return (
          query.mode == .keyword ? [] : try scan.semantic(query.vector ?? [], count: depth),
          query.mode == .semantic ? [] : try scan.keyword(query.text ?? "", count: depth)
        )
      }
      semantic += near.map { (Reference(collection: index, chunk: $0.chunk), $0.score) }
      keyword += worded.map { (Reference(collection: index, chunk: $0.chunk), $0.score) }
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
    of ranking: Ranking, _ collections: [StoredCollection], _ query: CollectionQuery
  ) throws(CollectionError) -> [CollectionHit] {
    var merged = MergedHits()
    let wanted = query.wanted
    for (reference, score) in ranking.prefix(3 * wanted) where merged.hits.count < wanted {
      guard !Task.isCancelled else { throw CollectionError(.cancelled) }
      let collection = collections[reference.collection]
      // A chunk that was removed since it was ranked is no result.
      if let hit = try collection.read({ try collection.hit(reference.chunk, score: score, $0) }) { merged.add(hit) }
    }
    return Array(merged.hits.dropFirst(query.offset))
  }

  private static func check(_ query: CollectionQuery, _ collections: [StoredCollection]) throws(CollectionError) {
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

import Encoder
import Platform

/// Search over one or several stored collections.
public enum CollectionSearch {
  /// Chunks that each leg of a hybrid search finds at least, so that the first pages agree about every rank.
  static let hybridDepth = 384
  /// Times that a search begins again because a document was written between its ranking and its reading; then it answers
  /// with what is left.
  private static let mostRepeats = 100

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
    return try await BlockingExecutor.reading.host { () async throws(CollectionError) in
      // Neighbours that melt into one result leave room for others behind them: for more, where all of a file is found.
      var count = 3 * query.wanted
      var repeats = 0
      while true {
        let (ranking, isWhole) = try await rank(collections, query, count: count)
        let (results, isTorn) = try await results(of: ranking, collections, query)
        if isTorn, repeats < mostRepeats {
          repeats += 1
          continue
        }
        if isWhole || results.count >= query.topK { return results }
        count = max(count, hybridDepth).multipliedReportingOverflow(by: 4).overflow ? .max : max(count, hybridDepth) * 4
      }
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

  /// A chunk in the order over all collections.
  struct Ranked: Sendable {
    let reference: Reference
    let score: Float
    let legs: @Sendable () -> [SearchLeg]
    var explanation: (@Sendable () -> RankingExplanation)?
  }

  /// Best first.
  typealias Ranking = [Ranked]

  /// - Returns: the ranking, and whether there is nothing behind it.
  private static func rank(
    _ collections: [any CollectionStorage], _ query: CollectionQuery, count: Int
  ) async throws(CollectionError) -> (Ranking, isWhole: Bool) {
    let depth = query.mode == .hybrid ? max(hybridDepth, count) : count
    var found: [Found] = []
    var isWhole = true
    for (index, collection) in collections.enumerated() {
      let candidates = try await collection.candidates(for: query, depth: depth)
      isWhole = isWhole && candidates.chunks.count < depth
      found += candidates.chunks.map { candidate in
        Found(
          reference: Reference(collection: index, chunk: candidate.chunk, document: candidate.document),
          candidate: candidate, document: candidates.documents[candidate.document] ?? SearchCandidates.Document())
      }
    }
    if let least = query.minSimilarity {
      // What rounding to int8 may take; the exact cosine decides in the end.
      let all = found.count
      found.removeAll { ($0.candidate.textSimilarity ?? -1) < least - 0.02 }
      // Behind those that are not near enough are others.
      isWhole = isWhole || found.count < all
    }
    switch query.mode {
    case .semantic:
      let least = query.minScore ?? -.infinity
      let all = ordered(found) { RankingContext.meaning($0) }
      let near = all.filter { $0.score >= least }
      return (near, isWhole || near.count < all.count)
    case .keyword: return (ordered(found) { $0.words ?? 0 }, isWhole)
    case .hybrid: return (ranked(found, query, folders: collections.compactMap(\.folder)), isWhole)
    }
  }

  /// A candidate of one of the collections.
  private struct Found {
    let reference: Reference
    let candidate: SearchCandidate
    let document: SearchCandidates.Document
  }

  private static func ranked(_ found: [Found], _ query: CollectionQuery, folders: [String]) -> [Ranked] {
    let context = RankingContext(
      query: RankedQuery(query.text ?? ""), candidates: found.map(\.candidate), folders: folders
    ) { found[$0].document }
    let ranking = CandidateRanking(context: context, table: query.ranking)
    return ranking.ranked().map { place -> Ranked in
      var ranked = Ranked(
        reference: found[place.candidate].reference, score: place.score,
        legs: { SearchLeg.legs(of: context.candidates[place.candidate], among: context.candidates) })
      if query.explains { ranked.explanation = { ranking.explanation(of: place) } }
      return ranked
    }
  }

  private static func ordered(_ found: [Found], by score: (SearchCandidate) -> Float) -> Ranking {
    let candidates = found.map(\.candidate)
    return found.map { item in
      Ranked(
        reference: item.reference, score: score(item.candidate),
        legs: { SearchLeg.legs(of: item.candidate, among: candidates) })
    }.sorted { ($1.score, $0.reference) < ($0.score, $1.reference) }
  }

  /// Chunks in the order in which a search would look at them that knows no more than what is embedded, the best first: by the
  /// words of the query, the files' names and their parts in the project.
  static func likeliest(
    _ collections: [any CollectionStorage], _ query: CollectionQuery, count: Int
  ) async throws(CollectionError) -> [Reference] {
    var query = query
    query.mode = .hybrid
    query.minScore = nil
    query.minSimilarity = nil
    query.explains = false
    return try await BlockingExecutor.reading.host { () async throws(CollectionError) in
      try await rank(collections, query, count: count).0.prefix(count).map(\.reference)
    }
  }

  /// The page of results that the query asks for.
  /// - Returns: also whether a chunk was removed since it was ranked, as when its document is written anew meanwhile.
  private static func results(
    of ranking: Ranking, _ collections: [any CollectionStorage], _ query: CollectionQuery
  ) async throws(CollectionError) -> (hits: [CollectionHit], isTorn: Bool) {
    var merged = MergedHits()
    var isTorn = false
    let wanted = query.wanted
    var rest = ranking[...]
    while !rest.isEmpty, merged.hits.count < wanted {
      guard !Task.isCancelled else { throw CollectionError(.cancelled) }
      let part = rest.prefix(wanted - merged.hits.count)
      rest = rest.dropFirst(part.count)
      for hit in try await hits(part, collections, query) {
        guard let hit else {
          isTorn = true
          continue
        }
        if let least = query.minSimilarity, (hit.similarity ?? -1) < least { continue }
        merged.add(hit)
      }
    }
    let lines = QueryLines(query.text ?? "", patterns: query.patterns)
    let hits = merged.hits.dropFirst(query.offset).map { hit in
      var hit = hit
      hit.bestLine = lines.best(in: hit.text, symbol: hit.symbol).number
      return hit
    }
    return (hits, isTorn)
  }

  /// Results in the order of a ranking, read from each collection at once.
  private static func hits(
    _ ranking: Ranking.SubSequence, _ collections: [any CollectionStorage], _ query: CollectionQuery
  ) async throws(CollectionError) -> [CollectionHit?] {
    var hits = [CollectionHit?](repeating: nil, count: ranking.count)
    for (index, collection) in collections.enumerated() {
      let places = ranking.indices.filter { ranking[$0].reference.collection == index }
      guard !places.isEmpty else { continue }
      let chunks = places.map { place in
        let reference = ranking[place].reference
        return RankedChunk(chunk: reference.chunk, document: reference.document, score: ranking[place].score)
      }
      for (place, var hit) in zip(places, try await collection.hits(chunks, near: query.vector)) {
        hit?.legs = ranking[place].legs()
        hit?.explanation = ranking[place].explanation?()
        hits[place - ranking.startIndex] = hit
      }
    }
    return hits
  }

  private static func check(_ query: CollectionQuery, _ collections: [any CollectionStorage]) throws(CollectionError) {
    func fail(_ parameter: String, _ expected: String, _ found: String) -> CollectionError {
      CollectionError(.invalid(parameter: parameter, expected: expected, found: found))
    }
    if query.offset < 0 { throw fail("offset", "0 or more", "\(query.offset)") }
    if query.minSimilarity != nil, query.vector == nil {
      throw fail("minSimilarity", "a query with a vector", "none")
    }
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

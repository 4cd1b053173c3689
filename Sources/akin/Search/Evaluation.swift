import AkinCollections
import Engine
import JSON
import Platform

/// Asks a folder's search what is known to have an answer.
struct Evaluation {
  /// Hits that are looked at to say where a place was lost.
  private static let deepest = 1000
  static let depth = 10

  let index: FolderIndex

  /// The ranks, from 1 and ascending, at which targets are first shown.
  func ranks(_ query: EvaluatedQuery, _ mode: SearchMode) async throws -> [Int] {
    Self.ranks(query, try await hits(query, mode, count: Self.depth))
  }

  private func hits(_ query: EvaluatedQuery, _ mode: SearchMode, count: Int) async throws -> [CollectionHit] {
    var search = CollectionQuery(mode: mode)
    search.topK = count
    return try await FolderSearch(
      engine: index.engine, collections: [index.collection()], query: search,
      embedding: CandidateEmbedding(index.engine)
    )
    .hits(for: query.text, request: EmbedRequest(texts: [query.text]))
  }

  private static func ranks(_ query: EvaluatedQuery, _ hits: [CollectionHit]) -> [Int] {
    Set(
      query.relevant.compactMap { target in
        hits.firstIndex { target.isCovered(by: $0) }.map { $0 + 1 }
      }
    ).sorted()
  }

  /// Where the first right place of a query was lost.
  func stage(_ query: EvaluatedQuery) async throws -> String {
    let ranks = Self.ranks(query, try await hits(query, .hybrid, count: Self.deepest))
    if let rank = ranks.first { return rank == 1 ? "found" : "ranked too low: \(rank)" }
    let paths = try await index.collection().documents().compactMap(\.document.path)
    let isIndexed = paths.contains { path in
      query.relevant.contains { $0.path == path || path.hasSuffix("/" + $0.path) || $0.path.hasSuffix("/" + path) }
    }
    return isIndexed ? "not a candidate" : "not indexed"
  }
}

/// Figures over queries.
struct EvaluationFigures {
  let values: [(name: String, value: Double)]

  /// - Parameters:
  ///   - ranks: of each query, as ``Evaluation/ranks(_:_:)`` gives them.
  ///   - targets: of each query, how many places answer it.
  init(ranks: [[Int]], targets: [Int]) {
    let count = Double(max(ranks.count, 1))
    let gains = zip(ranks, targets).map { ranks, targets in
      let ideal = (1...max(1, min(Evaluation.depth, targets))).reduce(0) { $0 + Self.gain($1) }
      return ranks.reduce(0) { $0 + Self.gain($1) } / ideal
    }
    let hits = [1, 5, 10].map { depth in
      ("hit@\(depth)", Double(ranks.count { $0.first.map { $0 <= depth } ?? false }) / count)
    }
    values =
      [
        ("ndcg@10", gains.reduce(0, +) / count),
        ("mrr", ranks.reduce(0) { $0 + ($1.first.map { 1 / Double($0) } ?? 0) } / count),
      ] + hits
  }

  private static func gain(_ rank: Int) -> Double { 1 / log2(Double(rank) + 1) }

  func json(_ mode: SearchMode) -> JSONValue {
    var object: JSONObject = ["mode": .string(mode.rawValue)]
    for (name, value) in values { object[name] = .number(value) }
    return .object(object)
  }
}

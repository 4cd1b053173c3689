import Engine

/// A cross-encoder that reads the best hits with the query once more, and orders these anew, within a time.
///
/// It stands behind the ranking, and not in it: what it costs is linear in what it reads, so that it reads few.
public struct SecondReading: Sendable {
  /// Hits that are read at most.
  public static let depth = 40
  /// Milliseconds that it may take where nobody says how many.
  public static let usualBudget = 500
  /// Hits that are read at once; between two of these the time is looked at.
  private static let step = 8

  private let engine: Engine
  private let budget: Duration

  /// - Parameters:
  ///   - engine: of a cross-encoder with one score.
  ///   - milliseconds: that it may take; the first hits are read whatever it is.
  public init(_ engine: Engine, milliseconds: Int = usualBudget) {
    self.engine = engine
    budget = .milliseconds(milliseconds)
  }

  /// How many hits have to be found for a page.
  public static func count(topK: Int, offset: Int) -> Int {
    let (sum, isTooLarge) = topK.addingReportingOverflow(offset)
    return isTooLarge ? .max : max(sum, depth)
  }

  /// The hits with those that were read first, in the order of their scores, and the others behind in their own.
  /// - Parameter hits: the best first.
  /// - Throws: what ``Engine/rerank(_:progress:)`` throws.
  public func ordered(_ hits: [CollectionHit], for query: String) async throws(EngineError) -> [CollectionHit] {
    let start = ContinuousClock.now
    var scores: [Float] = []
    var longest = Duration.zero
    var read = hits
    while scores.count < min(hits.count, Self.depth) {
      let before = ContinuousClock.now
      guard scores.isEmpty || before - start + longest <= budget else { break }
      let part = hits[scores.count..<min(scores.count + Self.step, hits.count, Self.depth)]
      let answer = try await engine.rerank(RerankRequest(query: query, documents: part.map(Self.text)))
      for (index, score) in zip(part.indices, answer.scores) { read[index].rerankScore = score }
      scores += answer.logits
      longest = max(longest, ContinuousClock.now - before)
    }
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    return order.map { read[$0] } + read[scores.count...]
  }

  /// A hit as it is read: where it stands, and its text.
  private static func text(_ hit: CollectionHit) -> String {
    let place = ChunkPlace.text(path: hit.path, heading: hit.heading, symbol: hit.symbol)
    return (place.map { $0 + "\n" } ?? "") + hit.text
  }
}

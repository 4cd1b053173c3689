import Encoder
import Engine

extension QueryLines {
  /// Lines of one hit that are looked at, the longest of those that say something.
  private static let linesOfHit = 10
  /// Lines that are looked at for one search: short texts, some milliseconds.
  private static let mostLines = 60

  /// The hits of a search with the line that answers best: by the query's words, and by meaning where a hit has none of them.
  /// - Parameter query: whose vector is `engine`'s, of length 1.
  /// - Throws: what `Engine.embed` throws.
  public static func refined(
    _ hits: [CollectionHit], for query: CollectionQuery, engine: Engine
  ) async throws(EngineError) -> [CollectionHit] {
    guard query.mode != .keyword, let text = query.text, let vector = query.vector else { return hits }
    let lines = QueryLines(text, patterns: query.patterns)
    return try await lines.refined(hits, near: vector, engine: engine)
  }

  /// Where no line of a hit has a word of the query, the line whose meaning is nearest to it is the best.
  /// - Parameters:
  ///   - hits: as a search has found them.
  ///   - vector: the query's, of length 1.
  ///   - engine: that the vector is from.
  /// - Throws: what `Engine.embed` throws.
  public func refined(
    _ hits: [CollectionHit], near vector: [Float], engine: Engine
  ) async throws(EngineError) -> [CollectionHit] {
    var places: [(hit: Int, line: Int)] = []
    var texts: [String] = []
    for (index, hit) in hits.enumerated() where !best(in: hit.text, symbol: hit.symbol).isNamed {
      let lines = Self.lines(hit.text)
      let saying = lines.indices.filter { Self.saysSomething(lines[$0]) }
      let longest = saying.sorted { (lines[$1].utf8.count, $0) < (lines[$0].utf8.count, $1) }.prefix(Self.linesOfHit)
      guard longest.count > 1, texts.count + longest.count <= Self.mostLines else { continue }
      for line in longest.sorted() {
        places.append((index, line))
        texts.append(String(lines[line].drop(while: \.isWhitespace)))
      }
    }
    guard !texts.isEmpty else { return hits }
    var request = EmbedRequest(texts: texts)
    request.prompt = engine.description.prompts["document"] == nil ? nil : .named("document")
    var refined = hits
    var nearest: [Int: Float] = [:]
    for (place, line) in zip(places, try await engine.embed(request).vectors) {
      let score = Vectors.dot(vector, line)
      guard score > nearest[place.hit] ?? -.infinity else { continue }
      nearest[place.hit] = score
      refined[place.hit].bestLine = place.line
    }
    return refined
  }
}

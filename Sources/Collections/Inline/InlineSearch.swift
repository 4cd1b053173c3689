import Encoder
import Engine

/// A document that comes with the request.
public struct InlineDocument: Sendable, Equatable {
  /// The client's name for it, given back with each hit.
  public var id: String?
  /// Where it lives, given back with each hit.
  public var uri: String?
  /// What is searched.
  public var text: String
  /// What a filter looks at.
  public var metadata: [String: MetadataValue]

  /// A document of `text`, with nothing else unless given.
  public init(text: String, id: String? = nil, uri: String? = nil, metadata: [String: MetadataValue] = [:]) {
    self.text = text
    self.id = id
    self.uri = uri
    self.metadata = metadata
  }
}

/// How documents are ranked.
public enum SearchMode: String, Sendable, CaseIterable {
  /// By the cosine of the vectors.
  case semantic
  /// By BM25 over words.
  case keyword
  /// By reciprocal rank fusion of both.
  case hybrid
}

/// What is looked for.
public enum SearchQuery: Sendable, Equatable {
  /// Words; embedded for semantic search.
  case text(String)
  /// A vector of the model's dimensions; semantic search only.
  case vector([Float])
}

/// A document found.
public struct SearchHit: Sendable, Equatable {
  /// Index in the documents.
  public let index: Int
  /// Cosine (semantic, -1 to 1), BM25 (keyword, above 0) or fused rank (hybrid, above 0): greater is better.
  public let score: Float
  /// The cosine of the query and the text, -1 to 1, where a least one was asked for.
  public let similarity: Float?
}

/// Search over documents that come with the request: each is embedded once for all queries.
public struct InlineSearch: Sendable {
  /// Reciprocal rank fusion's constant (Cormack, Clarke and Buettcher 2009).
  public static let fusionConstant: Float = 60

  private let engine: Engine
  private let queryOptions: EmbedRequest
  private let documentOptions: EmbedRequest

  /// - Parameters:
  ///   - query: embedding options of the queries; its texts are replaced.
  ///   - documents: embedding options of the documents; its texts are replaced.
  public init(engine: Engine, query: EmbedRequest, documents: EmbedRequest) {
    self.engine = engine
    queryOptions = query
    documentOptions = documents
  }

  /// Ranks the documents for each query.
  /// - Parameters:
  ///   - topK: hits a query at most; ties go to the earlier document.
  ///   - minScore: hits with less are left out. In keyword and hybrid mode documents without a shared word, or in
  ///     neither ranking, are never hits.
  ///   - minSimilarity: hits with a lower cosine are left out, in every mode.
  ///   - filter: documents that do not meet it take no part, not even in the word statistics.
  ///   - patterns: nor do documents whose text lacks one of them.
  ///   - progress: told how many of the texts that are to be embedded are, as by ``Engine/embed(_:progress:)``.
  /// - Throws: what ``Engine/embed(_:progress:)`` throws; `invalid` for a vector that does not fit the model or the mode.
  public func search(
    _ queries: [SearchQuery], documents: [InlineDocument], topK: Int, minScore: Float?, mode: SearchMode,
    minSimilarity: Float? = nil, filter: MetadataFilter?, patterns: [TextPattern] = [],
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws(EngineError) -> [[SearchHit]] {
    let indices = documents.indices.filter { index in
      filter?.matches(documents[index].metadata) ?? true && patterns.allSatisfy { $0.matches(documents[index].text) }
    }
    let texts = indices.map { documents[$0].text }
    let wantsMeaning = mode != .keyword || minSimilarity != nil
    let semantic = wantsMeaning ? try await semanticScores(queries, texts: texts, progress) : []
    let keyword = mode == .semantic ? [] : try keywordScores(queries, texts: texts)
    return queries.indices.map { query in
      var ranked: [(index: Int, score: Float)]
      // Behind those that are not near enough are others.
      let count = minSimilarity == nil ? topK : texts.count
      switch mode {
      case .semantic:
        ranked = Vectors.topK(semantic[query], k: count, minScore: minScore)
      case .keyword:
        ranked = Vectors.topK(keyword[query], k: count, minScore: minScore).filter { $0.score > 0 }
      case .hybrid:
        let fused = Self.fuse(semantic: semantic[query], keyword: keyword[query])
        ranked = Vectors.topK(fused, k: count, minScore: minScore).filter { $0.score > 0 }
      }
      if let minSimilarity { ranked = Array(ranked.filter { semantic[query][$0.index] >= minSimilarity }.prefix(topK)) }
      return ranked.map { hit in
        SearchHit(
          index: indices[hit.index], score: hit.score,
          similarity: minSimilarity == nil ? nil : semantic[query][hit.index])
      }
    }
  }

  private func semanticScores(
    _ queries: [SearchQuery], texts: [String], _ progress: @escaping @Sendable (Int, Int) -> Void
  ) async throws(EngineError) -> [[Float]] {
    let words = queries.compactMap { query in
      if case .text(let text) = query { return text }
      return nil
    }
    let total = words.count + texts.count
    // What is wrong with a query is found before the work on the documents.
    var request = queryOptions
    request.texts = words
    let vectors = try queryVectors(queries, try await engine.embed(request) { progress($0, total) })
    request = documentOptions
    request.texts = texts
    let documents = try await engine.embed(request) { progress(words.count + $0, total) }.vectors
    do {
      return try Vectors.scores(left: vectors, right: documents, function: .cosine)
    } catch {
      throw EngineError(.cancelled)
    }
  }

  private func queryVectors(_ queries: [SearchQuery], _ answer: EmbedAnswer) throws(EngineError) -> [[Float]] {
    var embedded = answer.vectors.makeIterator()
    var vectors: [[Float]] = []
    for (index, query) in queries.enumerated() {
      switch query {
      case .text:
        vectors.append(embedded.next() ?? [])
      case .vector(let vector):
        guard vector.count == answer.dimensions else {
          throw EngineError(
            .invalid(
              parameter: "query[\(index)]", expected: "a vector of \(answer.dimensions) numbers",
              found: "\(vector.count) numbers"))
        }
        vectors.append(vector)
      }
    }
    return vectors
  }

  private func keywordScores(_ queries: [SearchQuery], texts: [String]) throws(EngineError) -> [[Float]] {
    let index = KeywordIndex(texts)
    var scores: [[Float]] = []
    for (position, query) in queries.enumerated() {
      if Task.isCancelled { throw EngineError(.cancelled) }
      guard case .text(let text) = query else {
        throw EngineError(
          .invalid(parameter: "query[\(position)]", expected: "text, for keyword and hybrid search", found: "a vector"))
      }
      scores.append(index.scores(text))
    }
    return scores
  }

  /// The sum of 1 / (60 + rank) over the rankings that hold the document, ranks from 1; a document that shares no word
  /// with the query is not in the keyword ranking.
  static func fuse(semantic: [Float], keyword: [Float]) -> [Float] {
    var fused = [Float](repeating: 0, count: semantic.count)
    for scores in [semantic, keyword.map { $0 > 0 ? $0 : -.infinity }] {
      let ranking = Vectors.topK(scores, k: scores.count, minScore: nil).filter { $0.score > -.infinity }
      for (rank, hit) in ranking.enumerated() {
        fused[hit.index] += 1 / (fusionConstant + Float(rank + 1))
      }
    }
    return fused
  }
}

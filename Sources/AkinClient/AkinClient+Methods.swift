import AkinProtocol
import JSON

extension AkinClient {
  /// The vector of a text.
  public func embed(_ text: String, options: EmbeddingOptions = EmbeddingOptions()) async throws -> [Float] {
    try await vectors([text], options, .embedding("text", isAlone: true))[0]
  }

  /// The vectors of texts, `[texts][components]`.
  /// - Parameter progress: gets the share of the texts that is done, as the server tells it.
  public func embed(
    _ texts: [String], options: EmbeddingOptions = EmbeddingOptions(),
    progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> [[Float]] {
    try await vectors(texts, options, .embedding("texts"), progress: progress)
  }

  func vectors(
    _ texts: [String], _ options: EmbeddingOptions, _ arguments: ArgumentNames,
    progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> [[Float]] {
    var parameters = EmbedMethod.Parameters(input: texts)
    parameters.options = options
    parameters.encodingFormat = .base64
    let result = try await call(EmbedMethod.self, parameters, arguments, progress: progress)
    guard case .sentence(let vectors) = result.embeddings, vectors.count == texts.count else {
      throw AkinClientError.unexpectedAnswer("not one vector a text")
    }
    return try vectors.map(Self.components)
  }

  /// The vectors of any number of texts, one by one in their order, in flat memory: requests of `batchSize` texts, of which
  /// `inFlight` at most are under way.
  public nonisolated func embeddings<Texts: AsyncSequence & Sendable>(
    of texts: Texts, options: EmbeddingOptions = EmbeddingOptions(), batchSize: Int = 64, inFlight: Int = 4
  ) -> EmbeddingSequence<Texts> where Texts.Element == String {
    precondition(batchSize >= 1 && inFlight >= 1)
    return EmbeddingSequence(client: self, texts: texts, options: options, batchSize: batchSize, inFlight: inFlight)
  }

  /// The tokens of texts, one encoding a text.
  public func tokenize(
    _ texts: [String], positionEncoding: PositionEncodingKind? = nil
  ) async throws -> [TokenEncoding] {
    var parameters = TokenizeMethod.Parameters(input: texts)
    parameters.positionEncoding = positionEncoding
    return try await call(TokenizeMethod.self, parameters, ArgumentNames(names: ["input": "texts"])).encodings
  }

  /// Scores, rows of left by columns of right; greater is more alike.
  public func similarity(_ left: [TextOrVector], _ right: [TextOrVector]) async throws -> [[Float]] {
    try await call(SimilarityMethod.self, SimilarityMethod.Parameters(left: left, right: right)).scores
  }

  /// Documents in the order in which they answer a query, as the server's cross-encoder reads both together.
  /// - Parameter count: results at most; nil for all.
  public func rerank(_ query: String, _ documents: [String], count: Int? = nil) async throws -> [RerankMethod.Item] {
    var parameters = RerankMethod.Parameters(query: query, documents: documents)
    parameters.topK = count
    return try await call(RerankMethod.self, parameters, ArgumentNames(names: ["topK": "count"])).results
  }

  /// The documents that come closest to a query in meaning, the best first.
  /// - Parameter count: hits at most.
  public func search(
    _ query: String, in documents: [String], count: Int = 10
  ) async throws -> [SearchMethod.Hit] {
    try await search(query, .documents(documents.map { SearchDocument(text: $0) }), count)
  }

  /// The stored texts that come closest to a query in meaning, the best first.
  /// - Parameter count: hits at most.
  public func search(
    _ query: String, collections: [CollectionName], count: Int = 10
  ) async throws -> [SearchMethod.Hit] {
    try await search(query, .collections(collections), count)
  }

  static let searchArguments = ArgumentNames(
    names: ["topK": "count", "collection": "collections", "similarTo": "example"], alone: ["query"])

  private func search(
    _ query: String, _ source: SearchMethod.Source, _ count: Int
  ) async throws -> [SearchMethod.Hit] {
    var parameters = SearchMethod.Parameters(query: [.text(query)], source: source)
    parameters.topK = count
    return try await call(SearchMethod.self, parameters, Self.searchArguments).results.first ?? []
  }

  /// The model in use; loads it.
  public func modelInfo() async throws -> ModelInfoMethod.Result {
    try await request(ModelInfoMethod.self, NoParameters())
  }

  private static func components(_ vector: EmbeddingVector) throws -> [Float] {
    guard case .base64(let text, .float32) = vector, let values = Base64.decode(text).flatMap(Float32Bytes.decode)
    else {
      throw AkinClientError.unexpectedAnswer("a vector that is not base64 of float32")
    }
    return values
  }
}

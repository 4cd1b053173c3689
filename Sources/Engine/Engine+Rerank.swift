import Encoder
import ModelFiles
import Platform
import Tokenizers

/// Documents to be scored by how well each answers a query.
public struct RerankRequest: Sendable {
  /// What is asked.
  public var query: String
  /// What may answer it, each on its own.
  public var documents: [String]
  /// What happens to a pair over the model's length: `truncate` or `error`.
  public var overflow = Overflow.truncate
  /// Interactive work overtakes bulk work.
  public var priority = Priority.interactive

  /// A request with the model's settings.
  public init(query: String, documents: [String]) {
    self.query = query
    self.documents = documents
  }
}

/// The answer to a ``RerankRequest``, in the order of its documents.
public struct RerankAnswer: Sendable, Equatable {
  /// What the model gives.
  public var logits: [Float] = []
  /// What its configuration makes of it: usually the sigmoid.
  public var scores: [Float] = []
  /// Tokens of each pair before any cut, special tokens included.
  public var tokens: [Int] = []
  /// Whether a pair was cut at the model's length.
  public var truncated: [Bool] = []

  /// An answer to no documents.
  public init() {}

  /// The documents' indices, the best first; equal ones in their order.
  public func ranking(_ count: Int) -> [Int] {
    let order = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    return Array(order.prefix(count))
  }
}

extension Engine {
  /// Scores every document with the query, both read together.
  /// - Parameter progress: as for `embed`, of documents.
  /// - Throws: `invalid` where the model is no cross-encoder with one score; else as `embed`.
  public func rerank(
    _ request: RerankRequest, progress: @escaping @Sendable (_ documents: Int) -> Void = { _ in }
  ) async throws(EngineError) -> RerankAnswer {
    if description.tokenHead != nil { return try await rerankByTokens(request, progress: progress) }
    guard let head = description.classifier, head.labels == 1 else {
      let found = description.classifier.map { "a classifier with \($0.labels) labels" } ?? "a model of vectors"
      throw EngineError(
        .invalid(parameter: "model", expected: "a cross-encoder, which scores a pair of texts", found: found))
    }
    var answer = RerankAnswer()
    var sequences: [TokenSequence] = []
    let prompt = description.defaultPromptName.flatMap { description.prompts[$0] } ?? ""
    let query = tokenizer.plainIDs(prompt + request.query)
    for (index, document) in request.documents.enumerated() {
      if index.isMultiple(of: 64) {
        await Task.yield()
        if Task.isCancelled { throw EngineError(.cancelled) }
      }
      let pair = try encode(query, document)
      guard request.overflow == .truncate || !pair.truncated else {
        throw EngineError(.tooLong(text: index, tokens: pair.total, limit: description.maxSequenceLength))
      }
      answer.tokens.append(pair.total)
      answer.truncated.append(pair.truncated)
      var sequence = TokenSequence(
        text: index, ids: pair.ids, typeIDs: pair.typeIDs, pooledRows: 0..<pair.ids.count, weight: pair.ids.count)
      sequence.kept = head.pooling.row(of: sequence.pooledRows)
      sequences.append(sequence)
    }
    guard !sequences.isEmpty else { return answer }
    let results = try await run(sequences, priority: request.priority, progress: progress) { tokens, _, encoder in
      .pooled(encoder.classify(tokens))
    }
    answer.logits = results.map { if case .pooled(let logits) = $0 { logits[0] } else { .nan } }
    var numbers = EmbedAnswer(dimensions: 1)
    numbers.vectors = [answer.logits]
    try check(numbers)
    answer.scores = head.scores == .identity ? answer.logits : answer.logits.map { 1 / (1 + exp(-$0)) }
    return answer
  }

  /// Documents scored token by token, each read by itself.
  private func rerankByTokens(
    _ request: RerankRequest, progress: @escaping @Sendable (_ documents: Int) -> Void
  ) async throws(EngineError) -> RerankAnswer {
    var tokens = TokenScoreRequest(queries: [request.query], documents: request.documents)
    (tokens.overflow, tokens.priority) = (request.overflow, request.priority)
    let found = try await tokenScores(tokens, progress: progress)
    var answer = RerankAnswer()
    (answer.tokens, answer.truncated) = (found.tokens, found.truncated)
    answer.logits = found.scores[0]
    answer.scores = answer.logits
    return answer
  }

  private func encode(_ query: [Int32], _ document: String) throws(EngineError) -> PairIDs {
    do throws(TokenizerError) {
      return try tokenizer.pairIDs(query, document, maxLength: description.maxSequenceLength)
    } catch {
      throw EngineError(.encoderFailed, detail: "the tokenizer failed: \(error)")
    }
  }
}

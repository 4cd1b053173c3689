import Encoder
import ModelFiles

/// Texts to be compared token by token.
public struct TokenScoreRequest: Sendable {
  /// The rows of the scores.
  public var queries: [String]
  /// The columns of the scores.
  public var documents: [String]
  /// What happens to texts over the model's length: `truncate` or `error`.
  public var overflow = Overflow.truncate
  /// Interactive work overtakes bulk work.
  public var priority = Priority.interactive

  /// A request with the model's settings, prompts of queries and documents included.
  public init(queries: [String], documents: [String]) {
    self.queries = queries
    self.documents = documents
  }
}

/// The answer to a ``TokenScoreRequest``.
public struct TokenScores: Sendable, Equatable {
  /// `[queries][documents]`: for every token of a query the product with the nearest of the document's, added up (MaxSim).
  public var scores: [[Float]] = []
  /// Tokens of each document before any cut, special tokens included.
  public var tokens: [Int] = []
  /// Whether a document was cut.
  public var truncated: [Bool] = []
}

extension Engine {
  /// Compares every query with every document, token by token. No more than the queries' vectors are held in memory.
  /// - Parameter progress: as for `embed`, of documents.
  /// - Throws: `invalid` where the model makes no vectors of tokens to be compared; else as `embed`.
  public func tokenScores(
    _ request: TokenScoreRequest, progress: @escaping @Sendable (_ documents: Int) -> Void = { _ in }
  ) async throws(EngineError) -> TokenScores {
    guard let head = description.tokenHead else {
      throw EngineError(
        .invalid(
          parameter: "model", expected: "a model that compares texts token by token", found: "\(description.name)"))
    }
    let queries = try await segmentation(
      of: request.queries, prompt: description.prompts[TextRole.query.rawValue] ?? "", role: .query,
      overflow: request.overflow)
    let documents = try await segmentation(
      of: request.documents, prompt: description.prompts[TextRole.document.rawValue] ?? "", role: .document,
      overflow: request.overflow)
    var answer = TokenScores()
    (answer.tokens, answer.truncated) = (documents.tokens, documents.truncated)
    let rows = try await vectors(queries.sequences, head, .query, request.priority)
    var queryRows = [[[Float]]](repeating: [], count: request.queries.count)
    for (sequence, vectors) in zip(queries.sequences, rows) { queryRows[sequence.text] = vectors }
    answer.scores = request.queries.map { _ in [Float](repeating: 0, count: request.documents.count) }
    let (known, sequences) = (queryRows, documents.sequences)
    let results = try await run(sequences, priority: request.priority, progress: progress) {
      tokens, sequence, encoder in
      let rows = Self.compared(tokens, sequence, head, .document, encoder)
      return .pooled(known.map { Vectors.maxSim($0, rows, averages: head.averages) })
    }
    for (result, sequence) in zip(results, sequences) {
      guard case .pooled(let scores) = result else { continue }
      for (query, score) in scores.enumerated() { answer.scores[query][sequence.text] = score }
    }
    var numbers = EmbedAnswer(dimensions: 1)
    numbers.vectors = answer.scores
    try check(numbers)
    return answer
  }

  private func vectors(
    _ sequences: [TokenSequence], _ head: TokenHead, _ role: TextRole, _ priority: Priority
  ) async throws(EngineError) -> [[[Float]]] {
    guard !sequences.isEmpty else { return [] }
    let results = try await run(sequences, priority: priority, progress: { _ in }) { tokens, sequence, encoder in
      .rows(Self.compared(tokens, sequence, head, role, encoder))
    }
    return results.map { if case .rows(let rows) = $0 { rows } else { [] } }
  }

  /// The vectors of the tokens that count.
  private static func compared(
    _ tokens: Span<Float>, _ sequence: TokenSequence, _ head: TokenHead, _ role: TextRole, _ encoder: TransformerEncoder
  ) -> [[Float]] {
    let size = encoder.description.transformer.hiddenSize
    let skipped = head.skippingRoles.contains(role) ? head.skippedIDs : []
    return tokens.withUnsafeBufferPointer { values in
      sequence.ids.indices.compactMap { row in
        guard !skipped.contains(sequence.ids[row]) else { return nil }
        var vector = encoder.projectToken(Array(values[row * size..<(row + 1) * size]))
        if head.normalize { Vectors.normalize(&vector) }
        return vector
      }
    }
  }
}

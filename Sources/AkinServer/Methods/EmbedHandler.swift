import AkinProtocol
import Engine

/// `embed`
struct EmbedHandler: MethodHandler {
  typealias Method = EmbedMethod

  /// Texts of a request that are worked on at a time. The sizes differ in how soon a client sees something, and not in any
  /// vector.
  private enum PartSize {
    /// All are sent together.
    static let joined = 1024
    /// Vectors are sent as they come: a part is some 300 KB of vectors, or some MB of the vectors of tokens.
    static let sentVectors = 64
    static let sentTokenVectors = 8
  }

  func answer(_ parameters: EmbedMethod.Parameters, _ call: Call) async throws -> EmbedMethod.Result {
    let isSentInParts = parameters.partialResultToken != nil
    try call.checkTexts(parameters.input, of: "input", limit: isSentInParts ? .maxPartialInputs : .maxInputs)
    return try await call.withProgress("Embedding") { progress in
      let engine = try await call.engine(parameters.model)
      try call.checkLengths(parameters.input, parameters.options, engine: engine) { call.path("input", $0) }
      if !isSentInParts { try checkTokens(parameters, engine, call) }
      return try await embed(parameters, engine, call, progress)
    }
  }

  /// Counts the vectors of output `tokens`.
  private func checkTokens(_ parameters: EmbedMethod.Parameters, _ engine: Engine, _ call: Call) throws {
    guard parameters.output == .tokens else { return }
    let prompt = try call.promptText(parameters.options.prompt, of: engine.description)
    var count = 0
    for text in parameters.input {
      try Task.checkCancellation()
      count += engine.tokenizer.ids(prompt + text, maxLength: engine.description.maxSequenceLength).ids.count
      try call.checkTokens(count, of: "input")
    }
  }

  /// Embeds part after part. While one is written, the next is being encoded.
  private func embed(
    _ parameters: EmbedMethod.Parameters, _ engine: Engine, _ call: Call, _ progress: WorkProgress
  ) async throws -> EmbedMethod.Result {
    let texts = parameters.input
    let isSentInParts = parameters.partialResultToken != nil
    let template = EmbedRequest(texts: texts, parameters.options)
    let size = partSize(parameters)
    let embed = { @Sendable (start: Int) async throws(EngineError) in
      var request = template
      request.output = EmbedOutput(parameters.output)
      request.texts = Array(texts[start...].prefix(size))
      return try await engine.embed(request) { progress.report(start + $0, of: texts.count, "texts") }
    }
    var answer = try await embed(0)
    var whole = EmbedAnswer(dimensions: answer.dimensions)
    var start = 0
    while true {
      let end = min(start + size, texts.count)
      async let following = embed(end)
      if isSentInParts {
        let part = try result(answer, of: texts[start..<end], parameters, engine, call)
        try await call.context.sendPartialResult(EmbedMethod.PartialResult(start: start, result: part).json)
      } else {
        whole.append(answer)
      }
      guard end < texts.count else { break }
      answer = try await following
      start = end
    }
    return try result(whole, of: texts[..<(isSentInParts ? 0 : texts.count)], parameters, engine, call)
  }

  private func partSize(_ parameters: EmbedMethod.Parameters) -> Int {
    guard parameters.partialResultToken != nil else { return PartSize.joined }
    return parameters.output == .tokens ? PartSize.sentTokenVectors : PartSize.sentVectors
  }

  /// - Parameter texts: those that the answer is about.
  private func result(
    _ answer: EmbedAnswer, of texts: ArraySlice<String>, _ parameters: EmbedMethod.Parameters, _ engine: Engine,
    _ call: Call
  ) throws -> EmbedMethod.Result {
    let encode = { (vector: [Float]) in
      EmbeddingVector.encoded(vector, dataType: parameters.dataType, format: parameters.encodingFormat)
    }
    let hasScales = parameters.dataType == .int8
    var result = EmbedMethod.Result(
      model: engine.description.name, dimensions: answer.dimensions, embeddings: .sentence([]),
      tokenCounts: answer.tokens,
      truncated: answer.truncated)
    switch parameters.output {
    case .sentence:
      let encoded = answer.vectors.map(encode)
      result.embeddings = .sentence(encoded.map(\.vector))
      result.scales = hasScales ? .sentence(encoded.compactMap(\.scale)) : nil
    case .sparse:
      result.embeddings = .sparse(
        answer.sparseVectors.map {
          SparseEmbedding(indices: $0.indices.map(Int.init), values: $0.values, format: parameters.encodingFormat)
        })
    case .tokens:
      let encoded = answer.tokenVectors.map { $0.map(encode) }
      result.embeddings = .tokens(encoded.map { $0.map(\.vector) })
      result.scales = hasScales ? .tokens(encoded.map { $0.compactMap(\.scale) }) : nil
      let prompt = try call.promptText(parameters.options.prompt, of: engine.description)
      let positions = parameters.positionEncoding ?? call.positionEncoding
      result.encodings = zip(answer.encodings, texts).map {
        TokenEncoding($0, text: prompt + $1, positions: positions)
      }
    }
    return result
  }
}

extension EmbedOutput {
  init(_ output: EmbedMethod.Output) {
    switch output {
    case .sentence: self = .sentence
    case .tokens: self = .tokens
    case .sparse: self = .sparse
    }
  }
}

extension EmbedAnswer {
  /// Adds the answer for the texts that follow.
  fileprivate mutating func append(_ other: EmbedAnswer) {
    vectors += other.vectors
    sparseVectors += other.sparseVectors
    tokenVectors += other.tokenVectors
    encodings += other.encodings
    tokens += other.tokens
    truncated += other.truncated
  }
}

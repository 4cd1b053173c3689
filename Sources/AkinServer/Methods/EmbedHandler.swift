import AkinProtocol
import Engine

/// `embed`
struct EmbedHandler: MethodHandler {
  typealias Method = EmbedMethod

  /// Texts of a request that are worked on at a time. The sizes differ in how soon a client sees something, and not in any
  /// vector.
  private enum PartSize {
    /// Nobody looks on.
    static let unseen = 1024
    /// Progress in this many parts, of at least ``leastSeen`` texts each.
    static let seenParts = 20
    static let leastSeen = 16
    /// Vectors are sent as they come: a part is some 300 KB of vectors, or some MB of the vectors of tokens.
    static let sentVectors = 64
    static let sentTokenVectors = 8
  }

  func answer(_ parameters: EmbedMethod.Parameters, _ call: Call) async throws -> EmbedMethod.Result {
    let isSentInParts = parameters.partialResultToken != nil
    try call.checkTexts(parameters.input, of: "input", limit: isSentInParts ? call.limits.maxPartialInputs : nil)
    call.report(.begin(title: "Embedding"))
    // A progress that has begun ends, also where the request fails.
    defer { call.report(.end()) }
    let engine = try await call.engine()
    try call.checkLengths(parameters.input, parameters.options, engine: engine) { call.path("input", $0) }
    if !isSentInParts { try checkTokens(parameters, engine, call) }
    return try await embed(parameters, engine, call)
  }

  /// Counts the vectors of output `tokens`.
  private func checkTokens(_ parameters: EmbedMethod.Parameters, _ engine: Engine, _ call: Call) throws {
    guard parameters.output == .tokens else { return }
    let prompt = try call.promptText(parameters.options.prompt, of: engine.description)
    var count = 0
    for text in parameters.input {
      count += engine.tokenizer.ids(prompt + text, maxLength: engine.description.maxSequenceLength).ids.count
      try call.checkTokens(count, of: "input")
    }
  }

  /// Embeds part after part. While one is written, the next is being encoded.
  private func embed(
    _ parameters: EmbedMethod.Parameters, _ engine: Engine, _ call: Call
  ) async throws -> EmbedMethod.Result {
    let texts = parameters.input
    let size = partSize(parameters)
    var request = EmbedRequest(texts: texts, parameters.options)
    request.output = parameters.output == .tokens ? .tokens : .sentence
    request.texts = Array(texts.prefix(size))
    var answer = try await engine.embed(request)
    var whole = EmbedAnswer(dimensions: answer.dimensions)
    var start = 0
    while true {
      let end = start + request.texts.count
      request.texts = Array(texts[end...].prefix(size))
      let next = request
      async let following = engine.embed(next)
      if parameters.partialResultToken == nil {
        whole.append(answer)
      } else {
        let part = try result(answer, of: texts[start..<end], parameters, engine, call)
        try await call.context.sendPartialResult(EmbedMethod.PartialResult(start: start, result: part).json)
      }
      call.report(.report(message: "\(end) of \(texts.count) texts", percentage: 100 * end / texts.count))
      guard end < texts.count else { break }
      answer = try await following
      start = end
    }
    let isWhole = parameters.partialResultToken == nil
    return try result(whole, of: texts[..<(isWhole ? texts.count : 0)], parameters, engine, call)
  }

  private func partSize(_ parameters: EmbedMethod.Parameters) -> Int {
    if parameters.partialResultToken != nil {
      return parameters.output == .tokens ? PartSize.sentTokenVectors : PartSize.sentVectors
    }
    guard parameters.workDoneToken != nil else { return PartSize.unseen }
    let part = (parameters.input.count + PartSize.seenParts - 1) / PartSize.seenParts
    return min(max(PartSize.leastSeen, part), PartSize.unseen)
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
      model: engine.description.name, dimensions: answer.dimensions, embeddings: .sentence([]), tokens: answer.tokens,
      truncated: answer.truncated)
    switch parameters.output {
    case .sentence:
      let encoded = answer.vectors.map(encode)
      result.embeddings = .sentence(encoded.map(\.vector))
      result.scales = hasScales ? .sentence(encoded.compactMap(\.scale)) : nil
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

extension EmbedAnswer {
  /// Adds the answer for the texts that follow.
  fileprivate mutating func append(_ other: EmbedAnswer) {
    vectors += other.vectors
    tokenVectors += other.tokenVectors
    encodings += other.encodings
    tokens += other.tokens
    truncated += other.truncated
  }
}

extension Call {
  /// Sends progress, where the client asked for it.
  fileprivate func report(_ step: ProgressNotification.Step) {
    context.report(step.json)
  }
}

import AkinProtocol
import Engine

/// `embed`
struct EmbedHandler: MethodHandler {
  typealias Method = EmbedMethod

  /// Parts that a request with progress is worked on in, at least this many texts each.
  private static let parts = 20
  private static let leastTexts = 16

  func answer(_ parameters: EmbedMethod.Parameters, _ call: Call) async throws -> EmbedMethod.Result {
    try call.checkTexts(parameters.input, of: "input")
    call.report(.begin(title: "Embedding"))
    // A progress that has begun ends, also where the request fails.
    defer { call.report(.end()) }
    let engine = try await call.engine()
    try call.checkLengths(parameters.input, parameters.options, engine: engine) { call.path("input", $0) }
    try checkTokens(parameters, engine, call)
    let answer = try await embed(parameters, engine, call)
    return try result(answer, parameters, engine, call)
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

  /// Embeds all at once, or in parts where the client wants to see progress. A text's vector is the same either way.
  private func embed(
    _ parameters: EmbedMethod.Parameters, _ engine: Engine, _ call: Call
  ) async throws -> EmbedAnswer {
    var request = EmbedRequest(texts: parameters.input, parameters.options)
    request.output = parameters.output == .tokens ? .tokens : .sentence
    guard parameters.workDoneToken != nil else { return try await engine.embed(request) }
    let total = parameters.input.count
    let size = max(Self.leastTexts, (total + Self.parts - 1) / Self.parts)
    var done = 0
    func next() async throws -> EmbedAnswer {
      request.texts = Array(parameters.input[done...].prefix(size))
      let part = try await engine.embed(request)
      done += request.texts.count
      call.report(.report(message: "\(done) of \(total) texts", percentage: 100 * done / total))
      return part
    }
    var whole = try await next()
    while done < total { whole.append(try await next()) }
    return whole
  }

  private func result(
    _ answer: EmbedAnswer, _ parameters: EmbedMethod.Parameters, _ engine: Engine, _ call: Call
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
      result.encodings = zip(answer.encodings, parameters.input).map {
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

import AkinProtocol
import JSON

/// Ollama's embeddings (github.com/ollama/ollama/blob/main/docs/api.md).
enum OllamaFace {
  static func embed(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let start = ContinuousClock.now
    let (model, isCut, dimensions) = try call.read { body throws(JSONFieldError) in
      (
        try body["model"].string(), try body["truncate"].ifPresent?.bool() ?? true,
        try body["dimensions"].ifPresent?.int(in: 1...(1 << 20))
      )
    }
    try call.models.check(model)
    // Ollama's clients ask for nothing to have the model loaded.
    var result: EmbedMethod.Result?
    if !isNothing(call.body["input"].value) {
      result = try await call.embed(try await call.texts(call.body["input"])) { parameters in
        parameters.options.shorten(to: dimensions)
        parameters.options.overflow = isCut ? .truncate : .error
      }
    }
    let nanoseconds = JSONValue(Int((ContinuousClock.now - start) / .nanoseconds(1)))
    let answer = HTTPAnswer(
      json: [
        "model": .string(model), "embeddings": .array(result?.vectors.map(\.json) ?? []),
        "total_duration": nanoseconds, "load_duration": 0, "prompt_eval_count": JSONValue(result?.tokens ?? 0),
      ])
    return result?.marked(answer) ?? answer
  }

  private static func isNothing(_ input: JSONValue?) -> Bool {
    switch input {
    case nil, .null?: true
    case .string(let text)?: text.isEmpty
    case .array(let items)?: items.isEmpty
    default: false
    }
  }

  /// The older form: one text.
  static func embeddings(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    var call = call
    call.names = ["input": "prompt"]
    let (model, prompt) = try call.read { body throws(JSONFieldError) in
      (try body["model"].string(), try body["prompt"].ifPresent?.string() ?? "")
    }
    try call.models.check(model)
    guard !prompt.isEmpty else { return HTTPAnswer(json: ["embedding": []]) }
    let result = try await call.embed([prompt]) { _ in }
    return result.marked(HTTPAnswer(json: ["embedding": result.vectors.first?.json ?? []]))
  }

  static func tags(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let models = call.service.served.map { name -> JSONValue in
      [
        "name": .string(name), "model": .string(name), "modified_at": .string(call.service.startText),
        "details": ["format": "gguf"],
      ]
    }
    return HTTPAnswer(json: ["models": .array(models)])
  }

  static func version(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    HTTPAnswer(json: ["version": .string(call.service.options.version)])
  }
}

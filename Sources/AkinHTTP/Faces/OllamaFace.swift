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
    let result = try await call.embed(try await call.texts(call.body["input"])) { parameters in
      parameters.options.dimensions = dimensions
      parameters.options.overflow = isCut ? .truncate : .error
    }
    let nanoseconds = JSONValue(Int((ContinuousClock.now - start) / .nanoseconds(1)))
    return result.marked(
      HTTPAnswer(
        json: [
          "model": .string(model), "embeddings": .array(result.vectors.map(\.json)), "total_duration": nanoseconds,
          "load_duration": 0, "prompt_eval_count": JSONValue(result.tokens),
        ]))
  }

  /// The older form: one text.
  static func embeddings(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    var call = call
    call.names = ["input": "prompt"]
    let (model, prompt) = try call.read { body throws(JSONFieldError) in
      (try body["model"].string(), try body["prompt"].string())
    }
    try call.models.check(model)
    let result = try await call.embed([prompt]) { _ in }
    return result.marked(HTTPAnswer(json: ["embedding": result.vectors.first?.json ?? []]))
  }

  static func tags(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let models = call.service.served.map { name -> JSONValue in
      [
        "name": .string(name), "model": .string(name), "modified_at": .string(call.service.startText),
        "details": ["format": "gguf", "family": "bert", "families": ["bert"]],
      ]
    }
    return HTTPAnswer(json: ["models": .array(models)])
  }

  static func version(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    HTTPAnswer(json: ["version": .string(call.service.options.version)])
  }
}

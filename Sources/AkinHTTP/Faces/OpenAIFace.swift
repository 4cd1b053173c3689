import AkinProtocol
import JSON

/// OpenAI's embeddings (platform.openai.com/docs/api-reference/embeddings), whose path text-embeddings-inference has too: its clients
/// name no model. Members that it does not know are ignored.
enum OpenAIFace {
  private enum Format: String, CaseIterable {
    case float, base64
  }

  static func embeddings(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let (model, format, dimensions) = try call.read { body throws(JSONFieldError) in
      // Who asks: nothing is done with it.
      _ = try body["user"].ifPresent?.string()
      return (
        try body["model"].ifPresent?.string(), try body["encoding_format"].ifPresent?.oneOf(Format.self) ?? .float,
        try body["dimensions"].ifPresent?.int(in: 1...(1 << 20))
      )
    }
    try call.models.check(model)
    let result = try await call.embed(try await call.texts(call.body["input"])) { parameters in
      parameters.options.shorten(to: dimensions)
      parameters.encodingFormat = format == .base64 ? .base64 : .float
    }
    let data = result.vectors.enumerated().map { index, vector -> JSONValue in
      ["object": "embedding", "index": JSONValue(index), "embedding": value(vector)]
    }
    let tokens = JSONValue(result.tokens)
    return result.marked(
      HTTPAnswer(
        json: [
          "object": "list", "data": .array(data), "model": .string(call.models.name),
          "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
        ]))
  }

  private static func value(_ vector: EmbeddingVector) -> JSONValue {
    if case .base64(let text, _) = vector { return .string(text) }
    return vector.json
  }

  static func models(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    HTTPAnswer(json: ["object": "list", "data": .array(call.service.served.map { model($0, call) })])
  }

  static func model(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    let name = String(call.head.path.dropFirst("/v1/models/".count)).replacing("%2F", with: "/").replacing(
      "%2f", with: "/")
    guard call.models.contains(name) || call.service.served.contains(name) else {
      try call.models.check(name)
      throw HTTPFailure(.notFound, "no model of this name")
    }
    return HTTPAnswer(json: model(name, call))
  }

  private static func model(_ name: String, _ call: FaceCall) -> JSONValue {
    ["id": .string(name), "object": "model", "created": .integer(call.service.start), "owned_by": "akin"]
  }
}

extension EmbeddingOptions {
  /// OpenAI's and Ollama's servers scale vectors that were cut to length 1 again.
  mutating func shorten(to dimensions: Int?) {
    self.dimensions = dimensions
    if dimensions != nil { normalize = true }
  }
}

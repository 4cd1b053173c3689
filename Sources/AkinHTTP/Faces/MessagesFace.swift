import JSON

/// JSON-RPC by POST, and what the hub's clients send to the same place: they know the server's address and no path.
enum MessagesFace {
  static func welcome(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    HTTPAnswer(text: "akin \(call.service.options.version)\n")
  }

  /// A message whose bytes are not read here, unless it is no message of JSON-RPC but a request for embeddings.
  static func post(_ bytes: [UInt8], _ call: (JSONValue) -> FaceCall) async throws(HTTPFailure) -> HTTPAnswer? {
    guard let outline = try? JSONOutline.scan(bytes), outline.kind == .object else { return nil }
    let names = Set(outline.parts.map { String(decoding: bytes[$0.name], as: UTF8.self) })
    guard !names.contains("\"jsonrpc\"") else { return nil }
    guard names.contains("\"inputs\"") || names.contains("\"texts\"") else { return nil }
    guard let body = try? JSONValue.parse(bytes) else { return nil }
    let call = call(body)
    if names.contains("\"texts\"") { return try await InferenceFace.rerank(call) }
    if body["inputs"]?["source_sentence"] != nil { return try await InferenceFace.similarity(call) }
    return try await InferenceFace.embed(call)
  }
}

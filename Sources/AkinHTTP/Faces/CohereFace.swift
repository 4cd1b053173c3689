import AkinProtocol
import JSON

/// Cohere's rerank, versions 1 and 2 (docs.cohere.com/reference/rerank), which others offer under the same path.
enum CohereFace {
  static func rerank(_ call: FaceCall) async throws(HTTPFailure) -> HTTPAnswer {
    var call = call
    call.names = ["topK": "top_n"]
    let (model, parameters) = try call.read { body throws(JSONFieldError) in
      var documents: [String] = []
      for document in try body["documents"].array() {
        if case .object? = document.value {
          try checkFields(body["rank_fields"])
          documents.append(try document["text"].string())
        } else {
          documents.append(try document.string())
        }
      }
      var parameters = RerankMethod.Parameters(query: try body["query"].string(), documents: documents)
      parameters.topK = try body["top_n"].ifPresent?.int(in: 1...Int.max)
      parameters.returnDocuments = try body["return_documents"].ifPresent?.bool() ?? false
      return (try body["model"].ifPresent?.string(), parameters)
    }
    try call.service.rerankModels.check(model)
    let result = try await call.call(RerankMethod.self, parameters.json)
    let results = result.results.map { item -> JSONValue in
      var object: JSONObject = ["index": JSONValue(item.index), "relevance_score": .score(item.score)]
      if let document = item.document { object["document"] = ["text": .string(document)] }
      return .object(object)
    }
    let tokens = JSONValue(result.tokenCounts.reduce(0, +))
    let version: JSONValue = call.head.path.hasPrefix("/v2/") ? "2" : "1"
    return HTTPAnswer(
      json: [
        "id": .string(call.service.newID()), "model": .string(call.service.rerankModels.name),
        "results": .array(results),
        "meta": ["api_version": ["version": version], "billed_units": ["search_units": 1]],
        "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
      ])
  }

  /// Of documents that are objects `text` is read; who asks for other members would get another order than is meant.
  private static func checkFields(_ fields: JSONField) throws(JSONFieldError) {
    guard let fields = fields.ifPresent, let other = try fields.strings().first(where: { $0 != "text" }) else { return }
    throw fields.mismatch("\"text\", the one member of a document that is read", found: "\"\(other)\"")
  }
}

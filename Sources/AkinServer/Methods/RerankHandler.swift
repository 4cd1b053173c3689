import AkinProtocol
import Engine
import JSONRPC

/// `rerank`
struct RerankHandler: MethodHandler {
  typealias Method = RerankMethod

  func answer(_ parameters: RerankMethod.Parameters, _ call: Call) async throws -> RerankMethod.Result {
    try call.checkText(parameters.query, path: call.path("query"))
    try call.checkTexts(parameters.documents, of: "documents")
    return try await call.withProgress("Reranking") { progress in
      let engine = try await call.reranker(parameters.model)
      var request = RerankRequest(query: parameters.query, documents: parameters.documents)
      request.overflow = parameters.overflow == .error ? .error : .truncate
      let count = parameters.documents.count
      let answer = try await rerank(request, engine, call) { progress.report($0, of: count, "documents") }
      let items = answer.ranking(parameters.topK ?? count).map { index in
        RerankMethod.Item(
          index: index, score: answer.scores[index], logit: answer.logits[index],
          document: parameters.returnDocuments ? parameters.documents[index] : nil)
      }
      return RerankMethod.Result(
        model: engine.description.name, results: items, tokenCounts: answer.tokens, truncated: answer.truncated)
    }
  }

  private func rerank(
    _ request: RerankRequest, _ engine: Engine, _ call: Call, progress: @escaping @Sendable (Int) -> Void
  ) async throws -> RerankAnswer {
    do throws(EngineError) {
      return try await engine.rerank(request, progress: progress)
    } catch {
      if case .tooLong(let text, let tokens, let limit) = error.kind {
        throw ResponseError(tooLong: tokens, limit: limit, path: call.path("documents", text))
      }
      throw error
    }
  }
}

extension Call {
  /// The model that scores texts; loaded now where this is the first request that needs it.
  /// - Parameter name: one of those that the server was started with; nil takes the one that is for it.
  func reranker(_ name: String?) async throws -> Engine {
    try await engine(name ?? services.options.rerankModel)
  }
}

/// What is where.
struct Route: Sendable {
  let method: String
  let path: String
  let answer: @Sendable (FaceCall) async throws(HTTPFailure) -> HTTPAnswer

  static let all: [Route] = [
    Route(method: "GET", path: "/", answer: MessagesFace.welcome),
    Route(method: "POST", path: "/v1/embeddings", answer: OpenAIFace.embeddings),
    Route(method: "GET", path: "/v1/models", answer: OpenAIFace.models),
    Route(method: "GET", path: "/v1/models/*", answer: OpenAIFace.model),
    Route(method: "POST", path: "/embed", answer: InferenceFace.embed),
    Route(method: "POST", path: "/embed_all", answer: InferenceFace.embedAll),
    Route(method: "POST", path: "/embed_sparse", answer: InferenceFace.embedSparse),
    Route(method: "POST", path: "/rerank", answer: InferenceFace.rerank),
    Route(method: "POST", path: "/similarity", answer: InferenceFace.similarity),
    Route(method: "POST", path: "/tokenize", answer: InferenceFace.tokenize),
    Route(method: "POST", path: "/decode", answer: InferenceFace.decode),
    Route(method: "GET", path: "/info", answer: InferenceFace.info),
    Route(method: "GET", path: "/health", answer: InferenceFace.health),
    Route(method: "GET", path: "/metrics", answer: Metrics.answer),
    Route(method: "POST", path: "/v1/rerank", answer: CohereFace.rerank),
    Route(method: "POST", path: "/v2/rerank", answer: CohereFace.rerank),
    Route(method: "POST", path: "/api/embed", answer: OllamaFace.embed),
    Route(method: "POST", path: "/api/embeddings", answer: OllamaFace.embeddings),
    Route(method: "GET", path: "/api/tags", answer: OllamaFace.tags),
    Route(method: "GET", path: "/api/version", answer: OllamaFace.version),
  ]

  static func find(_ head: RequestHead) -> Route? {
    let method = head.method == "HEAD" ? "GET" : head.method
    return all.first { $0.method == method && $0.matches(head.path) }
  }

  /// The methods of a path; none where nothing is there.
  static func methods(of path: String) -> [String] {
    var methods = all.filter { $0.matches(path) }.map(\.method)
    if methods.contains("GET") { methods.append("HEAD") }
    if path == "/" { methods.append("POST") }
    return methods
  }

  private func matches(_ asked: String) -> Bool {
    guard path.hasSuffix("*") else { return asked == path }
    return asked.hasPrefix(path.dropLast()) && asked.utf8.count >= path.utf8.count
  }
}

import AkinProtocol
import AkinTestSupport
import Foundation
import JSON
import Testing

/// Several models in one process: by name, loaded when asked for, let go when nobody asks.
@Suite(.timeLimit(.minutes(2))) struct SeveralModelsTests {
  private func session(idle: Double) throws -> (session: ServerSession, sparse: String, tokens: String) {
    let (sparse, tokens) = (Fixtures.path("heads/sparse-bert"), Fixtures.path("heads/tokens-plain"))
    let session = try ServerSession(model: Fixtures.path("models/sentence")) { options in
      (options.rerankModel, options.furtherModels, options.modelIdleSeconds) = (tokens, [sparse, tokens], idle)
    }
    return (session, sparse, tokens)
  }

  private func states(_ session: ServerSession) async throws -> [ServerStatusMethod.ModelState] {
    try await session.result(ServerStatusMethod.self, [:]).models
  }

  @Test func everyModelIsLoadedAtItsFirstRequest() async throws {
    let (session, sparse, tokens) = try session(idle: 0)
    let none = try await states(session)
    #expect(none.map(\.role) == ["embedding", "reranking", "further"] && none.map(\.name)[1...] == [tokens, sparse])
    #expect(none.allSatisfy { $0.loads == 0 && $0.engine == nil && $0.idle == nil })
    let own = try await session.result(EmbedMethod.self, ["input": "hello"])
    let named = try await session.result(
      EmbedMethod.self, ["input": "hello", "model": .string(Fixtures.path("models/sentence"))])
    #expect(own == named && own.model == "sentence")
    let other = try await session.result(
      EmbedMethod.self, ["input": "hello", "output": "sparse", "model": .string(sparse)])
    #expect(other.model == "sparse-bert")
    let loaded = try await states(session)
    #expect(loaded.map(\.loads) == [1, 0, 1] && loaded[2].engine?.requests == 1 && loaded[1].engine == nil)
    let parameters: JSONValue = ["query": "hello", "documents": ["hello", "world"]]
    #expect(try await session.result(RerankMethod.self, parameters).model == "tokens-plain")
    let error = try await session.error("embed", ["input": "a", "model": "other/model"])
    #expect(error.code == -32602 && error.data.path == "params.model")
    let rerank = try await session.error("rerank", ["query": "a", "documents": "b", "model": .string(sparse)])
    #expect(rerank.code == -32602 && rerank.data.path == "params.model")
  }

  @Test func everyMethodOfTextsTakesAModel() async throws {
    let small = try TemporaryFolder()
    let path = small.file("model")
    try FileManager.default.copyItem(atPath: Fixtures.path("models/minilm-l12"), toPath: path)
    let session = try ServerSession(model: Fixtures.path("models/sentence")) { $0.furtherModels = [path] }
    let name = JSONValue.string(path)
    let own = try await session.result(EmbedMethod.self, ["input": ["a cat", "a dog"]])
    let other = try await session.result(EmbedMethod.self, ["input": ["a cat", "a dog"], "model": name])
    guard case .sentence(let ownVectors) = own.embeddings, case .sentence(let vectors) = other.embeddings else {
      Issue.record("no vectors")
      return
    }
    #expect(ownVectors != vectors)
    let texts: JSONValue = ["a cat", "a dog"]
    func vectorsOnly(_ vectors: [EmbeddingVector]) -> JSONValue { .array(vectors.map(\.json)) }
    let scores = try await session.result(SimilarityMethod.self, ["left": texts, "model": name]).scores
    let expected = try await session.result(SimilarityMethod.self, ["left": vectorsOnly(vectors)]).scores
    #expect(abs(scores[0][1] - expected[0][1]) < 1e-6)
    let ownScores = try await session.result(SimilarityMethod.self, ["left": texts]).scores
    #expect(scores != ownScores)
    let hits = try await session.result(SearchMethod.self, ["query": "a cat", "documents": ["a dog"], "model": name])
    #expect(abs(hits.results[0][0].score - expected[0][1]) < 1e-6)
    let tokens = try await session.result(TokenizeMethod.self, ["input": "a cat", "model": name]).encodings[0]
    let ids = JSONValue.array(tokens.ids.map { .integer(Int64($0)) })
    #expect(try await session.result(DetokenizeMethod.self, ["ids": ids, "model": name]).texts == ["a cat"])
    for (method, parameters) in [
      ("tokenize", ["input": "a"]), ("detokenize", ["ids": [1]]), ("similarity", ["left": "a"]),
      ("similarity", ["left": [[1, 2]]]), ("search", ["query": "a", "documents": ["b"]]),
    ] as [(String, JSONValue)] {
      guard case .object(var object) = parameters else { continue }
      object["model"] = "other/model"
      let error = try await session.error(method, .object(object))
      #expect(error.code == -32602 && error.data.path == "params.model", "\(method)")
    }
    let error = try await session.error("search", ["query": "a", "collection": "c", "model": name])
    #expect(error.code == -32602 && error.data.path == "params.model")
  }

  @Test func aModelThatNobodyAsksForIsLetGoAndComesBack() async throws {
    let (session, sparse, _) = try session(idle: 0.2)
    let request: JSONValue = ["input": "hello", "output": "sparse", "model": .string(sparse)]
    let first = try await session.result(EmbedMethod.self, request)
    _ = try await session.result(EmbedMethod.self, ["input": "hello"])
    var state = try await states(session)
    for _ in 0..<300 where state[2].engine != nil {
      try await Task.sleep(for: .milliseconds(50))
      state = try await states(session)
    }
    // The server's own stays.
    #expect(state[2].engine == nil && state[2].loads == 1 && state[0].engine != nil)
    #expect(try await session.result(EmbedMethod.self, request) == first)
    #expect(try await states(session)[2].loads == 2)
  }
}

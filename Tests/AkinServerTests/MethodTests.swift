import AkinProtocol
import AkinTestSupport
import Foundation
import JSON
import Testing

/// What the methods make of their parameters, on the default model's real weights.
@Suite(.timeLimit(.minutes(2))) struct MethodTests {
  private static let texts: JSONValue = ["The cat is running on the stairs", "He is sitting by the fire"]

  private func vectors(_ result: EmbedMethod.Result) throws -> [[Float]] {
    guard case .sentence(let vectors) = result.embeddings else { return [] }
    return vectors.map { vector in
      switch vector {
      case .float32s(let values): values
      case .integers(let values): values.map(Float.init)
      case .base64(let text): Base64.decode(text).flatMap(Float32Bytes.decode) ?? []
      }
    }
  }

  @Test func base64HoldsTheSameFloats() async throws {
    let session = try ServerSession()
    let numbers = try await session.result(EmbedMethod.self, ["input": Self.texts])
    let base64 = try await session.result(EmbedMethod.self, ["input": Self.texts, "encodingFormat": "base64"])
    #expect(try vectors(numbers) == vectors(base64))
    #expect(try vectors(numbers).map(\.count) == [384, 384])
    #expect(base64.scales == nil && base64.dimensions == 384)
  }

  @Test func int8AndBitsAreThoseOfTheFloats() async throws {
    let session = try ServerSession()
    let floats = try vectors(try await session.result(EmbedMethod.self, ["input": Self.texts]))
    let int8 = try await session.result(EmbedMethod.self, ["input": Self.texts, "dtype": "int8"])
    let quantized = floats.map(VectorQuantizer.int8)
    #expect(int8.embeddings == .sentence(quantized.map { .integers($0.values.map(Int.init)) }))
    #expect(int8.scales == .sentence(quantized.map(\.scale)))
    let bits = try await session.result(EmbedMethod.self, ["input": Self.texts, "dtype": "ubinary"])
    #expect(bits.embeddings == .sentence(floats.map { .integers(VectorQuantizer.ubinary($0).map(Int.init)) }))
    #expect(bits.dimensions == 384)
  }

  @Test func tokenVectorsComeWithTheirTokens() async throws {
    let session = try ServerSession()
    let params: JSONValue = ["input": "café fire", "output": "tokens", "prompt": "é: ", "positionEncoding": "utf-8"]
    let result = try await session.result(EmbedMethod.self, params)
    let encoding = try #require(result.encodings?.first)
    #expect(encoding.tokens == ["[CLS]", "e", ":", "cafe", "fire", "[SEP]"])
    #expect(encoding.offsets == [0..<0, 0..<2, 2..<3, 4..<9, 10..<14, 0..<0])
    guard case .tokens(let vectors) = result.embeddings else { throw UnexpectedError(text: "no token vectors") }
    #expect(vectors.map(\.count) == [6] && result.tokens == [6])
  }

  @Test func offsetsFollowTheSessionAndTheRequest() async throws {
    let offered: JSONValue = ["capabilities": ["general": ["positionEncodings": ["utf-8", "utf-16"]]]]
    let ends: [(JSONValue?, Int)] = [(nil, 6), (["capabilities": []], 7), (offered, 9)]
    for (initialize, end) in ends {
      let session = try ServerSession()
      if let initialize { _ = try await session.result(InitializeMethod.self, initialize) }
      let tokenized = try await session.result(TokenizeMethod.self, ["input": "\u{1F600} fire"])
      #expect(tokenized.encodings[0].offsets[2].upperBound == end)
      let own: JSONValue = ["input": "\u{1F600} fire", "positionEncoding": "utf-32"]
      #expect(try await session.result(TokenizeMethod.self, own).encodings[0].offsets[2].upperBound == 6)
    }
  }

  @Test func progressComesInOrderBeforeTheAnswer() async throws {
    let session = try ServerSession()
    let texts = JSONValue.array((0..<100).map { .string("text \($0)") })
    let plain = try await session.result(EmbedMethod.self, ["input": texts])
    try session.send("embed", ["input": texts, "workDoneToken": "t"], id: 5)
    var steps: [ProgressNotification.Step] = []
    while let message = await session.receive() {
      guard message["method"] == "$/progress" else {
        #expect(try EmbedMethod.Result(JSONField(message["result"], path: "result")) == plain)
        break
      }
      steps.append(try ProgressNotification.Parameters(JSONField(message["params"], path: "params")).value)
    }
    #expect(steps.first == .begin(title: "Embedding") && steps.last == .end())
    let percentages = steps.compactMap { step in
      if case .report(_, let percentage) = step { return percentage }
      return nil
    }
    #expect(percentages == [16, 32, 48, 64, 80, 96, 100])
  }

  @Test func searchAnswersWithWhatTheDocumentsHave() async throws {
    let session = try ServerSession()
    let documents: JSONValue = [
      "He is sitting by the fire",
      [
        "text": "A man is eating a pasta.", "id": "pasta", "uri": "file:///p",
        "metadata": ["meal": true, "price": 9.5],
      ],
    ]
    let params: JSONValue = ["query": ["warm flames", "dinner"], "documents": documents, "topK": 1]
    let result = try await session.result(SearchMethod.self, params)
    #expect(result.results[0].map(\.origin) == [.document(index: 0)])
    let hit = try #require(result.results[1].first)
    #expect(hit.origin == .document(index: 1, id: "pasta", uri: "file:///p"))
    #expect(hit.text == "A man is eating a pasta.")
    #expect(hit.metadata == ["meal": .bool(true), "price": .number(9.5)])
    let filtered: JSONValue = ["query": "warm flames", "documents": documents, "filter": ["price": ["lt": 10]]]
    #expect(try await session.result(SearchMethod.self, filtered).results[0].map(\.text) == [hit.text])
    let second: JSONValue = ["query": "warm flames", "documents": documents, "offset": 1]
    #expect(try await session.result(SearchMethod.self, second).results[0].map(\.text) == [hit.text])
  }

  @Test func modelInfoAndStatusTellOfTheModel() async throws {
    let session = try ServerSession()
    let info = try await session.result(ModelInfoMethod.self)
    #expect(info.dimensions == 384 && info.maxTokens == 256 && info.layers == 6 && info.vocabularySize == 30522)
    #expect(info.poolings == ["mean"] && info.normalize && info.precision == "q8_0")
    _ = try await session.call("embed", ["input": []])
    let status = try await session.result(ServerStatusMethod.self)
    #expect(status.engine == ServerStatusMethod.EngineCounts())
    #expect(status.methods["model/info"]?.succeeded == 1 && status.methods["embed"]?.failed == 1)
    #expect(try await session.result(ModelListMethod.self).selected == TestModel.folder)
    #expect(try await session.result(DiscoverMethod.self).document["openrpc"] == "1.3.2")
  }
}

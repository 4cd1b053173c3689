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
      case .base64(let text, _): Base64.decode(text).flatMap(Float32Bytes.decode) ?? []
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
    #expect(vectors.map(\.count) == [6] && result.tokenCounts == [6])
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

  /// Of work that fills several batches of the model.
  @Test func progressComesInOrderBeforeTheAnswer() async throws {
    let session = try ServerSession()
    // Some 20,000 tokens: more than three batches, whatever a batch's budget.
    let long = String(repeating: "plant ", count: 200)
    let texts = JSONValue.array((0..<100).map { .string("\(long) \($0)") })
    let works: [(method: String, params: JSONObject, title: String)] = [
      ("embed", ["input": texts], "Embedding"), ("similarity", ["left": texts, "right": "plants"], "Comparing"),
      ("search", ["query": "plants", "documents": texts], "Searching"),
    ]
    for work in works {
      try session.send(work.method, .object(work.params), id: 4)
      let plain = await session.receive()?["result"]
      var params = work.params
      params["workDoneToken"] = "t"
      try session.send(work.method, .object(params), id: 5)
      var steps: [ProgressNotification.Step] = []
      while let message = await session.receive() {
        guard message["method"] == "$/progress" else {
          #expect(message["result"] == plain && message["id"] == 5)
          break
        }
        steps.append(try ProgressNotification.Parameters(JSONField(message["params"], path: "params")).value)
      }
      #expect(steps.first == .begin(title: work.title) && steps.last == .end())
      let percentages = steps.compactMap { step in
        if case .report(_, let percentage) = step { return percentage }
        return nil
      }
      #expect(percentages.count == steps.count - 2 && percentages.count > 3 && percentages.last == 100)
      #expect(zip(percentages, percentages.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  /// A progress that has begun ends, also where the request fails.
  @Test func theProgressOfWhatFailsEnds() async throws {
    let session = try ServerSession()
    let works: [(method: String, params: JSONObject)] = [
      ("embed", ["input": "a"]), ("similarity", ["left": "a"]), ("search", ["query": "a", "documents": ["b"]]),
      ("search", ["query": "a", "collection": "none"]), ("index/add", ["folder": "/no/such/folder"]),
    ]
    for work in works {
      var params = work.params
      params["workDoneToken"] = 3
      if work.method != "index/add" { params["promptName"] = "nobody's" }
      try session.send(work.method, .object(params), id: 5)
      var kinds: [JSONValue?] = []
      while let message = await session.receive(), message["id"] == nil {
        kinds.append(message["params"]?["value"]?["kind"])
      }
      #expect(kinds == ["begin", "end"], "\(work.method)")
    }
  }

  @Test func partsOfAnEmbeddingMakeTheWhole() async throws {
    let session = try ServerSession()
    let texts = JSONValue.array((0..<150).map { .string("text \($0)") })
    for (options, size) in [([:], 64), (["dtype": "int8"], 64), (["output": "tokens", "dtype": "int8"], 8)]
      as [(JSONObject, Int)]
    {
      var params = options
      params["input"] = texts
      let plain = try await session.result(EmbedMethod.self, .object(params))
      params["partialResultToken"] = 7
      try session.send("embed", .object(params), id: 5)
      var parts: [EmbedMethod.PartialResult] = []
      while let message = await session.receive(), message["method"] == "$/progress" {
        let params = JSONField(message["params"], path: "params")
        #expect(params["token"].value == 7)
        parts.append(try EmbedMethod.PartialResult(params["value"]))
      }
      #expect(parts.map(\.start) == Array(stride(from: 0, to: 150, by: size)))
      let whole = Self.joined(parts)
      #expect(whole == plain)
    }
  }

  private static func joined(_ parts: [EmbedMethod.PartialResult]) -> EmbedMethod.Result? {
    guard var whole = parts.first?.result else { return nil }
    for part in parts.dropFirst() { whole.append(part.result) }
    return whole
  }

  /// The answer to a request whose parts have been sent has no entries.
  @Test func theResultBehindItsPartsIsEmpty() async throws {
    let session = try ServerSession { $0.limits[.maxInputs] = 10 }
    let texts = JSONValue.array((0..<100).map { .string("text \($0)") })
    try session.send("embed", ["input": texts, "partialResultToken": "p"], id: 5)
    var last: JSONValue?
    var count = 0
    while let message = await session.receive() {
      last = message
      if message["id"] == 5 { break }
      count += 1
    }
    #expect(count == 2)
    let result = try EmbedMethod.Result(JSONField(last?["result"], path: "result"))
    #expect(result.embeddings == .sentence([]) && result.tokenCounts == [] && result.truncated == [])
    #expect(result.dimensions == 384)
    #expect(try await session.error("embed", ["input": texts]).code == -32008, "only parts may be so many")
  }

  /// Requests of every method at once: each is answered once, and as it would be alone.
  @Test func threeHundredRequestsAtOnce() async throws {
    let session = try ServerSession()
    let methods: [(String, JSONValue)] = [
      ("embed", ["input": "The cat is running on the stairs"]), ("tokenize", ["input": Self.texts]),
      ("similarity", ["left": Self.texts]), ("search", ["query": "fire", "documents": Self.texts]),
      ("detokenize", ["ids": [101, 102]]), ("nobody", [:]), ("embed", ["input": 7]), ("model/info", [:]),
    ]
    var alone: [JSONValue?] = []
    for (method, params) in methods { alone.append(try await session.call(method, params).value) }
    for id in 0..<300 {
      let (method, params) = methods[id % methods.count]
      try session.send(method, params, id: id)
    }
    var ids = Set<Int>()
    for _ in 0..<300 {
      let answer = JSONField(await session.receive(), path: "answer")
      let id = try answer["id"].int()
      #expect(ids.insert(id).inserted)
      let expected = alone[id % methods.count]
      #expect(answer["result"].value == expected?["result"] && answer["error"].value == expected?["error"])
    }
    try session.closeInput()
    #expect(await session.receive() == nil)
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
    #expect(info.dimensions == 384 && info.maxSequenceLength == 256 && info.layers == 6 && info.vocabularySize == 30522)
    #expect(info.poolings == ["mean"] && info.normalize && info.precision == "q8_0")
    #expect(info.fingerprint?.utf8.count == 64)
    _ = try await session.call("embed", ["input": []])
    let status = try await session.result(ServerStatusMethod.self)
    #expect(status.engine == ServerStatusMethod.EngineCounts())
    #expect(status.methods["model/info"]?.succeeded == 1 && status.methods["embed"]?.failed == 1)
    #expect((status.methods["model/info"]?.max ?? 0) > 0)
    #expect(status.connection.received == 3 && status.connection.answered == 2 && status.connection.pending == 1)
    #expect((status.memory.resident ?? 1 << 30) > 1 << 20 && status.memory.peakResident > 1 << 20)
    #expect(try await session.result(ModelListMethod.self).selected == TestModel.folder)
    #expect(try await session.result(DiscoverMethod.self).document["openrpc"] == "1.3.2")
  }
}

extension EmbedMethod.Result {
  /// Adds the result of the texts that follow.
  fileprivate mutating func append(_ other: EmbedMethod.Result) {
    switch (embeddings, other.embeddings) {
    case (.sentence(let own), .sentence(let more)): embeddings = .sentence(own + more)
    case (.tokens(let own), .tokens(let more)): embeddings = .tokens(own + more)
    default: break
    }
    switch (scales, other.scales) {
    case (.sentence(let own), .sentence(let more)): scales = .sentence(own + more)
    case (.tokens(let own), .tokens(let more)): scales = .tokens(own + more)
    default: break
    }
    tokenCounts += other.tokenCounts
    truncated += other.truncated
    encodings = encodings.map { $0 + (other.encodings ?? []) }
  }
}

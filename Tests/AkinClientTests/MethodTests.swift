import AkinClient
import AkinProtocol
import AkinTestSupport
import JSON
import Testing

@Suite(.timeLimit(.minutes(10))) struct MethodTests {
  @Test func vectorsAreThoseOfTheNumberForm() async throws {
    try await withClient { akin in
      let texts = ["a cat", "naïve café", "日本語", "\u{1F469}\u{200D}\u{1F467}", "line\nbreak\u{2028}\r\0", "  "]
      let vectors = try await akin.embed(texts)
      let plain = try await akin.request(EmbedMethod.self, EmbedMethod.Parameters(input: texts))
      #expect(plain.embeddings == .sentence(vectors.map { .float32s($0) }))
      #expect(try await akin.embed("a cat") == vectors[0])
    }
  }

  @Test func optionsReachTheServer() async throws {
    try await withClient { akin in
      var options = EmbeddingOptions()
      options.dimensions = 8
      options.normalize = true
      let vector = try await akin.embed("a cat", options: options)
      #expect(vector.count == 8)
      #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
    }
  }

  @Test func questionsOfTheNotebookFindTheirDocuments() async throws {
    let notebook = JSONField(try JSONValue.parse(Fixtures.bytes("notebook.json")), path: "notebook")
    let documents = try notebook["documents"].strings()
    let queries = try notebook["queries"].strings()
    let best = try notebook["best"].array().map { try $0.int(in: 0...9) }
    try await withClient { akin in
      for (query, index) in zip(queries, best) {
        let hits = try await akin.search(query, in: documents, count: 1)
        #expect(hits.map(\.text) == [documents[index]])
      }
      let scores = try await akin.similarity(queries.map { .text($0) }, documents.map { .text($0) })
      #expect(scores.map { row in row.firstIndex(of: row.max() ?? 0) } == best)
    }
  }

  @Test func tokensAndTheModel() async throws {
    try await withClient { akin in
      let encodings = try await akin.tokenize(["hello"])
      #expect(encodings.map(\.ids) == [[101, 7592, 102]])
      #expect(try await akin.modelInfo().dimensions == 384)
    }
  }

  @Test func refusalsSayWhatIsWrong() async throws {
    try await withClient { akin in
      var options = EmbeddingOptions()
      options.dimensions = 9999
      let error = await #expect(throws: AkinClientError.self) { try await akin.embed("x", options: options) }
      guard case .refused(let refusal)? = error else { throw error ?? .closed }
      #expect(refusal.code == .invalidParams)
      #expect(refusal.data?.path == "params.dimensions")
      #expect(refusal.argument == "options.dimensions")
      #expect(refusal.message == "options.dimensions: expected 1 to 384, found 9999")
    }
  }

  @Test func refusalsSpeakOfArguments() async throws {
    func refusal(_ body: () async throws -> Void) async throws -> String {
      let error = await #expect(throws: AkinClientError.self) { try await body() }
      guard case .refused(let refusal)? = error else { throw error ?? .closed }
      return refusal.message
    }
    try await withClient { akin in
      let long = String(repeating: "word ", count: 2000)
      var options = EmbeddingOptions()
      options.overflow = .error
      let (chosen, texts) = (options, ["short", long])
      #expect(try await refusal { _ = try await akin.search("q", in: ["d"], count: 0) }.hasPrefix("count: expected"))
      #expect(try await refusal { _ = try await akin.embed(texts, options: chosen) }.hasPrefix("texts[1]: "))
      #expect(try await refusal { _ = try await akin.embed(long, options: chosen) }.hasPrefix("text: "))
      let stream = AsyncStream<String> { continuation in
        for text in texts { continuation.yield(text) }
        continuation.finish()
      }
      // Of the whole, and not of the request of one text that it came with.
      let vectors = akin.embeddings(of: stream, options: chosen, batchSize: 1)
      let streamed = try await refusal { for try await _ in vectors {} }
      #expect(streamed.hasPrefix("texts[1]: "))
    }
  }

  @Test func largeAnswersAndProgress() async throws {
    try await withClient { akin in
      let steps = Shared<[ProgressNotification.Step]>([])
      let texts = (0..<1500).map { "number \($0)" }
      let vectors = try await akin.embed(texts) { step in steps.change { $0.append(step) } }
      #expect(vectors.count == 1500)
      #expect(vectors[1499] == (try await akin.embed("number 1499")))
      guard case .begin? = steps.value.first, case .end? = steps.value.last else {
        Issue.record("\(steps.value)")
        return
      }
    }
  }

  @Test func streamsReadNoFurtherAheadThanTheySay() async throws {
    try await withClient { akin in
      let pulled = Shared(0)
      let texts = AsyncStream<String> {
        pulled.change { $0 += 1 }
        return pulled.value <= 600 ? "number \(pulled.value % 7)" : nil
      }
      let seven = try await akin.embed((0..<7).map { "number \($0)" })
      var count = 0
      for try await vector in akin.embeddings(of: texts, batchSize: 20, inFlight: 3) {
        count += 1
        #expect(vector == seven[count % 7])
        #expect(pulled.value <= count + 61)
      }
      #expect(count == 600)
    }
  }

  @Test func threeHundredMixedCallsAtOnce() async throws {
    try await withClient { akin in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for i in 0..<300 {
          group.addTask {
            switch i % 4 {
            case 0: try await akin.embed(["é\(i)", "x"]).count == 2
            case 1: try await akin.tokenize(["\(i)"])[0].total >= 3
            case 2: try await akin.similarity([.text("\(i)")], [.text("\(i)")])[0][0] > 0.999
            default: try await akin.search("\(i)", in: ["\(i)", "a cat"], count: 1)[0].text == "\(i)"
            }
          }
        }
        for try await isRight in group { #expect(isRight) }
      }
    }
  }
}

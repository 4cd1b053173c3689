import AkinProtocol
import JSON
import Testing

/// What a server answers, a client reads as the same values.
@Suite struct ResultRoundTripTests {
  private static let encoding = TokenEncoding(
    ids: [101, 7592, 102], tokens: ["[CLS]", "hello", "[SEP]"], typeIDs: [0, 0, 0], attentionMask: [1, 1, 1],
    specialTokensMask: [1, 0, 1], offsets: [0..<0, 0..<5, 0..<0], wordIDs: [nil, 0, nil], total: 3, truncated: false)

  @Test func embedSentences() throws {
    var result = EmbedMethod.Result(
      model: "m", dimensions: 2, embeddings: .sentence([.float32s([0.1, -1.5]), .float32s([1e-8, 3.4e38])]),
      tokenCounts: [3, 300], truncated: [false, true])
    try expectRoundTrip(result)
    result.embeddings = .sentence([.integers([-127, 5]), .integers([0, 127])])
    result.scales = .sentence([0.1, 0.2])
    try expectRoundTrip(result)
    result.embeddings = .sentence([.base64("gA==", .ubinary), .base64("AA==", .int8)])
    result.scales = nil
    try expectRoundTrip(result)
  }

  @Test func commits() throws {
    var hit = LogMethod.Hit(
      commit: "1f0c", score: 1.25, similarity: 0.5, author: "Ann <ann@example.org>", authoredAt: -1, subject: "s",
      path: "a/b.c", text: "x\n")
    try expectRoundTrip(LogMethod.Result(repository: "/a", commits: 2, hits: [hit], notes: ["n"]))
    (hit.similarity, hit.path) = (nil, nil)
    try expectRoundTrip(LogMethod.Result(repository: "/a", commits: 1, hits: [hit]))
  }

  @Test func embedTokens() throws {
    try expectRoundTrip(
      EmbedMethod.Result(
        model: "m", dimensions: 1, embeddings: .tokens([[.integers([1]), .integers([2]), .integers([3])]]),
        scales: .tokens([[0.5, 0.25, 0.125]]), tokenCounts: [3], truncated: [false], encodings: [Self.encoding]))
  }

  @Test func embedSparse() throws {
    for format in EmbeddingEncodingFormat.allCases {
      try expectRoundTrip(
        EmbedMethod.Result(
          model: "m", dimensions: 30522,
          embeddings: .sparse([
            SparseEmbedding(indices: [0, 7, 30521], values: [0.1, 3.4e38, 1e-8], format: format),
            SparseEmbedding(indices: [], values: [], format: format),
          ]), tokenCounts: [3, 2], truncated: [false, true]))
    }
    let text = SparseEmbedding(indices: [1, 258], values: [1, 0.5], format: .base64).json.serialized()
    let expected =
      #"{"indices":{"base64":"AQAAAAIBAAA=","dtype":"int32"},"values":{"base64":"AACAPwAAAD8=","dtype":"float32"}}"#
    #expect(String(decoding: text, as: UTF8.self) == expected)
  }

  @Test func partsOfAnEmbedding() throws {
    let result = EmbedMethod.Result(
      model: "m", dimensions: 1, embeddings: .sentence([.float32s([0.5])]), tokenCounts: [3], truncated: [false])
    try expectRoundTrip(EmbedMethod.PartialResult(start: 128, result: result))
  }

  @Test func tokenizeIsWrittenAsTheSpecificationSays() throws {
    let result = TokenizeMethod.Result(encodings: [Self.encoding])
    try expectRoundTrip(result)
    let text =
      #"{"encodings":[{"ids":[101,7592,102],"tokens":["[CLS]","hello","[SEP]"],"typeIds":[0,0,0],"#
      + #""attentionMask":[1,1,1],"specialTokensMask":[1,0,1],"offsets":[[0,0],[0,5],[0,0]],"#
      + #""wordIds":[null,0,null],"total":3,"truncated":false}]}"#
    #expect(String(decoding: result.json.serialized(), as: UTF8.self) == text)
  }

  @Test func theRest() throws {
    try expectRoundTrip(DetokenizeMethod.Result(texts: ["", "hello"]))
    try expectRoundTrip(SimilarityMethod.Result(scores: [[0.1, -1], [0.30000001, 1e-7]]))
    let hits = [
      SearchMethod.Hit(.document(index: 0), score: 0.1, text: "t"),
      SearchMethod.Hit(
        .document(index: 4, id: "x", uri: "file:///x"), score: -1, text: "", metadata: ["n": .number(0.5)]),
    ]
    try expectRoundTrip(SearchMethod.Result(results: [hits, []]))
    let model = ModelListMethod.Model(name: "m", path: "/m", bytes: 5, source: "akinCache", isQuantized: true)
    try expectRoundTrip(ModelListMethod.Result(selected: "m", models: [model]))
    try expectRoundTrip(NullResult())
    try expectRoundTrip(DiscoverMethod.Result(document: ["openrpc": "1.3.2"]))
    try expectRoundTrip(
      InitializeMethod.Result(
        capabilities: ServerCapabilities(), serverName: "akin", serverVersion: "1", limits: ServerLimits()))
    var capabilities = ServerCapabilities()
    capabilities.positionEncoding = .utf8
    capabilities.followsDocuments = true
    capabilities.findsSymbols = true
    capabilities.workDoneProgress = ["embed"]
    capabilities.partialResults = ["embed"]
    try expectRoundTrip(capabilities)
    let excess = ErrorData.Excess(.maxInputs, maximum: 1, actual: 2)
    try expectRoundTrip(
      ErrorData(.limitExceeded, path: "params.input", expected: "at most 1", found: "2", excess: excess))
    try expectRoundTrip(
      ErrorData(.invalidParams, JSONFieldError(path: "p", expected: "e", found: "f", known: ["input"])))
  }

  @Test func modelInfoAndStatus() throws {
    var info = ModelInfoMethod.Result(
      name: "m", path: "/m", precision: "q8_0", dimensions: 384, maxSequenceLength: 256, layers: 6, hiddenSize: 384,
      heads: 12, vocabularySize: 30522, poolings: ["cls", "mean"], normalize: true, prompts: [:],
      defaultPromptName: nil,
      similarity: nil)
    try expectRoundTrip(info)
    info.prompts = ["query": "query: ", "document": ""]
    info.defaultPromptName = "query"
    info.similarity = "cosine"
    info.fingerprint = String(repeating: "0f", count: 32)
    try expectRoundTrip(info)
    var status = ServerStatusMethod.Result(
      uptime: 1.5, model: "m", sessions: 2, methods: [:], engine: nil, connection: .init(),
      memory: .init(resident: nil, peakResident: 7), limits: ServerLimits())
    try expectRoundTrip(status)
    status.memory.resident = 5
    status.connection.received = 3
    status.connection.backlogBytes = 4096
    status.methods = ["embed": .init(succeeded: 2, failed: 1, p50: 3.25, p95: 8, p99: 9.5, max: 10)]
    status.engine = ServerStatusMethod.EngineCounts()
    status.engine?.encodedTokens = 12
    status.models = [
      .init(name: "m", role: "embedding", loads: 1, idle: 0.5, engine: status.engine),
      .init(name: "s", role: "further", loads: 0, idle: nil, engine: nil),
    ]
    try expectRoundTrip(status)
  }

  @Test func aScoreHasTheDigitsOfItsFloat() {
    let hit = SearchMethod.Hit(.document(index: 0), score: 0.1, text: "t")
    #expect(String(decoding: hit.json.serialized(), as: UTF8.self) == #"{"index":0,"score":0.1,"text":"t"}"#)
  }
}

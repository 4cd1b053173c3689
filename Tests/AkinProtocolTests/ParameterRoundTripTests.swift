import AkinProtocol
import JSON
import Testing

/// What a client writes, a server reads as the same values.
@Suite struct ParameterRoundTripTests {
  private static let options: EmbeddingOptions = {
    var options = EmbeddingOptions()
    options.pooling = .meanSqrtLen
    options.prompt = .named("query")
    options.dimensions = 128
    options.overflow = .window
    return options
  }()

  @Test func embed() throws {
    try expectRoundTrip(EmbedMethod.Parameters(input: ["one"]))
    var sentence = EmbedMethod.Parameters(input: ["", "två", "\u{0}\u{1F600}"])
    sentence.options = Self.options
    sentence.options.normalize = false
    sentence.dataType = .ubinary
    sentence.encodingFormat = .base64
    sentence.workDoneToken = .string("embed-1")
    sentence.partialResultToken = .integer(5)
    try expectRoundTrip(sentence)
    var tokens = EmbedMethod.Parameters(input: ["one", "two"])
    tokens.output = .tokens
    tokens.options.prompt = .text("query: ")
    tokens.options.overflow = .error
    tokens.positionEncoding = .utf8
    tokens.workDoneToken = .integer(-7)
    try expectRoundTrip(tokens)
  }

  @Test func tokenizeAndDetokenize() throws {
    var tokenize = TokenizeMethod.Parameters(input: ["a", "b"])
    try expectRoundTrip(tokenize)
    tokenize.pair = ["c", "d"]
    tokenize.addSpecialTokens = false
    tokenize.maxLength = 0
    tokenize.positionEncoding = .utf16
    try expectRoundTrip(tokenize)
    var detokenize = DetokenizeMethod.Parameters(ids: [[101, 2_147_483_647], []])
    try expectRoundTrip(detokenize)
    detokenize.skipSpecialTokens = false
    try expectRoundTrip(detokenize)
  }

  @Test func similarity() throws {
    var similarity = SimilarityMethod.Parameters(left: [.text("a"), .vector([0.1, -2, 1e-30])])
    try expectRoundTrip(similarity)
    similarity.right = [.vector([1, 2, 3])]
    similarity.function = .manhattan
    similarity.options = Self.options
    similarity.workDoneToken = .integer(1)
    try expectRoundTrip(similarity)
  }

  @Test func clusters() throws {
    var clusters = ClustersMethod.Parameters(.documents([SearchDocument(text: "a", id: "1")]))
    clusters.model = "m"
    try expectRoundTrip(clusters)
    clusters = ClustersMethod.Parameters(.collections([try #require(CollectionName("notes"))]))
    (clusters.count, clusters.members, clusters.words, clusters.unit, clusters.layout) = (7, 0, 2, .file, true)
    (clusters.glob, clusters.language, clusters.positionEncoding) = (["*.md"], ["swift"], .utf8)
    clusters.filter = SearchFilter(conditions: [.init(key: "a", comparison: .exists(true))])
    clusters.workDoneToken = .integer(1)
    try expectRoundTrip(clusters)
  }

  @Test func log() throws {
    var log = LogMethod.Parameters(query: "a", folder: try #require(CollectionName(folder: "/a")))
    try expectRoundTrip(log)
    (log.topK, log.path, log.since, log.until, log.author, log.mode) = (3, ["*.c", "!b"], -5, 7, "ann", .keyword)
    log.workDoneToken = .integer(1)
    try expectRoundTrip(log)
  }

  @Test func rerank() throws {
    var rerank = RerankMethod.Parameters(query: "a", documents: ["b", ""])
    try expectRoundTrip(rerank)
    (rerank.topK, rerank.model, rerank.overflow, rerank.returnDocuments) = (1, "m", .error, true)
    rerank.workDoneToken = .integer(1)
    try expectRoundTrip(rerank)
  }

  @Test func search() throws {
    let documents = [
      SearchDocument(text: "plain"),
      SearchDocument(
        text: "rich", id: "7", uri: "file:///a",
        metadata: ["year": .number(1999.5), "lang": .string("en"), "ok": .bool(true)]),
    ]
    var search = SearchMethod.Parameters(query: [.text("q")], source: .documents(documents))
    try expectRoundTrip(search)
    search.topK = 3
    search.minScore = 0.1
    search.mode = .hybrid
    search.regex = ["a+"]
    search.phrase = ["b c", "d"]
    try expectRoundTrip(search)
    search.source = .collections([try #require(CollectionName("notes"))])
    search.maxTokens = 500
    search.topK = SearchMethod.Parameters.countOfBudget
    search.rerank = SearchMethod.Rerank()
    try expectRoundTrip(search)
    search.topK = 3
    var rerank = SearchMethod.Rerank()
    (rerank.model, rerank.budgetMs) = ("m", 100)
    search.rerank = rerank
    search.budgetMs = 0
    search.partialResultToken = .string("p")
    try expectRoundTrip(search)
    search.source = .documents(documents)
    (search.maxTokens, search.rerank, search.budgetMs, search.partialResultToken) = (nil, nil, nil, nil)
    search.minSimilarity = 0.5
    search.filter = SearchFilter(conditions: [
      .init(key: "year", comparison: .greaterOrEqual(.number(1990))),
      .init(key: "year", comparison: .less(.number(2000))),
      .init(key: "lang", comparison: .oneOf([.string("en"), .string("de")])),
      .init(key: "draft", comparison: .exists(false)),
      .init(key: "ok", comparison: .equal(.bool(true))),
      .init(key: "tag", comparison: .notEqual(.string("x"))),
      .init(key: "name", comparison: .lessOrEqual(.string("m"))),
      .init(key: "size", comparison: .greater(.number(0))),
    ])
    search.options = Self.options
    search.workDoneToken = .string("t")
    try expectRoundTrip(search)
    try expectRoundTrip(SearchMethod.Parameters(query: [.vector([1, 2])], source: .documents([])))
  }

  @Test func lifecycle() throws {
    var initialize = InitializeMethod.Parameters()
    initialize.watchesFiles = true
    try expectRoundTrip(initialize)
    initialize.processID = 4711
    initialize.clientName = "nvim"
    initialize.positionEncodings = [.utf32, .utf8]
    initialize.trace = .messages
    initialize.folders = [try #require(CollectionName("/home/ada/\u{e9} %20"))]
    try expectRoundTrip(initialize)
    try expectRoundTrip(NoParameters())
    try expectRoundTrip(CancelRequestNotification.Parameters(id: "1"))
    try expectRoundTrip(CancelRequestNotification.Parameters(id: 1))
    try expectRoundTrip(SetTraceNotification.Parameters(value: .verbose))
    try expectRoundTrip(LogMessageNotification.Parameters(severity: .warning, message: "slow"))
    let steps: [ProgressNotification.Step] = [
      .begin(title: "Embedding"), .report(message: "1 of 2", percentage: 50), .end(), .end(message: "2 texts"),
    ]
    for step in steps {
      try expectRoundTrip(ProgressNotification.Parameters(token: .integer(3), value: step))
    }
  }

  @Test func oneTextIsAnArrayOfOne() throws {
    #expect(try parameters(EmbedMethod.self, #"{"input":"a"}"#).input == ["a"])
    #expect(try parameters(TokenizeMethod.self, #"{"input":"a","pair":"b"}"#).pair == ["b"])
    #expect(try parameters(DetokenizeMethod.self, #"{"ids":[1,2]}"#).ids == [[1, 2]])
    #expect(try parameters(DetokenizeMethod.self, #"{"ids":[]}"#).ids == [[]])
    #expect(try parameters(DetokenizeMethod.self, #"{"ids":[[]]}"#).ids == [[]])
    #expect(try parameters(SimilarityMethod.self, #"{"left":"a","right":[1,2.5]}"#).right == [.vector([1, 2.5])])
    #expect(try parameters(SearchMethod.self, #"{"query":[1],"documents":[]}"#).query == [.vector([1])])
  }

  @Test func vectorsComeAsNumbersOrBase64() throws {
    let json = #"{"left":[{"base64":"AACAPwAAAMA="},[1,-2],"a text"]}"#
    #expect(
      try parameters(SimilarityMethod.self, json).left == [.vector([1, -2]), .vector([1, -2]), .text("a text")])
  }

  /// What `embed` answers in base64 may be handed back as it is.
  @Test func vectorsOfAnAnswerAreVectors() throws {
    for (type, expected) in [(EmbeddingDataType.float32, [0.5, -1]), (.int8, [64, -127])] as [(_, [Float])] {
      let answered = EmbeddingVector.encoded([0.5, -1], dataType: type, format: .base64).vector.json
      let field = JSONField(["left": [answered]], path: "params")
      #expect(try SimilarityMethod.Parameters(field).left == [.vector(expected)])
    }
    let scaled = #"{"left":{"base64":"QIE=","dtype":"int8","scale":0.5}}"#
    #expect(try parameters(SimilarityMethod.self, scaled).left == [.vector([32, -63.5])])
  }

  @Test func metaIsLetThroughEverywhere() throws {
    for json in [#"{"_meta":{"trace":"7"}}"#, #"{"_meta":null}"#, #"{"_meta":3}"#] {
      #expect(try parameters(ModelInfoMethod.self, json) == NoParameters())
    }
    #expect(try parameters(EmbedMethod.self, #"{"input":"a","_meta":{"trace":"7"}}"#).json["_meta"] == nil)
    let error = #expect(throws: JSONFieldError.self) {
      try parameters(EmbedMethod.self, #"{"input":"a","_meta":{},"_mata":{}}"#)
    }
    #expect(error?.path == "params._mata" && error?.known?.contains("input") == true)
  }

  @Test func emptyLuaTablesAndNullsAreEmptyObjects() throws {
    let search = #"{"query":"q","documents":[{"text":"t","metadata":[]}],"filter":[],"topK":null,"mode":null}"#
    let parsed = try parameters(SearchMethod.self, search)
    #expect(parsed.filter == SearchFilter(conditions: []) && parsed.topK == 10 && parsed.mode == nil)
    for json in ["null", "[]", "{}"] {
      #expect(try parameters(ModelInfoMethod.self, json) == NoParameters())
      #expect(try parameters(InitializeMethod.self, json) == InitializeMethod.Parameters())
    }
  }

  @Test(arguments: ["0", "-1", #""x""#, "null", "[]", "1.5", "4294967296"])
  func processIDsThatNobodyHasAreNoError(_ id: String) throws {
    let json = #"{"processId":\#(id),"capabilities":[],"rootUri":null,"workspaceFolders":[],"newerMember":1}"#
    #expect(try parameters(InitializeMethod.self, json).processID == nil)
  }

  @Test func unknownPositionEncodingsAreSkipped() throws {
    let json = #"{"capabilities":{"general":{"positionEncodings":["utf-7",3,"utf-8"]}}}"#
    #expect(try parameters(InitializeMethod.self, json).positionEncodings == [.utf8])
  }
}

import AkinProtocol
import Documents
import JSON
import Testing

/// The methods that store documents, and LSP's of open documents and symbols.
@Suite struct CollectionMethodTests {
  private let notes: CollectionName
  private let folder: CollectionName
  private static let range = TextRange(
    start: TextPosition(line: 3, character: 0), end: TextPosition(line: 7, character: 2))

  init() throws {
    notes = try #require(CollectionName("notes"))
    folder = try #require(CollectionName("/home/ada/project"))
  }

  // MARK: Round trips

  @Test func parameters() throws {
    let documents = [
      IndexAddMethod.Document(key: .id("7"), text: ""),
      IndexAddMethod.Document(
        key: .uri("file:///a.swift"), text: "é", language: "swift", metadata: ["year": .number(1999)]),
    ]
    try expectRoundTrip(IndexAddMethod.Parameters(collection: notes, documents: documents))
    let given = IndexAddMethod.Document(key: .id("8"), text: "x", vector: [0.5, -1])
    try expectRoundTrip(
      IndexAddMethod.Parameters(collection: notes, documents: documents + [given], fingerprint: "0f"))
    var add = IndexAddMethod.Parameters(folder: folder)
    try expectRoundTrip(add)
    add.collection = notes
    add.workDoneToken = .string("t")
    try expectRoundTrip(add)
    try expectRoundTrip(IndexRemoveMethod.Parameters(collection: notes, ids: ["a"], uris: ["file:///b"]))
    try expectRoundTrip(IndexRemoveMethod.Parameters(collection: notes, uris: ["file:///b"]))
    try expectRoundTrip(IndexRemoveMethod.Parameters(collection: notes))
    try expectRoundTrip(IndexListMethod.Parameters())
    var list = IndexListMethod.Parameters(collection: folder)
    list.offset = 200
    list.count = 50
    try expectRoundTrip(list)
    try expectRoundTrip(IndexStatusMethod.Parameters(collection: folder))
    try expectRoundTrip(IndexDropMethod.Parameters(collection: notes))
    try expectRoundTrip(WorkspaceSymbolMethod.Parameters(query: "where is it parsed"))
  }

  @Test func results() throws {
    var added = IndexAddMethod.Result(collection: folder)
    added.added = 3
    added.embedded = 12
    try expectRoundTrip(added)
    try expectRoundTrip(IndexRemoveMethod.Result(removed: 2))
    try expectRoundTrip(IndexDropMethod.Result(dropped: true))
    try expectRoundTrip(IndexDropMethod.Result(dropped: false))
    let collection = IndexListMethod.Collection(
      name: folder, folder: folder.text, model: "m", documents: 2, chunks: 5, bytes: 4096,
      updatedAt: "2026-01-31T23:59:59Z")
    try expectRoundTrip(IndexListMethod.Result.collections([collection]))
    try expectRoundTrip(IndexListMethod.Result.collections([]))
    let document = IndexListMethod.Document(key: .id("a"), chunks: 2, language: "en", metadata: ["n": .bool(true)])
    try expectRoundTrip(IndexListMethod.Result.documents([document], total: 812))
    try expectRoundTrip(
      IndexStatusMethod.Result(
        collection: collection, precision: "q8_0", dimensions: 384, isIndexing: true, openDocuments: 1))
    for graph in [
      IndexStatusMethod.Graph(vectors: 5, linked: 4, recall: 0.5),
      IndexStatusMethod.Graph(vectors: 5, linked: 0, recall: nil, problem: "gone"),
    ] {
      try expectRoundTrip(
        IndexStatusMethod.Result(
          collection: collection, precision: "f32", dimensions: 2, isIndexing: false, openDocuments: 0, graph: graph))
    }
    let symbol = WorkspaceSymbolMethod.Symbol(
      name: "parse", kind: 12, uri: "file:///a.swift", range: Self.range, containerName: "a.swift")
    try expectRoundTrip(WorkspaceSymbolMethod.Result(symbols: [symbol]))
  }

  @Test func openDocuments() throws {
    try expectRoundTrip(
      DidOpenTextDocumentNotification.Parameters(uri: "file:///a", language: "swift", version: 1, text: "let a = 1\n"))
    let changes = [
      DidChangeTextDocumentNotification.Change(range: Self.range, text: ""),
      DidChangeTextDocumentNotification.Change(text: "all of it"),
    ]
    try expectRoundTrip(
      DidChangeTextDocumentNotification.Parameters(uri: "file:///a", version: 2, changes: changes))
    try expectRoundTrip(DidSaveTextDocumentNotification.Parameters(uri: "file:///a"))
    try expectRoundTrip(DidSaveTextDocumentNotification.Parameters(uri: "file:///a", text: "x"))
    try expectRoundTrip(DidCloseTextDocumentNotification.Parameters(uri: "file:///a"))
    try expectRoundTrip(DidChangeWatchedFilesNotification.Parameters(uris: ["file:///a", "file:///b"]))
    let here = try #require(CollectionName("/a folder"))
    try expectRoundTrip(DidChangeWorkspaceFoldersNotification.Parameters(added: [here], removed: []))
    try expectRoundTrip(DidChangeWorkspaceFoldersNotification.Parameters(added: [], removed: [here]))
  }

  @Test func searchOverCollections() throws {
    var search = SearchMethod.Parameters(query: [.text("q")], source: .collections([notes]))
    try expectRoundTrip(search)
    search.source = .collections([notes, folder])
    search.offset = 20
    search.glob = ["*.swift", "!Tests/**"]
    search.language = ["swift"]
    search.positionEncoding = .utf8
    try expectRoundTrip(search)
    let example = SearchExample(document: .uri("file:///a"), range: Self.range)
    try expectRoundTrip(SearchMethod.Parameters(similarTo: example, collections: [folder]))
    let hits = [
      SearchMethod.Hit(
        .stored(collection: folder, key: .uri("file:///a"), range: Self.range), score: 0.5, text: "t",
        language: "swift", heading: "parse", metadata: ["n": .number(1)]),
      SearchMethod.Hit(.stored(collection: notes, key: .id("7"), range: nil), score: 0.25, text: "u"),
    ]
    try expectRoundTrip(SearchMethod.Result(results: [hits]))
    var judged = SearchMethod.Result(results: [hits, hits])
    judged.noGoodMatch = [nil, 0.16]
    judged.results[0][0].rerankScore = 0.9
    judged.budgets = [.init(tokens: 5, hitsLeftOut: 1, copiesLeftOut: 2, linesLeftOut: 3)]
    judged.results[0][0].line = 7
    judged.results[0][0].legs = ["meaning": .init(rank: 2, score: 0.5), "words": .init(rank: 1, score: 12)]
    try expectRoundTrip(judged)
  }

  @Test func storedDocumentsAreRankedByBothWays() {
    var search = SearchMethod.Parameters(query: [.text("q")], source: .collections([notes]))
    #expect(search.usualMode == .hybrid)
    search.minScore = 0.5
    #expect(search.usualMode == .semantic)
    #expect(SearchMethod.Parameters(query: [.text("q")], source: .documents([])).usualMode == .semantic)
    #expect(SearchMethod.Parameters(query: [.vector([1])], source: .collections([notes])).usualMode == .semantic)
    let example = SearchExample(document: .id("7"))
    #expect(SearchMethod.Parameters(similarTo: example, collections: [notes]).usualMode == .semantic)
  }

  // MARK: Names

  @Test func collectionNames() {
    #expect(CollectionName("file:///home/ada/project") == folder)
    #expect(CollectionName("file://localhost/home/ada/project") == folder)
    #expect(CollectionName(String(repeating: "é", count: 200))?.isFolder == false)
    #expect(CollectionName("/")?.isFolder == true)
    let bad = ["", "a\nb", "a\u{7f}", "file:relative", "file://elsewhere/a", String(repeating: "a", count: 201), "/\0"]
    for name in bad { #expect(CollectionName(name) == nil, "\(name.debugDescription)") }
    #expect(CollectionName(folder: "notes") == nil)
  }

  @Test func collectionNamesWithStores() {
    let team = CollectionName("store:team//home/ada/project")
    #expect(team?.folder == "/home/ada/project" && team?.store == "team" && team?.isFolder == true)
    #expect(CollectionName("store:team/file:///home/ada/project") == team)
    #expect(CollectionName("store:team/notes")?.isFolder == false)
    #expect(CollectionName("store:/notes") == notes)
    #expect(CollectionName("store:/store:x")?.text == "store:/store:x")
    let bad = [
      "store:", "store:team", "store:team/", "store:team/a\nb", "store:a b/c", "store:team/file:relative",
      "store:team/" + String(repeating: "a", count: 201),
    ]
    for name in bad { #expect(CollectionName(name) == nil, "\(name.debugDescription)") }
    #expect(CollectionName(folder: "store:team//home") == nil)
  }

  @Test func fileURIs() {
    for path in ["/", "/a b/ü/100%.txt", "/C:/x", "/a~b-c_d.e", "/\u{1F600}?#[]"] {
      #expect(FileURI.path(ofURI: FileURI.uri(ofPath: path)) == path, "\(path)")
    }
    #expect(FileURI.uri(ofPath: "/a b") == "file:///a%20b")
    #expect(FileURI.path(ofURI: "file:/a") == "/a" && FileURI.path(ofURI: "FILE://LOCALHOST/a%2fb") == "/a/b")
    for uri in [
      "http:///a", "file://", "file:a", "file:///%", "file:///%f", "file:///%zz", "file:///%ff", "file:///%00",
    ] {
      #expect(FileURI.path(ofURI: uri) == nil, "\(uri)")
    }
  }

  // MARK: Errors

  @Test(arguments: [
    (#"{"documents":[]}"#, "params.collection"), (#"{"collection":"c"}"#, "params.documents"),
    (#"{"collection":"c","documents":[],"folder":"/a"}"#, "params.folder"), (#"{"folder":"a"}"#, "params.folder"),
    (#"{"collection":"c\u0000","documents":[]}"#, "params.collection"),
    (#"{"collection":"c","documents":[{"text":"t"}]}"#, "params.documents[0]"),
    (#"{"collection":"c","documents":[{"text":"t","id":"a","uri":"b"}]}"#, "params.documents[0].uri"),
    (#"{"collection":"c","documents":[{"text":"t","id":""}]}"#, "params.documents[0].id"),
    (#"{"collection":"c","documents":[{"id":"a"}]}"#, "params.documents[0].text"),
    (#"{"collection":"c","documents":[{"text":"t","id":"a","txt":1}]}"#, "params.documents[0].txt"),
    (#"{"collection":"c","documents":[{"text":"t","id":"a","metadata":{"k":[]}}]}"#, "params.documents[0].metadata.k"),
    (#"{"folder":"/a","workDoneToken":1.5}"#, "params.workDoneToken"),
  ])
  func add(_ json: String, _ path: String) {
    expectError(IndexAddMethod.self, json, path)
  }

  @Test func theOthers() {
    expectError(IndexRemoveMethod.self, #"{"collection":"c"}"#, "params.ids")
    expectError(IndexRemoveMethod.self, #"{"collection":"c","ids":[1]}"#, "params.ids[0]")
    expectError(IndexListMethod.self, #"{"offset":1}"#, "params.offset")
    expectError(IndexListMethod.self, #"{"collection":"c","limit":0}"#, "params.limit")
    expectError(IndexStatusMethod.self, "{}", "params.collection")
    expectError(IndexStatusMethod.self, #"{"collection":"c","folder":"/a"}"#, "params.folder")
    expectError(IndexDropMethod.self, #"{"name":"c"}"#, "params.name")
    expectError(WorkspaceSymbolMethod.self, "{}", "params.query")
  }

  @Test(arguments: [
    (#"{"query":"q","similarTo":{"id":"a"},"collection":"c"}"#, "params.similarTo"),
    (
      #"{"similarTo":{"id":"a","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}}"#,
      "params.similarTo.range"
    ),
    (
      #"{"similarTo":{"uri":"a","range":{"start":{"line":1,"character":0},"end":{"line":0,"character":1}}}}"#,
      "params.similarTo.range.end"
    ),
    (#"{"similarTo":{},"collection":"c"}"#, "params.similarTo"),
    (#"{"query":"q","collection":[]}"#, "params.collection"),
    (#"{"query":"q","collection":["c",1]}"#, "params.collection[1]"),
    (#"{"query":"q","collection":"c","offset":-1}"#, "params.offset"),
    (#"{"query":"q","collection":"c","glob":[1]}"#, "params.glob[0]"),
    (#"{"query":"q","documents":[],"glob":"*"}"#, "params.glob"),
    (#"{"query":"q","documents":[],"language":"en"}"#, "params.language"),
    (#"{"similarTo":{"id":"a"},"documents":[]}"#, "params.similarTo"),
  ])
  func search(_ json: String, _ path: String) {
    expectError(SearchMethod.self, json, path)
  }

  private func expectError<M: RequestMethod>(
    _ method: M.Type, _ json: String, _ path: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let error = #expect(throws: JSONFieldError.self, "\(json)", sourceLocation: sourceLocation) {
      try AkinProtocolTests.parameters(method, json)
    }
    #expect(error?.path == path, "\(json)", sourceLocation: sourceLocation)
  }

  /// LSP clients send members that this server has no use for.
  @Test func symbolQueriesMayHaveMembersOfLSP() throws {
    let json = #"{"query":"q","workDoneToken":1,"partialResultToken":"p"}"#
    #expect(try AkinProtocolTests.parameters(WorkspaceSymbolMethod.self, json).query == "q")
  }
}

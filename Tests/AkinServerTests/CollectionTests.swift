import AkinCollections
import AkinProtocol
import AkinServer
import AkinTestSupport
import Documents
import Foundation
import JSON
import Testing

/// Stored collections over the protocol, with the default model's real weights.
@Suite(.timeLimit(.minutes(10))) struct CollectionTests {
  let folder: TemporaryFolder
  let data: TemporaryFolder
  let session: ServerSession
  let root: String

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let data = try TemporaryFolder()
    self.data = data
    session = try ServerSession { $0.collections = SQLiteCatalog(folder: data.path) }
    root = try #require(FilePath.resolved(folder.path))
    try folder.write("# Rivers\n\nWater flows down to the sea.\n".utf8, to: "rivers.md")
    try folder.write("def parse_header(line):\n    return line.split(':')\n".utf8, to: "src/http.py")
  }

  private func uri(_ name: String) -> String { FileURI.uri(ofPath: root + "/" + name) }

  private func indexFolder() async throws -> IndexAddMethod.Result {
    try await session.result(IndexAddMethod.self, ["folder": .string(uri(""))])
  }

  private func search(_ query: String, _ more: JSONObject = [:]) async throws -> [SearchMethod.Hit] {
    var parameters: JSONObject = ["query": .string(query), "collection": .string(root)]
    for (key, value) in more.members { parameters[key] = value }
    return try await session.result(SearchMethod.self, .object(parameters)).results[0]
  }

  private func text(of hit: SearchMethod.Hit?) -> String { hit?.text ?? "nothing" }

  @Test func vectorsThatWereMadeElsewhereAreStoredWithoutEmbedding() async throws {
    let texts = ["The tide rises twice a day.", "Bread is baked from flour.", String(repeating: "long ", count: 900)]
    let made = try await session.call(
      "embed", ["input": .array(texts.map { .string($0) }), "encodingFormat": "base64"])["result"]
    let small = try await session.call(
      "embed", ["input": .string(texts[0]), "encodingFormat": "base64", "dtype": "int8"])["result"]
    let fingerprint = try #require(try await session.result(ModelInfoMethod.self).fingerprint)
    func add(_ name: String, _ vectors: [JSONValue], _ fingerprint: String) async throws -> IndexAddMethod.Result {
      let documents = zip(texts, vectors).enumerated().map { index, pair in
        JSONValue.object(["id": .string("\(index)"), "text": .string(pair.0), "vector": pair.1])
      }
      return try await session.result(
        IndexAddMethod.self,
        ["collection": .string(name), "documents": .array(documents), "fingerprint": .string(fingerprint)])
    }
    let vectors = try made["embeddings"].array().compactMap(\.value)
    let result = try await add("given", vectors, fingerprint)
    #expect(result.added == 3 && result.chunks == 3 && result.embedded == 0)
    #expect(try await add("given", vectors, fingerprint).unchanged == 3)
    let plain = try await session.result(
      IndexAddMethod.self,
      [
        "collection": "plain",
        "documents": .array(texts.prefix(2).enumerated().map { ["id": .string("\($0)"), "text": .string($1)] }),
      ])
    // What is known of a text in one collection is known in all.
    #expect(plain.embedded == 0)
    for query in ["When is high water?", "How do I make a loaf?"] {
      func hits(_ name: String) async throws -> [SearchMethod.Hit] {
        try await session.result(
          SearchMethod.self, ["query": .string(query), "collection": .string(name), "topK": 1]
        ).results[0]
      }
      #expect(try await hits("given").map(\.score) == hits("plain").map(\.score))
      #expect(try await hits("given").map(\.text) == hits("plain").map(\.text))
    }
    var scaled = try small["embeddings"].array()[0].object()
    scaled["scale"] = try small["scales"].array()[0].value
    #expect(try await add("small", [.object(scaled)], fingerprint).embedded == 0)

    let refused: [(vectors: [JSONValue], fingerprint: String, path: String)] = [
      (vectors, "0f", "params.fingerprint"),
      ([[0.5, 0.5]], fingerprint, "params.documents[0].vector"),
      ([vectors[1], vectors[0]], fingerprint, "params.documents[0].vector"),
    ]
    for (wrong, print, path) in refused {
      let documents = zip(texts, wrong).enumerated().map { index, pair in
        JSONValue.object(["id": .string("w\(index)"), "text": .string("\(pair.0) "), "vector": pair.1])
      }
      let error = try await session.error(
        "index/add", ["collection": "wrong", "documents": .array(documents), "fingerprint": .string(print)])
      #expect(error.data.path == path)
    }
    #expect(try await session.error("index/status", ["collection": "wrong"]).data.kind == "collectionUnknown")
  }

  @Test func aSearchSeesWhatWasAddedBeforeIt() async throws {
    for round in 0..<5 {
      let words = "zebra number \(round) walks"
      try session.send(
        "index/add", ["collection": "zoo", "documents": [["id": .string("\(round)"), "text": .string(words)]]], id: 1)
      try session.send("search", ["query": .string(words), "collection": "zoo", "topK": 1], id: 2)
      var answers: [Int: JSONField] = [:]
      for _ in 0..<2 {
        guard let message = await session.receive() else { throw NoAnswer() }
        let answer = JSONField(message, path: "answer")
        answers[try answer["id"].int()] = answer
      }
      #expect(try answers[1]?["result"]["added"].int() == 1)
      let hit = try #require(answers[2]?["result"]["results"].array().first?.array().first)
      #expect(try hit["id"].string() == "\(round)")
      #expect(try hit["collection"].string() == "zoo")
    }
  }

  /// A dropped collection's connections end under nobody who still reads it: the graph's upkeep begins after each change.
  @Test func manyAreAddedAndDroppedInTurn() async throws {
    for round in 0..<300 {
      try session.send(
        "index/add", ["collection": "brief", "documents": [["id": "1", "text": .string("round \(round % 3)")]]],
        id: 2 * round)
      try session.send("index/drop", ["collection": "brief"], id: 2 * round + 1)
      for _ in 0..<2 {
        guard let message = await session.receive() else { throw NoAnswer() }
        let answer = JSONField(message, path: "answer")
        #expect(answer["error"].value == nil, "round \(round): \(answer.value ?? .null)")
      }
    }
    #expect(try await session.call("index/list")["result"]["collections"].array().isEmpty)
    #expect(try await indexFolder().added == 2)
  }

  /// More changes than there are threads for tasks wait for another process, and a query passes them all.
  @Test func whatWaitsForAnotherProcessHoldsNothingElseUp() async throws {
    let names = (0..<8).map { "locked\($0)" }
    for name in names {
      let parameters: JSONValue = ["collection": .string(name), "documents": [["id": "1", "text": "a text"]]]
      _ = try await session.result(IndexAddMethod.self, parameters)
    }
    let store = SQLiteCatalog(folder: data.path)
    let locks = try names.map { try HeldLock(store.path(of: $0)) }
    for (number, name) in names.enumerated() {
      try session.send("index/remove", ["collection": .string(name), "ids": ["1"]], id: number)
    }
    try session.send("embed", ["input": "a query"], id: 100)
    var order: [Int] = []
    for _ in 0...names.count {
      guard let message = await session.receive() else { throw NoAnswer() }
      let answer = JSONField(message, path: "answer")
      order.append(try answer["id"].int())
      if order.count == 1 { for lock in locks { lock.release() } }
      #expect(answer["error"].value == nil, "\(answer.value ?? .null)")
    }
    #expect(order.first == 100 && Set(order.dropFirst()) == Set(0..<8))
  }

  @Test func aFolder() async throws {
    let result = try await indexFolder()
    #expect(result.added == 2 && result.collection.text == root && result.chunks == 2)
    #expect(try await indexFolder().unchanged == 2)
    let hit = try #require(try await search("how are HTTP headers read").first)
    guard case .stored(let collection, let key, let range) = hit.origin else {
      Issue.record("\(hit)")
      return
    }
    #expect(collection.text == root && key == .uri(uri("src/http.py")))
    #expect(range?.start == TextPosition(line: 0, character: 0) && range?.end.line == 1)
    #expect(hit.language == "python" && hit.heading == "parse_header")
    #expect(try await search("headers", ["glob": "*.md"]).map(\.text) == ["# Rivers\n\nWater flows down to the sea."])
    #expect(try await search("headers", ["language": "python"]).count == 1)
    let like = try await session.result(
      SearchMethod.self, ["similarTo": ["uri": .string(uri("rivers.md"))], "collection": .string(root)])
    #expect(like.results[0].count == 1)

    let status = try await session.result(IndexStatusMethod.self, ["folder": .string(root)])
    #expect(status.collection.documents == 2 && !status.isIndexing && status.openDocuments == 0)
    guard
      case .documents(let documents, 2) = try await session.result(
        IndexListMethod.self, ["collection": .string(root), "count": 1])
    else {
      Issue.record("no list of two documents")
      return
    }
    #expect(documents.count == 1)
    let removed = try await session.result(
      IndexRemoveMethod.self, ["collection": .string(root), "uris": [.string(uri("rivers.md")), "file:///none"]])
    #expect(removed.removed == 1)
    _ = try await session.result(IndexDropMethod.self, ["collection": .string(root)])
    #expect(try await session.error(IndexStatusMethod.name, ["folder": .string(root)]).code == -32009)
  }

  @Test func errors() async throws {
    #expect(try await session.error(SearchMethod.name, ["query": "x", "collection": "none"]).code == -32009)
    #expect(try await !session.result(IndexDropMethod.self, ["collection": "none"]).dropped)
    let missing = try await session.error(IndexAddMethod.name, ["folder": "/nowhere/at/all"])
    #expect(missing.code == -32602 && missing.data.path == "params.folder")
    _ = try await indexFolder()
    let pooling = try await session.error(
      SearchMethod.name, ["query": "x", "collection": .string(root), "pooling": "max"])
    #expect(pooling.data.path == "params.pooling")
    let score = try await session.error(
      SearchMethod.name, ["query": "x", "collection": .string(root), "mode": "hybrid", "minScore": 0.5])
    #expect(score.data.path == "params.minScore")
  }

  @Test func openDocumentsAreSearchedAsTheyStand() async throws {
    _ = try await session.call("initialize", ["rootUri": .string(uri("")), "capabilities": [:]])
    _ = try await indexFolder()
    let document: JSONValue = ["uri": .string(uri("rivers.md")), "version": 2]
    try session.send(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string(uri("rivers.md")), "languageId": "markdown", "version": 1, "text": "# 🌊\n\nold",
        ]
      ])
    try session.send(
      "textDocument/didChange",
      [
        "textDocument": document,
        "contentChanges": [
          // Behind the wave, which is two units of UTF-16.
          ["range": range(0, 4, 0, 4), "text": " Volcanoes"],
          ["range": range(2, 0, 2, 3), "text": "Lava flows out of mountains."],
        ],
      ])
    #expect(text(of: try await search("volcano lava").first) == "# 🌊 Volcanoes\n\nLava flows out of mountains.")
    let status = try await session.result(IndexStatusMethod.self, ["folder": .string(root)])
    #expect(status.openDocuments == 1)
    // Indexing the folder does not bring the file back.
    #expect(try await indexFolder().unchanged == 2)
    #expect(text(of: try await search("volcano lava").first).contains("Lava"))
    try session.send("textDocument/didSave", ["textDocument": ["uri": .string(uri("rivers.md"))]])
    try session.send("textDocument/didClose", ["textDocument": ["uri": .string(uri("rivers.md"))]])
    #expect(text(of: try await search("water", ["glob": "*.md"]).first).contains("down to the sea"))
  }

  private func range(_ line: Int64, _ start: Int64, _ endLine: Int64, _ end: Int64) -> JSONValue {
    [
      "start": ["line": .integer(line), "character": .integer(start)],
      "end": ["line": .integer(endLine), "character": .integer(end)],
    ]
  }

  @Test func symbolsHaveRealPlaces() async throws {
    let answer = try await session.call("initialize", ["rootUri": .string(uri("")), "capabilities": [:]])
    let capabilities = try ServerCapabilities(answer["result"]["capabilities"])
    #expect(capabilities.findsSymbols && capabilities.followsDocuments)
    #expect(try await session.result(WorkspaceSymbolMethod.self, ["query": "headers"]).symbols.isEmpty)
    _ = try await indexFolder()
    let symbols = try await session.result(WorkspaceSymbolMethod.self, ["query": "split header lines"]).symbols
    #expect(symbols.first?.name == "parse_header" && symbols.first?.kind == 12)
    #expect(symbols.first?.uri == uri("src/http.py") && symbols.first?.containerName == "src/http.py")
    #expect(symbols.first?.range.end == TextPosition(line: 1, character: 26))
  }

  @Test func progressOfIndexing() async throws {
    try session.send("index/add", ["folder": .string(root), "workDoneToken": "t"], id: 7)
    var kinds: [String] = []
    while let message = await session.receive() {
      let field = JSONField(message, path: "message")
      guard !field["id"].isPresent else { break }
      kinds.append(try field["params"]["value"]["kind"].string())
    }
    #expect(kinds.first == "begin" && kinds.last == "end" && kinds.contains("report"))
  }
}

import AkinCollections
import AkinProtocol
import AkinServer
import AkinTestSupport
import Foundation
import JSON
import Testing

/// What follows from `initialized` for the folders of a session, with the default model's real weights.
@Suite(.timeLimit(.minutes(2))) struct FolderRefreshTests {
  let folder: TemporaryFolder
  let data: TemporaryFolder
  let root: String

  init() throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    data = try TemporaryFolder()
    root = try #require(FilePath.resolved(folder.path))
    try folder.write("Water flows down to the sea.".utf8, to: "rivers.txt")
  }

  private func session() throws -> ServerSession {
    let data = data
    return try ServerSession { $0.collections = SQLiteCatalog(folder: data.path) }
  }

  private func indexOnce() async throws {
    _ = try await session().result(IndexAddMethod.self, ["folder": .string(root)])
  }

  private func initialize(
    _ session: ServerSession, showsProgress: Bool = false, watchesFiles: Bool = false
  ) async throws {
    var capabilities: JSONObject = [:]
    if showsProgress { capabilities["window"] = ["workDoneProgress": true] }
    if watchesFiles { capabilities["workspace"] = ["didChangeWatchedFiles": ["dynamicRegistration": true]] }
    _ = try await session.call(
      "initialize", ["rootUri": .string("file://" + root), "capabilities": .object(capabilities)])
    try session.send("initialized", .object([:]))
  }

  private func documents(_ session: ServerSession) async throws -> Int {
    try await session.result(IndexStatusMethod.self, ["folder": .string(root)]).collection.documents
  }

  @Test func aKnownFolderIsBroughtUpToDateAndTheClientIsShown() async throws {
    try await indexOnce()
    try folder.write("Volcanoes hurl lava out of the earth.".utf8, to: "volcanoes.txt")
    let session = try session()
    try await initialize(session, showsProgress: true)
    let create = JSONField(await session.receive(), path: "create")
    #expect(try create["method"].string() == "window/workDoneProgress/create" && create["id"].isPresent)
    let token = try ProgressToken(create["params"]["token"])
    var kinds: [String] = []
    while kinds.last != "end", let message = await session.receive() {
      let progress = JSONField(message, path: "progress")
      #expect(try progress["method"].string() == "$/progress")
      #expect(try ProgressToken(progress["params"]["token"]) == token)
      kinds.append(try progress["params"]["value"]["kind"].string())
    }
    #expect(kinds.first == "begin" && kinds.contains("report"))
    // The answer of a client is no request, and gets no answer.
    try session.send(line: #"{"jsonrpc":"2.0","id":"akin/progress/x","result":null}"#)
    #expect(try await documents(session) == 2)
    let result = try await session.result(
      SearchMethod.self, ["query": "lava", "collection": .string(root), "topK": 1])
    #expect(result.results[0].first?.text.hasPrefix("Volcanoes") == true)
  }

  @Test func aClientThatShowsNoProgressIsSentNone() async throws {
    try await indexOnce()
    try folder.write("Volcanoes hurl lava out of the earth.".utf8, to: "volcanoes.txt")
    let session = try session()
    try await initialize(session)
    // Every message is the answer of its request.
    while try await documents(session) < 2 { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test func aClientThatCanIsAskedToTellOfChangedFiles() async throws {
    try await indexOnce()
    let session = try session()
    try await initialize(session, watchesFiles: true)
    let request = JSONField(await session.receive(), path: "request")
    #expect(try request["method"].string() == "client/registerCapability" && request["id"].isPresent)
    let registration = try #require(try request["params"]["registrations"].array().first)
    #expect(try registration["method"].string() == DidChangeWatchedFilesNotification.name)
  }

  @Test func aClientIsAskedOnceToTellOfChangedFilesOfFoldersThatComeLater() async throws {
    try await indexOnce()
    let session = try session()
    let watching: JSONValue = ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]]]
    _ = try await session.call("initialize", ["workspaceFolders": .null, "capabilities": watching])
    try session.send("initialized", .object([:]))
    #expect(try await documents(session) == 1)
    let added: JSONValue = ["event": ["added": [["uri": .string("file://" + root)]], "removed": []]]
    try session.send(DidChangeWorkspaceFoldersNotification.name, added)
    let request = JSONField(await session.receive(), path: "request")
    #expect(try request["method"].string() == "client/registerCapability")
    try session.send(DidChangeWorkspaceFoldersNotification.name, added)
    // The next message is the answer, and no second request.
    #expect(try await documents(session) == 1)
  }

  @Test func changedFilesAreIndexedOnceTheyAreTold() async throws {
    try await indexOnce()
    let session = try session()
    try await initialize(session)
    // Files of other folders, and parameters that are none, change nothing.
    try session.send(
      DidChangeWatchedFilesNotification.name, ["changes": [["uri": "file:///elsewhere/a.txt", "type": 1]]])
    try session.send(DidChangeWatchedFilesNotification.name, ["changes": 7])
    #expect(try await documents(session) == 1)
    for round in 1...3 {
      try folder.write("Volcano \(round) hurls lava out of the earth.".utf8, to: "volcano\(round).txt")
      let change: JSONValue = ["uri": .string("file://" + root + "/volcano\(round).txt"), "type": 1]
      for _ in 0..<3 { try session.send(DidChangeWatchedFilesNotification.name, ["changes": [change]]) }
      while try await documents(session) < 1 + round { try await Task.sleep(for: .milliseconds(20)) }
    }
    try FileManager.default.removeItem(atPath: folder.file("volcano1.txt"))
    let change: JSONValue = ["uri": .string("file://" + root + "/volcano1.txt"), "type": 3]
    try session.send(DidChangeWatchedFilesNotification.name, ["changes": [change]])
    while try await documents(session) > 3 { try await Task.sleep(for: .milliseconds(20)) }
  }

  @Test func changedFilesOfAClientThatTellsOfNoneAreSeen() async throws {
    try await indexOnce()
    let session = try session()
    try await initialize(session)
    #expect(try await documents(session) == 1)
    for round in 1...2 {
      try folder.write("Volcano \(round) hurls lava out of the earth.".utf8, to: "new/volcano\(round).txt")
      while try await documents(session) < 1 + round { try await Task.sleep(for: .milliseconds(50)) }
    }
    try FileManager.default.removeItem(atPath: folder.file("new"))
    while try await documents(session) > 1 { try await Task.sleep(for: .milliseconds(50)) }
  }

  @Test func aFolderThatIsFirstIndexedInTheSessionIsFollowed() async throws {
    let session = try session()
    try await initialize(session)
    let added = try await session.result(IndexAddMethod.self, ["folder": .string(root)])
    #expect(added.added == 1)
    try folder.write("Volcanoes hurl lava out of the earth.".utf8, to: "volcanoes.txt")
    while try await documents(session) < 2 { try await Task.sleep(for: .milliseconds(50)) }
  }

  @Test func aClientIsAskedToTellOfChangedFilesOfAFolderThatIsFirstIndexedInTheSession() async throws {
    let session = try session()
    try await initialize(session, watchesFiles: true)
    try session.send(IndexAddMethod.name, ["folder": .string(root)], id: 7)
    let request = JSONField(await session.receive(), path: "request")
    #expect(try request["method"].string() == "client/registerCapability")
  }

  @Test func aFolderThatComesLaterIsBroughtUpToDateToo() async throws {
    try await indexOnce()
    try folder.write("Volcanoes hurl lava out of the earth.".utf8, to: "volcanoes.txt")
    let session = try session()
    _ = try await session.call("initialize", ["workspaceFolders": .null, "capabilities": [:]])
    try session.send("initialized", .object([:]))
    #expect(try await documents(session) == 1)
    #expect(try await session.result(WorkspaceSymbolMethod.self, ["query": "lava"]).symbols.isEmpty)
    let here: JSONValue = ["uri": .string("file://" + root), "name": "here"]
    try session.send("workspace/didChangeWorkspaceFolders", ["event": ["added": [here], "removed": []]])
    while try await documents(session) < 2 { try await Task.sleep(for: .milliseconds(20)) }
    #expect(try await !session.result(WorkspaceSymbolMethod.self, ["query": "lava"]).symbols.isEmpty)
    try session.send("workspace/didChangeWorkspaceFolders", ["event": ["added": [], "removed": [here]]])
    #expect(try await session.result(WorkspaceSymbolMethod.self, ["query": "lava"]).symbols.isEmpty)
  }

  @Test func aFolderWithoutACollectionGetsNone() async throws {
    let session = try session()
    try await initialize(session, showsProgress: true)
    #expect(try await session.error(IndexStatusMethod.name, ["folder": .string(root)]).code == -32009)
    #expect(try FileManager.default.contentsOfDirectory(atPath: data.path) == [])
  }

  @Test func whatIsAskedForTakesItsPlace() async throws {
    try await indexOnce()
    for number in 0..<400 {
      try folder.write("Note \(number) tells of \(number * 7) ships and their cargo.".utf8, to: "\(number).txt")
    }
    let session = try session()
    try await initialize(session)
    // A search waits for no upkeep: there may be more than its file, and there need not be.
    let result = try await session.result(SearchMethod.self, ["query": "water", "collection": .string(root)])
    #expect(result.results[0].contains { $0.text.hasPrefix("Water") })
    let added = try await session.result(IndexAddMethod.self, ["folder": .string(root)])
    #expect(added.added + added.unchanged == 401 && added.chunks == 401)
    #expect(try await documents(session) == 401)
    _ = try await session.result(IndexDropMethod.self, ["collection": .string(root)])
    #expect(try await session.error(IndexStatusMethod.name, ["folder": .string(root)]).code == -32009)
  }
}

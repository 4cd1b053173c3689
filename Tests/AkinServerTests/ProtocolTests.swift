import AkinCollections
import AkinProtocol
import AkinServer
import AkinTestSupport
import Foundation
import JSON
import JSONRPC
import Testing

/// What version 1.0 of the protocol promises, beyond the methods themselves.
@Suite(.timeLimit(.minutes(5))) struct ProtocolTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func session(_ change: (inout ServerOptions) -> Void = { _ in }) throws -> ServerSession {
    try ServerSession { options in
      options.collections = SQLiteCatalog(folder: folder.file("data"))
      change(&options)
    }
  }

  // MARK: Versions and limits

  @Test func versionAndLimitsAreToldWithoutSideEffects() async throws {
    let session = try session { $0.limits[.maxBatch] = 7 }
    let status = try await session.result(ServerStatusMethod.self)
    #expect(status.protocolVersion == "1.0" && status.limits[.maxBatch] == 7)
    let document = try await session.call("rpc.discover")["result"]
    let limits = document["components"]["schemas"]["ServerLimits"]["properties"]
    #expect(try limits["maxBatch"]["default"].int() == 7)
    #expect(try limits["maxDepth"]["default"].int() == ServerLimit.maxDepth.preset)
    let result = try await session.result(InitializeMethod.self, [:])
    #expect(result.protocolVersion == "1.0" && result.limits == status.limits)
  }

  @Test func theConnectionsLimitsAreThoseOfTheTable() throws {
    for limit in RPCLimit.allCases {
      let row = try #require(ServerLimit.all.first { $0.name == limit.rawValue })
      #expect(row.unit == limit.unit)
    }
  }

  @Test func everyErrorHasItsKind() async throws {
    let session = try session { $0.limits[.maxBatch] = 2 }
    for (line, kind, limit) in [
      ("{", "parseError", nil), ("[]", "invalidRequest", nil), ("7", "invalidRequest", nil),
      (#"{"jsonrpc":"2.0","id":1,"method":7}"#, "invalidRequest", nil),
      (#"{"jsonrpc":"2.0","id":1,"method":"none"}"#, "methodNotFound", nil),
      (#"{"jsonrpc":"2.0","id":1,"method":"embed","params":[1]}"#, "invalidParams", nil),
      (#"{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":1e400}}"#, "invalidParams", nil),
      (#"{"jsonrpc":"2.0","id":1,"method":"$/cancelRequest","params":{"id":[]}}"#, "invalidParams", nil),
      ("[1,2,3]", "invalidRequest", "maxBatch"),
      (String(repeating: "[", count: 600) + String(repeating: "]", count: 600), "parseError", "maxDepth"),
      ("[" + String(repeating: "[],", count: 1_700_000) + "1]", "parseError", "maxValues"),
    ] as [(String, String, String?)] {
      try session.send(line: line)
      let error = JSONField(await session.receive(), path: "answer")["error"]
      let data = try ErrorData(error["data"])
      #expect(data.kind == kind && data.excess?.limit == limit, "\(line.prefix(60)): \(error.value ?? .null)")
    }
  }

  @Test func anUnknownParameterCanBeLeftOut() async throws {
    let session = try session()
    let error = try await session.error("tokenize", ["input": "a", "notYet": 1])
    #expect(error.code == -32602 && error.data.reason == ErrorData.unknownParameter)
    #expect(error.data.known == TokenizeMethod.Parameters.names)
    #expect(try await session.call("tokenize", ["input": "a", "_meta": ["trace": 7]])["result"].isPresent)
    #expect(try await session.error("tokenize", ["input": 1]).data.reason == nil)
  }

  // MARK: Repeating, and failing

  @Test func droppingTwiceIsSafe() async throws {
    let session = try session()
    let documents: JSONValue = [["id": "a", "text": "A fox."]]
    _ = try await session.result(IndexAddMethod.self, ["collection": "notes", "documents": documents])
    #expect(try await session.result(IndexDropMethod.self, ["collection": "notes"]).dropped)
    #expect(try await !session.result(IndexDropMethod.self, ["collection": "notes"]).dropped)
  }

  @Test func aFolderThatCannotBeReadLeavesNothing() async throws {
    let session = try session()
    for missing in [folder.file("none"), try folder.write([1], to: "file")] {
      let error = try await session.error("index/add", ["folder": .string(missing)])
      #expect(error.code == -32602 && error.data.path == "params.folder")
    }
    guard case .collections(let left, _) = try await session.result(IndexListMethod.self) else { return }
    #expect(left.isEmpty)
  }

  @Test func aCollectionIsOfOneFolder() async throws {
    let session = try session()
    for name in ["one", "two"] { try folder.write("A gear is a wheel.".utf8, to: "\(name)/\(name).md") }
    let (one, two) = (JSONValue.string(folder.file("one")), JSONValue.string(folder.file("two")))
    #expect(try await session.result(IndexAddMethod.self, ["collection": "c", "folder": one]).added == 1)
    #expect(try await session.error("index/add", ["collection": "c", "folder": two]).data.path == "params.collection")
    #expect(try await session.result(IndexAddMethod.self, ["collection": "c", "folder": one]).unchanged == 1)
    _ = try await session.result(
      IndexAddMethod.self, ["collection": "d", "documents": [["id": "a", "text": "A fox."]]])
    #expect(try await session.error("index/add", ["collection": "d", "folder": two]).data.path == "params.collection")
    #expect(try await session.result(IndexStatusMethod.self, ["collection": "d"]).collection.documents == 1)
  }

  // MARK: Positions, vectors, progress

  @Test func rangesAreInTheUnitThatTheRequestNames() async throws {
    let session = try session()
    _ = try await session.result(
      IndexAddMethod.self, ["collection": "c", "documents": [["id": "a", "text": "😀 fox 😀"]]])
    for (encoding, length) in [("utf-8", 13), ("utf-16", 9), ("utf-32", 7)] {
      let result = try await session.result(
        SearchMethod.self, ["query": "fox", "collection": "c", "positionEncoding": .string(encoding)])
      guard case .stored(_, _, let range)? = result.results.first?.first?.origin else {
        Issue.record("no hit")
        continue
      }
      #expect(range?.end.character == length, "\(encoding)")
    }
    let inline: JSONValue = ["query": "fox", "documents": ["a"], "positionEncoding": "utf-8"]
    #expect(try await session.error("search", inline).data.path == "params.positionEncoding")
  }

  @Test func aVectorHandedBackIsAVector() async throws {
    let session = try session()
    for (type, least) in [("float32", 0.99999), ("int8", 0.999)] as [(JSONValue, Float)] {
      let params: JSONValue = ["input": "a cat", "encodingFormat": "base64", "dtype": type]
      let vector = try await session.call("embed", params)["result"]["embeddings"].array()[0].value ?? .null
      let scores = try await session.result(SimilarityMethod.self, ["left": [vector], "right": "a cat"]).scores
      #expect(scores[0][0] > least, "\(type)")
    }
  }

  /// `cancellable: true` of a begin is true.
  @Test func workIsCancelledByItsToken() async throws {
    let session = try session()
    let texts = JSONValue.array(Array(repeating: .string(String(repeating: "a long text ", count: 100)), count: 4000))
    try session.send("embed", ["input": texts, "workDoneToken": "t"], id: 1)
    let begin = JSONField(await session.receive(), path: "progress")
    #expect(try begin["params"]["value"]["cancellable"].bool())
    try session.send("window/workDoneProgress/cancel", ["token": "other"])
    try session.send("window/workDoneProgress/cancel", ["token": "t"])
    var answer = JSONField(nil, path: "")
    while !answer["id"].isPresent {
      guard let message = await session.receive() else { throw NoAnswer() }
      answer = JSONField(message, path: "answer")
    }
    #expect(try answer["error"]["code"].int() == -32800)
  }
}

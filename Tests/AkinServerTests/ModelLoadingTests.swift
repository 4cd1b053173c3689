import AkinProtocol
import AkinTestSupport
import Foundation
import JSON
import Testing

/// The model is loaded by the first request that needs it, and a failure is an answer.
@Suite(.timeLimit(.minutes(2))) struct ModelLoadingTests {
  @Test func aMissingModelIsAnErrorAndTheNextRequestTriesAgain() async throws {
    let folder = try TemporaryFolder()
    let session = try ServerSession(model: folder.file("model"))
    let error = try await session.error("embed", ["input": "hello"])
    #expect(error.code == -32004)
    #expect(error.data.kind == "modelMissing")
    #expect(try await session.error("model/info").code == -32004)
    #expect(try await session.call("server/status")["result"]["engine"].value == .null)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("model"), withDestinationPath: try TestModel.folder)
    let result = try await session.result(EmbedMethod.self, ["input": "hello"])
    #expect(result.dimensions == 384 && result.tokenCounts == [3])
  }

  @Test func brokenFilesAreAnErrorAndTheServerGoesOn() async throws {
    let folder = try TemporaryFolder()
    try folder.write(Array("{}".utf8), to: "model/config.json")
    try folder.write(Array("not safetensors".utf8), to: "model/model.safetensors")
    let session = try ServerSession(model: folder.file("model"))
    let error = try await session.error("embed", ["input": "hello"])
    #expect(error.code == -32005 && error.data.kind == "modelUnusable")
    let similarity = try await session.result(SimilarityMethod.self, ["left": [1, 0]])
    #expect(similarity.scores == [[1]])
  }

  @Test func everyRequestThatWaitsGetsItsAnswer() async throws {
    let session = try ServerSession()
    for id in 0..<20 { try session.send("embed", ["input": "hello"], id: id) }
    var ids: Set<Int> = []
    for _ in 0..<20 {
      let answer = JSONField(await session.receive(), path: "answer")
      #expect(answer["result"].isPresent)
      ids.insert(try answer["id"].int())
    }
    #expect(ids == Set(0..<20))
  }

  @Test func aCancelledRequestIsAnsweredOnce() async throws {
    let session = try ServerSession()
    let text = JSONValue.string(String(repeating: "The cat is running on the stairs. ", count: 100))
    try session.send("embed", ["input": .array(Array(repeating: text, count: 2000))], id: 1)
    try session.send("$/cancelRequest", ["id": 1])
    try session.send("similarity", ["left": [1, 0]], id: 2)
    var codes: [Int: Int] = [:]
    for _ in 0..<2 {
      let answer = JSONField(await session.receive(), path: "answer")
      codes[try answer["id"].int()] = answer["error"].isPresent ? try answer["error"]["code"].int() : 0
    }
    #expect(codes == [1: -32800, 2: 0])
    try session.closeInput()
    #expect(await session.receive() == nil)
    #expect(await session.exitCode() == 0)
  }

  /// A model's file that is cut while it is in use costs the requests that read it, and comes back with the file.
  @Test func aModelFileThatIsCutIsLoadedAnewWhenItIsBack() async throws {
    let folder = try TemporaryFolder()
    let bytes = try Fixtures.bytes("models/gguf/sentence-q8_0.gguf")
    let path = try folder.write(bytes, to: "a.gguf")
    let session = try ServerSession(model: path)
    let words: JSONValue = .array((0..<200).map { .string("the \($0) of a \($0)") })
    let before = try await session.call("embed", ["input": words])["result"]
    #expect(before.isPresent)
    try FileHandle(forUpdating: URL(fileURLWithPath: path)).truncate(atOffset: 100)
    var error = try await session.error("embed", ["input": words])
    #expect(error.code == -32005 && error.data.kind == "modelUnusable")
    // Loaded anew, the file is refused for what it is.
    error = try await session.error("embed", ["input": words])
    #expect(error.code == -32005)
    try folder.write(bytes, to: "a.gguf")
    #expect(try await session.call("embed", ["input": words])["result"].value == before.value)
  }
}

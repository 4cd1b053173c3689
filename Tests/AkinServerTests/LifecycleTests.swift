import AkinProtocol
import Foundation
import JSON
import Testing

/// Lifecycle, exit codes and the watch on the client's process. None of these loads a model.
@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
  private static let nothing: JSONValue = ["capabilities": .object([:])]

  @Test func aWholeSessionEndsWithZero() async throws {
    let session = try ServerSession(model: "none")
    let result = try await session.result(InitializeMethod.self, Self.nothing)
    #expect(result.serverName == "akin" && result.serverVersion == "test" && result.limits == ServerLimits())
    #expect(result.capabilities.positionEncoding == nil)
    try session.send("initialized", .array([]))
    #expect(try await session.call("initialize", Self.nothing)["error"]["code"].int() == -32600)
    #expect(try await session.call("shutdown")["result"].value == .null)
    #expect(try await session.call("server/status")["error"]["code"].int() == -32600)
    try session.send("exit")
    // Input stays open: `exit` alone ends the server.
    #expect(await session.exitCode() == 0)
    #expect(await session.receive() == nil)
  }

  private static let endings: [([String], Int32)] = [
    ([], 0), (["initialize"], 1), (["shutdown"], 0), (["initialize", "shutdown"], 0), (["exit"], 1),
    (["shutdown", "exit"], 0), (["initialize", "exit"], 1), (["initialize", "shutdown", "exit"], 0),
  ]

  @Test(arguments: endings)
  func exitCodes(_ methods: [String], _ code: Int32) async throws {
    let session = try ServerSession(model: "none")
    for (id, method) in methods.enumerated() { try session.send(method, id: method == "exit" ? nil : id) }
    try session.closeInput()
    #expect(await session.exitCode() == code)
  }

  @Test func afterShutdownNothingIsServedAndNotificationsAreSilent() async throws {
    let session = try ServerSession(model: "none")
    #expect(try await session.call("shutdown")["result"].value == .null)
    for method in ["shutdown", "initialize", "embed", "server/status", "nobody/hasThis"] {
      #expect(try await session.call(method)["error"]["code"].int() == -32600, "\(method)")
    }
    for method in ["initialized", "shutdown", "$/setTrace", "textDocument/didOpen", "nobody/hasThis"] {
      try session.send(method, .object([:]))
    }
    try session.send("exit")
    #expect(await session.receive() == nil)
    #expect(await session.exitCode() == 0)
  }

  @Test func aCancellationIsHeardAfterShutdown() async throws {
    let session = try ServerSession(model: "none")
    _ = try await session.call("shutdown")
    try session.send("$/cancelRequest", ["id": 1])
    #expect(try await session.call("$/cancelRequest", ["id": 1], id: 2)["result"].value == .null)
    try session.closeInput()
    #expect(await session.exitCode() == 0)
  }

  /// What was accepted before `shutdown` and `exit` is still answered, once each.
  @Test(arguments: zip([true, false], [0, 1] as [Int32]))
  func exitDuringWorkAnswersWhatWasAccepted(shutsDown: Bool, code: Int32) async throws {
    let session = try ServerSession()
    let texts = JSONValue.array(
      (0..<300).map { .string("Ship \($0) carries \($0 * 7) barrels of oil to the harbour.") })
    for id in 1...3 { try session.send("embed", ["input": texts, "encodingFormat": "base64"], id: id) }
    if shutsDown { try session.send("shutdown", id: 4) }
    try session.send("exit")
    var ids: [JSONValue] = []
    while let answer = await session.receive() {
      ids.append(answer["id"] ?? .null)
      #expect(answer["result"] != nil)
    }
    #expect(ids.count == (shutsDown ? 4 : 3) && Set(ids.map(\.description)).count == ids.count)
    #expect(await session.exitCode() == code)
  }

  @Test func shutdownWithoutIdIsNoShutdown() async throws {
    let session = try ServerSession(model: "none")
    try session.send("shutdown")
    try session.send("exit")
    #expect(await session.exitCode() == 1)
  }

  @Test func brokenInputEndsWithOne() async throws {
    let session = try ServerSession(model: "none") { $0.logLevel = .problem }
    try session.send(line: "Content-Length: 10\r\n\r\n{}")
    try session.closeInput()
    #expect(await session.exitCode() == 1)
  }

  @Test func theEndOfTheClientsProcessEndsTheServer() async throws {
    for (methods, code) in [([], Int32(1)), (["shutdown"], 0)] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sleep")
      process.arguments = ["600"]
      try process.run()
      let session = try ServerSession(model: "none") { $0.parentCheckSeconds = 0.05 }
      _ = try await session.call("initialize", ["processId": .integer(Int64(process.processIdentifier))])
      for method in methods { _ = try await session.call(method) }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      // Input stays open.
      #expect(await session.exitCode() == code)
    }
  }

  @Test func aLivingProcessIsNoReasonToEnd() async throws {
    let session = try ServerSession(model: "none") { $0.parentCheckSeconds = 0.001 }
    let own = Int64(ProcessInfo.processInfo.processIdentifier)
    _ = try await session.call("initialize", ["processId": .integer(own)])
    for _ in 0..<100 { #expect(try await session.call("server/status")["result"].isPresent) }
    _ = try await session.call("shutdown")
    try session.closeInput()
    #expect(await session.exitCode() == 0)
  }

  @Test func unknownMethodsNameTheNearest() async throws {
    let session = try ServerSession(model: "none")
    let error = try await session.error("Embed")
    #expect(error.code == -32601 && error.data.kind == "methodNotFound" && error.data.expected == "embed")
    #expect(try await session.error("textDocument/definition").data.expected == nil)
  }

  @Test func notificationsAreSilent() async throws {
    let session = try ServerSession(model: "none")
    try session.send("embed", ["input": "a"])
    try session.send("nobody/hasThis")
    try session.send("$/setTrace", ["value": "loud"])
    try session.send("initialize", ["capabilities": 7])
    try session.send("server/status", id: 9)
    let first = await session.receive()
    #expect(first?["id"] == 9)
  }

  @Test func traceTellsOfEveryRequest() async throws {
    let session = try ServerSession(model: "none")
    try session.send("$/setTrace", ["value": "messages"])
    try session.send("similarity", ["left": ["a secret"], "right": []], id: 1)
    let message = try #require(await session.receive())
    let parameters = try LogMessageNotification.Parameters(JSONField(message["params"], path: "params"))
    #expect(message["method"] == "window/logMessage" && message["id"] == nil)
    #expect(parameters.severity == .log && parameters.message.hasPrefix("similarity failed after "))
    #expect(await session.receive()?["id"] == 1)
  }

  /// A client that pipes standard error and never reads it must not stop the answers.
  @Test func anUnreadLogStopsNothing() async throws {
    let pipe = Pipe()
    // Never closed: the server's log may still write to it after the server has ended, and must not meet another file.
    let descriptor = dup(pipe.fileHandleForWriting.fileDescriptor)
    let flags = fcntl(descriptor, F_GETFL)
    #expect(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0)
    while write(descriptor, [UInt8](repeating: 0, count: 4096), 4096) > 0 {}
    #expect(fcntl(descriptor, F_SETFL, flags) == 0)
    let session = try ServerSession(model: "none") { options in
      options.logLevel = .debug
      options.logDescriptor = descriptor
    }
    for id in 0..<400 {
      let answer = try await session.call("embed", ["input": "a"], id: id)
      #expect(try answer["error"]["code"].int() == -32004)
    }
    try session.closeInput()
    #expect(await session.exitCode() == 0)
    try pipe.fileHandleForReading.close()
  }
}

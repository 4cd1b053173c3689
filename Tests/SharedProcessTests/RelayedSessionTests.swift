import JSON
import JSONRPC
import SharedProcess
import Testing

/// What a relay remembers of a session.
@Suite(.timeLimit(.minutes(10))) struct RelayedSessionTests {
  private static let error = ResponseError(ErrorCode(rawValue: -32019), "ended")

  private static func session(_ messages: String...) -> RelayedSession {
    var session = RelayedSession(limits: JSONLimits(), batchCount: 5)
    for message in messages { session.note(fromClient: Array(message.utf8)) }
    return session
  }

  private static func answer(_ session: inout RelayedSession, _ text: String) throws {
    session.note(fromProcess: try #require(MessageEnvelope(Array(text.utf8), limits: JSONLimits())), Array(text.utf8))
  }

  private static func refused(_ session: inout RelayedSession) -> [String] {
    session.refuseAll(with: error).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func refusal(_ id: String) -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"error\":{\"code\":-32019,\"message\":\"ended\"}}"
  }

  @Test func everyRequestThatWaitsIsRefusedOnceInOrderUnderItsOwnID() {
    var session = Self.session(
      #"{"jsonrpc":"2.0","id":9007199254740993,"method":"embed"}"#, #"{"jsonrpc":"2.0","method":"$/setTrace"}"#,
      #"{"jsonrpc":"2.0","id":"a\u0062","method":"embed"}"#, #"{"jsonrpc":"2.0","id":1.0,"method":"embed"}"#)
    #expect(session.isWaiting)
    #expect(Self.refused(&session) == [#"9007199254740993"#, #""a\u0062""#, "1.0"].map(Self.refusal))
    #expect(!session.isWaiting)
    #expect(Self.refused(&session) == [])
  }

  @Test func answeredRequestsWaitNoMore() throws {
    var session = Self.session(
      #"{"jsonrpc":"2.0","id":1,"method":"embed"}"#, #"{"jsonrpc":"2.0","id":"1","method":"embed"}"#,
      #"{"jsonrpc":"2.0","id":1,"method":"embed"}"#)
    try Self.answer(&session, #"{"jsonrpc":"2.0","id":1,"result":[]}"#)
    try Self.answer(&session, #"{"jsonrpc":"2.0","id":7,"result":[]}"#)
    #expect(Self.refused(&session) == [#""1""#, "1"].map(Self.refusal))
  }

  @Test func batchesAreRefusedAsBatches() throws {
    let mixed =
      #"[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","method":"b"},7,{"jsonrpc":"2.0","id":2,"method":"c"}]"#
    var session = Self.session(
      mixed, #"{"jsonrpc":"2.0","id":2,"method":"embed"}"#, #"[{"jsonrpc":"2.0","id":3,"method":"embed"}]"#,
      #"[{"jsonrpc":"2.0","method":"b"}]"#)
    try Self.answer(&session, #"{"jsonrpc":"2.0","id":2,"error":{"code":1,"message":""}}"#)
    try Self.answer(&session, #"[{"jsonrpc":"2.0","id":3,"result":1}]"#)
    #expect(Self.refused(&session) == ["[\(Self.refusal("1")),\(Self.refusal("2"))]"])
  }

  @Test func progressThatHasBegunEnds() throws {
    func step(_ token: String, _ value: String) -> String {
      #"{"jsonrpc":"2.0","method":"$/progress","params":{"token":\#(token),"value":\#(value)}}"#
    }
    var session = Self.session(#"{"jsonrpc":"2.0","id":1,"method":"embed"}"#)
    for token in ["1", #""1""#, "2"] { try Self.answer(&session, step(token, #"{"kind":"begin","title":"t"}"#)) }
    try Self.answer(&session, step("1", #"{"kind":"end"}"#))
    try Self.answer(&session, step("7", "[1, 2]"))
    #expect(
      Self.refused(&session) == [#""1""#, "2"].map { step($0, #"{"kind":"end","message":"ended"}"#) } + [
        Self.refusal("1")
      ])
    #expect(Self.refused(&session) == [])
  }

  @Test func whatIsNoRequestIsNotWaitedFor() {
    let request = #"{"jsonrpc":"2.0","id":1,"method":"embed"}"#
    var session = Self.session(
      "not json", "[]", "7", #"{"jsonrpc":"2.0","id":true,"method":"embed"}"#, #"{"jsonrpc":"2.0","id":1,"result":2}"#,
      String(repeating: "[", count: 600), "[\(Array(repeating: request, count: 6).joined(separator: ","))]",
      #"[{"jsonrpc":"2.0","method":"exit"},\#(request)]"#)
    #expect(!session.isWaiting)
    #expect(Self.refused(&session) == [])
  }

  @Test func theNextProcessIsToldWhatTheLastOneHadAccepted() throws {
    let initialize = #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":42,"trace":"off"}}"#
    let trace = #"{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"verbose"}}"#
    let shutdown = #"{"jsonrpc":"2.0","id":2,"method":"shutdown"}"#
    var session = Self.session(initialize)
    #expect(session.replay.isEmpty && session.watchedProcess == nil)
    try Self.answer(&session, #"{"jsonrpc":"2.0","id":1,"result":{}}"#)
    #expect(session.watchedProcess == 42)
    #expect(session.exitCode == 1)
    for message in [trace, shutdown] { session.note(fromClient: Array(message.utf8)) }
    #expect(session.replayedRequests == 1)
    try Self.answer(&session, #"{"jsonrpc":"2.0","id":2,"result":null}"#)
    #expect(session.replay.map { String(decoding: $0, as: UTF8.self) } == [initialize, trace, shutdown])
    #expect(session.replayedRequests == 2)
    #expect(session.exitCode == 0)
  }

  @Test func openDocumentsAreToldAgain() {
    func message(_ method: String, _ uri: String, _ more: String = "") -> String {
      #"{"jsonrpc":"2.0","method":"textDocument/\#(method)","params":{"textDocument":{"uri":"\#(uri)"}\#(more)}}"#
    }
    let (first, second) = ("file:///a", "file:///b")
    let change = #","contentChanges":[{"text":"x"}]"#
    let told = [
      message("didOpen", first), message("didOpen", second), message("didChange", first, change),
      message("didSave", first), message("didClose", second), message("didChange", first, change),
    ]
    var session = RelayedSession(limits: JSONLimits(), batchCount: 5)
    for text in told { session.note(fromClient: Array(text.utf8)) }
    #expect(session.replay.map { String(decoding: $0, as: UTF8.self) } == [told[0], told[2], told[5]])
    session.note(fromClient: Array(told[0].utf8))
    #expect(session.replay.count == 1)
    session.note(fromClient: Array(message("didClose", first).utf8))
    #expect(session.replay.isEmpty && session.replayedRequests == 0 && !session.hasLostDocuments)
  }

  @Test func foldersAreToldAgain() {
    let change = #"{"jsonrpc":"2.0","method":"workspace/didChangeWorkspaceFolders","params":{"event":{}}}"#
    let close = #"{"jsonrpc":"2.0","method":"textDocument/didClose","params":{"textDocument":{"uri":""}}}"#
    var session = RelayedSession(limits: JSONLimits(), batchCount: 5)
    for text in [change, close] { session.note(fromClient: Array(text.utf8)) }
    #expect(session.replay.map { String(decoding: $0, as: UTF8.self) } == [change])
  }

  @Test func documentsBeyondTheLimitAreLost() {
    var log = DocumentLog()
    let text = Array(
      #"{"params":{"textDocument":{"uri":"a"},"text":"\#(String(repeating: "x", count: 20 << 20))"}}"#.utf8)
    for _ in 0..<3 { log.note("textDocument/didChange", text) }
    #expect(log.texts.count == 3 && !log.isIncomplete)
    log.note("textDocument/didChange", text)
    #expect(log.texts.count == 3 && log.isIncomplete)
  }

  @Test func aRefusedInitializeIsNotRepeated() throws {
    var session = Self.session(#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":[7]}"#)
    try Self.answer(&session, #"{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":""}}"#)
    #expect(session.replay.isEmpty)
  }

  @Test(arguments: [([], 0), (["exit"], 1)] as [([String], Int32)])
  func exitCodeWithoutInitialize(methods: [String], code: Int32) {
    var session = RelayedSession(limits: JSONLimits(), batchCount: 5)
    for method in methods { session.note(fromClient: Array("{\"jsonrpc\":\"2.0\",\"method\":\"\(method)\"}".utf8)) }
    #expect(session.exitCode == code)
    #expect(session.hasExited == !methods.isEmpty)
  }
}

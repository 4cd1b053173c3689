import AkinTestSupport
import Foundation
import JSON
import JSONRPC
import Synchronization
import Testing

/// Whole connections over real pipes: order, load, cancellation and every way to end. The process ignores SIGPIPE as a
/// server does.
@Suite(.timeLimit(.minutes(10))) struct RPCConnectionTests {
  init() {
    signal(SIGPIPE, SIG_IGN)
  }

  private static func request(_ id: JSONValue, _ method: String, _ params: JSONValue? = nil) -> JSONValue {
    var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
    message["params"] = params
    return .object(message)
  }

  private static func notification(_ method: String, _ params: JSONValue) -> JSONValue {
    ["jsonrpc": "2.0", "method": .string(method), "params": params]
  }

  private static func cancelled(_ id: JSONValue) -> JSONValue {
    [
      "jsonrpc": "2.0", "id": id,
      "error": ["code": -32800, "message": "cancelled", "data": ["kind": "requestCancelled"]],
    ]
  }

  private static func held(_ id: JSONValue) -> JSONValue {
    ["jsonrpc": "2.0", "id": id, "result": "held"]
  }

  // MARK: Load

  @Test(arguments: [MessageFraming.Style.lines, .headers])
  func tenThousandRequestsBeforeAnythingIsRead(style: MessageFraming.Style) async throws {
    let client = try LoopbackClient(handler: TestHandler(), options: .patient, style: style)
    var input: [UInt8] = []
    for id in 0..<10_000 {
      let message = Self.request(
        JSONValue(id), "echo", [JSONValue(id), .string(String(repeating: "é", count: id % 50))])
      input += MessageFraming.frame(message.serialized(), style)
    }
    // Returns only because the server reads on although its output pipe has long been full.
    client.send(raw: input)
    client.closeInput()
    let answers = try await client.receiveAll()
    #expect(answers.count == 10_000)
    var seen = Set<Int64>()
    for answer in answers {
      guard case .integer(let id)? = answer["id"] else { return #expect(Bool(false), "\(answer)") }
      seen.insert(id)
      #expect(answer["result"] == [.integer(id), .string(String(repeating: "é", count: Int(id) % 50))])
    }
    #expect(seen.count == 10_000)
    #expect(await client.end() == .endOfInput)
    let status = client.connection.status()
    #expect(status.received == 10_000 && status.answered == 10_000)
    #expect(status.pending == 0 && status.backlogBytes == 0 && status.cancelled == 0)
  }

  @Test func largeAnswersOfConcurrentRequestsNeverInterleave() async throws {
    // Each answer is several times the size of a pipe, so that every one is written in short writes.
    let client = try LoopbackClient(handler: TestHandler(), options: .patient, style: .headers)
    for id in 0..<60 { client.send(Self.request(JSONValue(id), "vector", ["count": JSONValue(20_000 + id)])) }
    client.closeInput()
    var counts: [Int64: Int] = [:]
    for answer in try await client.receiveAll() {
      guard case .integer(let id)? = answer["id"] else { return #expect(Bool(false)) }
      counts[id] = try JSONField(answer["result"], path: "").float32s().count
    }
    #expect(counts == Dictionary(uniqueKeysWithValues: (0..<60).map { (Int64($0), 20_000 + $0) }))
  }

  @Test func anEchoByteByByte() async throws {
    let client = try LoopbackClient(handler: TestHandler(), options: .patient, style: .headers)
    for byte in MessageFraming.frame(Self.request("é", "echo", ["😀"]).serialized(), .headers) {
      client.send(raw: [byte])
    }
    #expect(try await client.receive() == ["jsonrpc": "2.0", "id": "é", "result": ["😀"]])
  }

  @Test func workIsRefusedWhileTheOutputWaits() async throws {
    var options = RPCOptions.patient
    options.backlogBytes = 1 << 20
    let client = try LoopbackClient(handler: TestHandler(), options: options)
    client.send(Self.request(0, "vector", ["count": 300_000]))
    // Its answer fills the pipe and waits; the next requests come when that is certain.
    while client.connection.status().backlogBytes <= 1 << 20 { await Task.yield() }
    client.send(Self.request(1, "echo", [1]), Self.request(2, "ping"))
    while client.connection.status().answered < 3 { await Task.yield() }
    client.closeInput()
    let answers = try await client.receiveAll()
    #expect(answers.first { $0["id"] == 1 }?["error"]?["code"] == -32000)
    #expect(answers.first { $0["id"] == 2 }?["result"] == "pong", "what costs no work is answered")
  }

  @Test func aClientThatOnlyAsksIsGivenUp() async throws {
    var options = RPCOptions.patient
    options.backlogBytesFatal = 1 << 20
    let client = try LoopbackClient(handler: TestHandler(), options: options)
    client.send(Self.request(0, "vector", ["count": 300_000]))
    guard case .backlogExceeded(let bytes) = await client.end() else { return #expect(Bool(false)) }
    #expect(bytes > 1 << 20)
  }

  @Test func pendingRequestsAreLimited() async throws {
    var options = RPCOptions.patient
    options.pendingCount = 2
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: options)
    client.send(Self.request(1, "hold"), Self.request(2, "hold"), Self.request(3, "hold"))
    let refusal = try await client.receive()
    #expect(refusal?["id"] == 3 && refusal?["error"]?["code"] == -32000)
    #expect(handler.dropped.withLock { $0 } == ["hold"])
    await handler.gate.open()
    client.closeInput()
    #expect(try await client.receiveAll().count == 2)
  }

  // MARK: Order

  @Test func admissionKeepsTheOrderOfArrival() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    for id in 0..<200 {
      client.send(id % 3 == 0 ? Self.notification("update", [1]) : Self.request(JSONValue(id), "echo", [1]))
    }
    client.closeInput()
    _ = try await client.receiveAll()
    #expect(handler.admitted.withLock { $0 } == (0..<200).map { "\($0) \($0 % 3 == 0 ? "update" : "echo")" })
  }

  @Test func answersOvertakeASlowRequest() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(1, "hold"), Self.request(2, "echo", [2]))
    #expect(try await client.receive()?["id"] == 2)
    await handler.gate.open()
    #expect(try await client.receive() == Self.held(1))
  }

  @Test func progressComesBeforeItsAnswerAndOnlyWhenAskedFor() async throws {
    let client = try LoopbackClient(handler: TestHandler(), options: .patient)
    for token: JSONValue in ["t", 7] {
      client.send(Self.request(1, "progress", ["workDoneToken": token]))
      for step: JSONValue in [1, 2, 3] {
        #expect(
          try await client.receive() == Self.notification("$/progress", ["token": token, "value": ["step": step]]))
      }
      #expect(try await client.receive()?["result"] == true)
    }
    for params: JSONValue in [["a": 1], ["workDoneToken": true], ["workDoneToken": 1.5]] {
      client.send(Self.request(2, "progress", params))
      #expect(try await client.receive()?["result"] == false)
    }
  }

  private static func partsRequest(count: Int, bytes: Int) -> JSONValue {
    let params: JSONValue = ["count": JSONValue(count), "bytes": JSONValue(bytes), "partialResultToken": "p"]
    return request(1, "parts", params)
  }

  @Test func partsOfAResultComeInOrderBeforeIt() async throws {
    let client = try LoopbackClient(handler: TestHandler(), options: .patient)
    client.send(Self.partsRequest(count: 3, bytes: 2))
    for _ in 0..<3 {
      #expect(try await client.receive() == Self.notification("$/progress", ["token": "p", "value": "xx"]))
    }
    #expect(try await client.receive()?["result"] == true)
    client.send(Self.request(2, "parts", ["count": 3, "bytes": 2]))
    #expect(try await client.receive()?["result"] == false, "no part without a token")
  }

  /// A result that is larger than any buffer waits for its reader, and does not pile up.
  @Test func partsWaitForTheClient() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.partsRequest(count: 16, bytes: 1 << 20))
    while handler.sentParts.withLock({ $0 }) < 3 { await Task.yield() }
    client.send(Self.request(2, "ping"))
    while client.connection.status().answered < 1 { await Task.yield() }
    #expect(client.connection.status().backlogBytes < 8 << 20)
    var parts = 0
    while let message = try await client.receive(), message["id"] != 1 {
      if message["method"] != nil { parts += 1 }
      #expect(client.connection.status().backlogBytes < 8 << 20)
    }
    #expect(parts == 16)
  }

  @Test func partsThatWaitAreCancelled() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.partsRequest(count: 16, bytes: 1 << 20))
    while handler.sentParts.withLock({ $0 }) < 3 { await Task.yield() }
    client.send(Self.notification("$/cancelRequest", ["id": 1]))
    while client.connection.status().answered < 1 { await Task.yield() }
    client.closeInput()
    let messages = try await client.receiveAll()
    #expect(messages.last == Self.cancelled(1) && messages.count < 10)
  }

  @Test func aMessageOf16MiBIsServed() async throws {
    for style in [MessageFraming.Style.lines, .headers] {
      let client = try LoopbackClient(handler: TestHandler(), options: .patient, style: style)
      let text = JSONValue.string(String(repeating: "é", count: 8 << 20))
      client.send(Self.request(1, "echo", [text]), Self.request(2, "ping"))
      client.closeInput()
      let answers = try await client.receiveAll()
      #expect(answers.count == 2)
      #expect(answers.first { $0["id"] == 1 }?["result"] == [text])
    }
  }

  @Test func idsOfTwoTypesAreAnsweredEach() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(1, "hold"), Self.request("1", "hold"))
    while client.connection.status().pending < 2 { await Task.yield() }
    await handler.gate.open()
    client.closeInput()
    let ids = try await client.receiveAll().map { $0["id"] }
    #expect(ids.count == 2 && ids.contains(1) && ids.contains("1"))
  }

  @Test func notificationsFollowTheFramingOfTheClient() async throws {
    let client = try LoopbackClient(handler: TestHandler(), options: .patient, style: .headers)
    client.connection.notify("too/early", [:])
    client.send(Self.request(1, "ping"))
    #expect(try await client.receive()?["result"] == "pong")
    client.connection.notify("window/logMessage", ["type": 3])
    #expect(try await client.receive() == Self.notification("window/logMessage", ["type": 3]))
  }

  // MARK: Cancelling

  @Test func aRunningRequestIsCancelledOnce() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request("a", "wait"))
    await handler.entered.wait()
    let cancel = Self.notification("$/cancelRequest", ["id": "a"])
    client.send(cancel, cancel)
    #expect(try await client.receive() == Self.cancelled("a"))
    client.send(cancel, Self.request(2, "ping"))
    #expect(try await client.receive()?["id"] == 2, "a late cancellation is silent")
    client.closeInput()
    #expect(try await client.receiveAll() == [])
  }

  @Test func aWithdrawnRequestIsNeverAnswered() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request("a", "wait"))
    await handler.entered.wait()
    client.send(Self.notification("withdraw", ["id": "a"]), Self.notification("withdraw", ["id": "b"]))
    client.send(Self.request(2, "ping"))
    #expect(try await client.receive()?["id"] == 2)
    let status = client.connection.status()
    #expect(status.pending == 0 && status.cancelled == 1)
    client.closeInput()
    #expect(try await client.receiveAll() == [])
  }

  @Test func aBatchGoesOutWithoutWhatWasWithdrawn() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(.array([Self.request("a", "wait"), Self.request(1, "ping")]), .array([Self.request("b", "wait")]))
    await handler.entered.wait()
    client.send(Self.notification("withdraw", ["id": "a"]), Self.notification("withdraw", ["id": "b"]))
    client.closeInput()
    var messages: [String] = []
    while let text = try await client.receiveText() { messages.append(String(decoding: text, as: UTF8.self)) }
    #expect(messages == [#"[{"jsonrpc":"2.0","id":1,"result":"pong"}]"#])
  }

  @Test func idsOfAnotherTypeAreNotMeant() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(1, "wait"))
    await handler.entered.wait()
    client.send(Self.notification("$/cancelRequest", ["id": "1"]), Self.request(2, "ping"))
    #expect(try await client.receive()?["id"] == 2)
    #expect(client.connection.status().cancelled == 0)
    client.send(Self.notification("$/cancelRequest", ["id": 1]))
    #expect(try await client.receive() == Self.cancelled(1))
  }

  @Test func aRepeatedIDIsAnsweredTwiceAndTheNewestCancelled() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(1, "hold"))
    await handler.entered.wait()
    client.send(Self.request(1, "wait"), Self.notification("$/cancelRequest", ["id": 1]))
    #expect(try await client.receive() == Self.cancelled(1))
    await handler.gate.open()
    #expect(try await client.receive() == Self.held(1))
  }

  @Test func aResultThatIsMadeIsSent() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(1, "stubborn"))
    await handler.entered.wait()
    client.send(Self.notification("$/cancelRequest", ["id": 1]), Self.request(2, "ping"))
    #expect(try await client.receive()?["id"] == 2)
    await handler.gate.open()
    #expect(try await client.receive()?["result"] == "done all the same")
  }

  @Test func anElementOfABatchIsCancelledInItsPlace() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send([Self.request(1, "ping"), Self.request(2, "wait"), Self.request(3, "echo", [3])])
    await handler.entered.wait()
    client.send(Self.notification("$/cancelRequest", ["id": 2]))
    let answer = try #require(try await client.receive())
    #expect(
      answer == [
        ["jsonrpc": "2.0", "id": 1, "result": "pong"], Self.cancelled(2), ["jsonrpc": "2.0", "id": 3, "result": [3]],
      ])
  }

  @Test func cancellingAsARequestIsAnswered() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(1, "wait"))
    await handler.entered.wait()
    client.send(Self.request(9, "$/cancelRequest", ["id": 1]))
    let answers = [try await client.receive(), try await client.receive()]
    #expect(answers.contains(Self.cancelled(1)))
    #expect(answers.contains(["jsonrpc": "2.0", "id": 9, "result": nil]))
  }

  @Test func vimsFormOfCancellingEndsBothUnderTheID() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(Self.request(6, "wait"))
    await handler.entered.wait()
    client.send(Self.request(6, "$/cancelRequest"))
    #expect(try await client.receive() == Self.cancelled(6))
    #expect(try await client.receive() == Self.cancelled(6))
  }
}

import JSON
import JSONRPC
import Testing

/// Requests whose client waits for each answer where it asked.
@Suite(.timeLimit(.minutes(1))) struct RPCExchangeTests {
  private let handler = TestHandler()

  private func exchange(_ change: (inout RPCOptions) -> Void = { _ in }) -> RPCExchange {
    var options = RPCOptions.patient
    change(&options)
    return RPCExchange(handler: handler, options: options)
  }

  private func answer(_ text: String) async -> String? {
    await exchange().answer(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    arguments: [
      (
        #"{"jsonrpc":"2.0","id":9007199254740993,"method":"sum","params":[1,2]}"#,
        #"{"jsonrpc":"2.0","id":9007199254740993,"result":3}"#
      ),
      (#"{"jsonrpc":"2.0","method":"notify_hello"}"#, nil),
      (#"{"jsonrpc":"2.0","id":1,"result":3}"#, nil),
      (#"[{"jsonrpc":"2.0","method":"notify_hello"}]"#, nil),
      (
        #"[{"jsonrpc":"2.0","id":"a","method":"ping"},{"jsonrpc":"2.0","method":"notify_hello"},{"jsonrpc":"2.0","id":2,"method":"get_data"}]"#,
        #"[{"jsonrpc":"2.0","id":"a","result":"pong"},{"jsonrpc":"2.0","id":2,"result":["hello",5]}]"#
      ),
      (#"{"jsonrpc":"2.0","id":1,"method":"withdraw","params":{"id":7}}"#, #"{"jsonrpc":"2.0","id":1,"result":null}"#),
    ] as [(String, String?)])
  func messagesAreAnsweredAsOnAStream(message: String, expected: String?) async {
    #expect(await answer(message) == expected)
  }

  @Test(arguments: [
    ("{", "-32700"), ("[]", "-32600"), ("1", "-32600"), (#"{"jsonrpc":"2.0","id":1,"method":"none"}"#, "-32601"),
    (#"{"jsonrpc":"2.0","id":1,"method":"fail"}"#, "-32010"),
  ])
  func errorsAreAnsweredAsOnAStream(message: String, code: String) async throws {
    #expect(try #require(await answer(message)).contains(#""code":\#(code),"#))
  }

  @Test func aCallGivesTheResultOrTheError() async throws {
    let exchange = exchange()
    #expect(try await exchange.call("sum", [1, 2, 3], bytes: 9) == 6)
    await #expect(throws: ResponseError(ErrorCode(rawValue: -32010), "as asked", data: ["why": "test"])) {
      try await exchange.call("fail", [:], bytes: 2)
    }
    // Progress has nowhere to go, and the result is there all the same.
    #expect(try await exchange.call("progress", ["workDoneToken": 1], bytes: 9) == true)
  }

  @Test func cancellingTheTaskCancelsTheRequest() async {
    let exchange = exchange()
    let call = Task { try await exchange.call("wait", [:], bytes: 2) }
    await handler.entered.wait()
    call.cancel()
    #expect(await call.result.error?.code == .requestCancelled)
  }

  @Test func whatWaitsIsCounted() async {
    let exchange = exchange { $0.pendingBytes = 10 }
    async let held = exchange.call("hold", [:], bytes: 11)
    await handler.entered.wait()
    await #expect(throws: ResponseError.self) { try await exchange.call("sum", [1], bytes: 1) }
    await handler.gate.open()
    #expect(await (try? held) == "held")
    #expect(await (try? exchange.call("sum", [1], bytes: 1)) == 1)
  }

  @Test func theEndAnswersWhatIsUnderWay() async {
    let exchange = exchange()
    let call = Task { await exchange.answer(Array(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"#.utf8)) }
    await handler.entered.wait()
    exchange.end()
    #expect(await call.value.map { String(decoding: $0, as: UTF8.self) }?.contains("-32802") == true)
  }
}

extension Result where Failure == any Error {
  fileprivate var error: ResponseError? {
    if case .failure(let error) = self { return error as? ResponseError }
    return nil
  }
}

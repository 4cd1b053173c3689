import Foundation
import JSON
import JSONRPC
import Testing

/// Every way in which a connection ends, and what has been answered by then.
@Suite(.timeLimit(.minutes(10))) struct RPCConnectionEndTests {
  init() {
    signal(SIGPIPE, SIG_IGN)
  }

  private static func line(_ id: Int, _ method: String) -> String {
    "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"\(method)\"}\n"
  }

  @Test func nothingInNothingOut() async throws {
    let (answers, end) = try await exchange([], .lines)
    #expect(answers == [] && end == .endOfInput)
  }

  @Test func whatWasAcceptedIsFinishedAfterTheEndOfInput() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(raw: Array(Self.line(1, "hold").dropLast().utf8))
    client.closeInput()
    await handler.entered.wait()
    await handler.gate.open()
    #expect(try await client.receiveAll() == [["jsonrpc": "2.0", "id": 1, "result": "held"]])
    #expect(await client.end() == .endOfInput)
  }

  @Test func workThatDoesNotEndIsCancelledAfterItsTime() async throws {
    var options = RPCOptions.patient
    options.drainSeconds = 0.2
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: options)
    client.send(raw: Array(Self.line(1, "stubborn").utf8))
    client.closeInput()
    let answers = try await client.receiveAll()
    #expect(answers.map { $0["error"]?["code"] } == [-32802])
    #expect(await client.end() == .endOfInput)
    // Its late result is dropped, which the pipe's end has shown; the task itself must still end.
    await handler.gate.open()
  }

  @Test func exitFlushesWhatCameBeforeAndReadsNothingBehind() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    let exit = "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}\n"
    client.send(raw: Array((Self.line(1, "hold") + Self.line(2, "ping") + exit + Self.line(3, "ping")).utf8))
    await handler.entered.wait()
    await handler.gate.open()
    // The input stays open.
    let ids = try await client.receiveAll().map { $0["id"] }
    #expect(ids.count == 2 && ids.contains(1) && ids.contains(2))
    #expect(await client.end() == .exitRequested)
    #expect(handler.admitted.withLock { $0.count } == 3)
  }

  @Test func exitInABatchFlushesTheElementsBeforeIt() async throws {
    let ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
    let echo = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"echo\"}"
    let exit = "{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}"
    let client = try LoopbackClient(handler: TestHandler(), options: .patient)
    client.send(raw: Array("[\(ping),\(echo),\(exit),\(ping)]\n".utf8))
    let answers = try await client.receiveAll()
    #expect(answers == [[["jsonrpc": "2.0", "id": 1, "result": "pong"], ["jsonrpc": "2.0", "id": 2, "result": nil]]])
    #expect(await client.end() == .exitRequested)
  }

  @Test func exitAsARequestIsAnswered() async throws {
    let client = try LoopbackClient(handler: TestHandler(), options: .patient, style: .headers)
    client.send(["jsonrpc": "2.0", "id": 1, "method": "exit"])
    #expect(try await client.receiveAll() == [["jsonrpc": "2.0", "id": 1, "result": nil]])
    #expect(await client.end() == .exitRequested)
  }

  @Test func aLostStreamEndsAfterItsError() async throws {
    let differ = Array("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}".utf8)
    let (answers, end) = try await exchange(differ, .headers)
    #expect(answers.count == 1 && answers[0].contains("-32600"))
    #expect(end == .brokenInput("two Content-Length headers that differ: 2 and 3"))
  }

  @Test func aCutFrameEndsWithItsNumbers() async throws {
    let (answers, end) = try await exchange(Array("Content-Length: 10\r\n\r\n{}".utf8), .headers)
    #expect(answers == [] && end == .brokenInput("the input ended after 2 bytes of a message of 10"))
  }

  @Test func aClientThatGoesAwayEndsTheConnectionQuietly() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.closeOutput()
    client.send(raw: Array((Self.line(1, "stubborn") + Self.line(2, "ping")).utf8))
    // Neither the open input nor the running request keeps it.
    #expect(await client.end() == .outputFailed(errno: EPIPE))
    await handler.gate.open()
  }

  @Test func stopEndsAtOnceWithAWholeMessage() async throws {
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: .patient)
    client.send(raw: Array((Self.line(1, "stubborn") + Self.line(2, "ping")).utf8))
    await handler.entered.wait()
    // Neither the running request nor the open input keeps it.
    client.connection.stop()
    #expect(await client.end() == .stopped)
    let answers = try await client.receiveAll()
    #expect(answers.first { $0["id"] == 1 }?["error"]?["code"] == -32802)
    #expect(answers.first { $0["id"] == 2 }?["result"] == "pong")
    await handler.gate.open()
  }

  @Test func aCutLineAtTheEndIsRefusedAndEndsWell() async throws {
    let (answers, end) = try await exchange(
      Array((Self.line(1, "ping") + #"{"jsonrpc":"2.0","id":2,"me"#).utf8), .lines)
    #expect(answers.count == 2 && answers[0].contains("pong") && answers[1].contains("-32700"))
    #expect(end == .endOfInput)
  }

  /// The time of patience is counted from the last sign of work, not from the end of the input.
  @Test func workThatGoesOnIsWaitedFor() async throws {
    var options = RPCOptions.patient
    options.drainSeconds = 2
    // Of 20 ms each: longer in all than the patience, which none of them wears out.
    let steps = #"{"jsonrpc":"2.0","id":1,"method":"steps","params":{"count":120}}"#
    let handler = TestHandler()
    let client = try LoopbackClient(handler: handler, options: options)
    client.send(raw: Array((steps + "\n").utf8))
    await handler.entered.wait()
    client.closeInput()
    #expect(try await client.receiveAll() == [["jsonrpc": "2.0", "id": 1, "result": "done"]])
    #expect(await client.end() == .endOfInput)
  }

  @Test func stopMayFinishWhatWasAccepted() async throws {
    var options = RPCOptions.patient
    (options.finishSeconds, options.stopSeconds) = (2, 3_600)
    let client = try LoopbackClient(handler: TestHandler(), options: options)
    let steps = #"{"jsonrpc":"2.0","id":1,"method":"steps","params":{"count":1}}"#
    client.send(raw: Array((steps + "\n" + Self.line(2, "wait")).utf8))
    while client.connection.status().received < 2 { await Task.yield() }
    client.connection.stop(finishes: true)
    let answers = try await client.receiveAll()
    #expect(await client.end() == .stopped)
    #expect(answers.count == 2 && answers.contains(["jsonrpc": "2.0", "id": 1, "result": "done"]))
    let error = answers.first { $0["id"] == 2 }?["error"]
    #expect(error?["code"] == -32802 && error?["data"]?["kind"] == "serverCancelled")
  }

  @Test func aClientThatNeverReadsIsGivenUpAtTheEnd() async throws {
    var options = RPCOptions.patient
    options.drainSeconds = 0.2
    let client = try LoopbackClient(handler: TestHandler(), options: options)
    let params = #""params":{"count":100000}"#
    client.send(raw: Array(#"{"jsonrpc":"2.0","id":1,"method":"vector",\#(params)}"#.utf8 + [UInt8(ascii: "\n")]))
    // The answer is there, and more than the pipe takes, before the time of patience begins.
    while client.connection.status().backlogBytes == 0 { await Task.yield() }
    client.closeInput()
    #expect(await client.end() == .outputStalled)
  }

  @Test func aFullDiskIsReported() async throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let input = Pipe()
    let output = open("/dev/full", O_WRONLY)
    defer { close(output) }
    let connection = RPCConnection(
      input: input.fileHandleForReading.fileDescriptor, output: output, handler: TestHandler(),
      options: .patient)
    input.fileHandleForWriting.write(Data(Self.line(1, "ping").utf8))
    #expect(await connection.run() == .outputFailed(errno: ENOSPC))
  }

  @Test func nonBlockingDescriptorsAreServed() async throws {
    let (input, output) = (Pipe(), Pipe())
    for descriptor in [input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor] {
      #expect(fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) == 0)
    }
    let connection = RPCConnection(
      input: input.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor,
      handler: TestHandler(), options: .patient)
    let running = Task {
      let end = await connection.run()
      try output.fileHandleForWriting.close()
      return end
    }
    let params = #""params":{"count":50000}"#
    input.fileHandleForWriting.write(Data("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"vector\",\(params)}\n".utf8))
    // The answer is many times the pipe's size: the writer meets EAGAIN before anything is read.
    while connection.status().backlogBytes == 0 { await Task.yield() }
    try input.fileHandleForWriting.close()
    let bytes = [UInt8](try output.fileHandleForReading.readToEnd() ?? Data())
    let answer = try JSONField(JSONValue.parse(bytes), path: "")
    #expect(try answer["result"].float32s().count == 50_000)
    #expect(try await running.value == .endOfInput)
  }
}

import Foundation
import JSON
import JSONRPC
import Synchronization
import Testing

/// The methods of the JSON-RPC 2.0 specification's examples, and some that wait, fail or take part in a test.
final class TestHandler: RPCHandler {
  /// What arrived, in the order of `admit`.
  let admitted = Mutex<[String]>([])
  /// Parts that `parts` has sent.
  let sentParts = Mutex(0)
  /// Methods that were dropped.
  let dropped = Mutex<[String]>([])
  /// Opened by a test to let `hold` go on.
  let gate = Gate()
  /// Opened by the handler once a `wait` or `hold` runs.
  let entered = Gate()

  private static let methods: Set<String> = [
    "subtract", "sum", "get_data", "echo", "wait", "hold", "stubborn", "fail", "failField", "failOther", "progress",
    "update",
    "notify_hello", "vector", "parts", "steps",
  ]

  func admit(_ request: RPCRequest) -> RPCAdmission {
    if request.method == "$/cancelRequest" { return .cancel(request.params["id"]) }
    admitted.withLock { $0.append("\(request.sequence) \(request.method)") }
    switch request.method {
    case "exit": return .exit
    case "ping": return .answer("pong")
    case "withdraw": return JSONRPCID(naming: request.params["id"].value).map { .withdraw($0) } ?? .answer(.null)
    default: return Self.methods.contains(request.method) ? .handle : .refuse(.methodNotFound(request.method))
    }
  }

  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue {
    switch request.method {
    case "subtract":
      let operands = try numbers(request.params, ["minuend", "subtrahend"])
      guard operands.count == 2 else { throw ResponseError(.invalidParams, "two numbers") }
      return .integer(operands[0] &- operands[1])
    case "sum": return .integer(try numbers(request.params, []).reduce(0, &+))
    case "get_data": return ["hello", 5]
    case "echo": return request.params.value ?? .null
    case "vector": return .float32s([Float](repeating: 0.123456, count: try request.params["count"].int()))
    case "wait": return try await waitForCancellation()
    case "hold":
      await entered.open()
      await gate.wait()
      return "held"
    case "stubborn":
      // Ends by itself once the test says so and ignores its cancellation.
      await entered.open()
      await gate.wait()
      return "done all the same"
    case "progress":
      for step in 1...3 { context.report(["step": JSONValue(step)]) }
      return .bool(context.hasProgressToken)
    case "parts":
      // As many parts as asked for, each of so many bytes.
      let part = JSONValue.string(String(repeating: "x", count: try request.params["bytes"].int()))
      for _ in 0..<(try request.params["count"].int()) {
        try await context.sendPartialResult(part)
        sentParts.withLock { $0 += 1 }
      }
      return .bool(context.hasPartialResultToken)
    case "steps":
      try await work(steps: try request.params["count"].int(), context)
      return "done"
    case "fail": throw ResponseError(ErrorCode(rawValue: -32010), "as asked", data: ["why": "test"])
    case "failField": _ = try request.params["n"].int()
    case "failOther": throw Unexpected()
    default: break
    }
    return .null
  }

  func drop(_ request: RPCRequest) {
    dropped.withLock { $0.append(request.method) }
  }

  /// Work of so many steps of 20 ms, of which nobody sees anything. A thread tells that it goes on: tasks may wait for long
  /// until they have their turn among many.
  private func work(steps: Int, _ context: RPCContext) async throws {
    let isOver = Mutex(false)
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var step = 0
        while !isOver.withLock({ $0 }) {
          Thread.sleep(forTimeInterval: 0.02)
          context.noteWork()
          step += 1
          if step == 1 { Task { await self.entered.open() } }
          if step == steps { continuation.resume() }
        }
      }
    }
    isOver.withLock { $0 = true }
    try Task.checkCancellation()
  }

  private func waitForCancellation() async throws -> JSONValue {
    await entered.open()
    let cancelled = Gate()
    await withTaskCancellationHandler {
      await cancelled.wait()
    } onCancel: {
      Task { await cancelled.open() }
    }
    throw CancellationError()
  }

  private func numbers(_ params: JSONField, _ names: [String]) throws -> [Int64] {
    if case .object? = params.value { return try names.map { Int64(try params[$0].int()) } }
    return try params.array().map { Int64(try $0.int()) }
  }

  private struct Unexpected: Error {}
}

/// Tasks wait here until someone opens it, for good.
actor Gate {
  private var isOpen = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func wait() async {
    guard !isOpen else { return }
    await withCheckedContinuation { waiting.append($0) }
  }

  func open() {
    isOpen = true
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}

extension RPCOptions {
  /// Limits that few tests reach, with a patience that no slow machine wears out: what ends, ends for another reason.
  static var patient: RPCOptions {
    var options = RPCOptions(
      message: JSONLimits(), batchCount: 1000, backlogBytes: 64 << 20, pendingCount: 65_536, pendingBytes: 128 << 20)
    options.drainSeconds = 3_600
    options.progress = RPCProgress(method: "$/progress", workToken: "workDoneToken", partToken: "partialResultToken")
    return options
  }
}

/// Sends raw bytes, ends the input, and gives all that came back, as text.
func exchange(
  _ input: [UInt8], _ style: MessageFraming.Style, options: RPCOptions = .patient, calls: StreamCalls = .system
) async throws -> (answers: [String], end: RPCEnd?) {
  let client = try LoopbackClient(handler: TestHandler(), options: options, style: style, calls: calls)
  client.send(raw: input)
  client.closeInput()
  var answers: [String] = []
  while let text = try await client.receiveText() {
    answers.append(String(decoding: text, as: UTF8.self))
    #expect(client.checkInvariants() == nil)
  }
  return (answers, await client.end())
}

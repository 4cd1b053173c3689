import AkinCollections
import AkinProtocol
import AkinServer
import AkinTestSupport
import Engine
import Foundation
import JSON
import ModelFiles

/// A server in this process and its client, joined by two pipes; one message a line.
///
/// The asynchronous methods are kept out of line: Swift 6.3.1 crashes while splitting tests that it has inlined them into.
final class ServerSession: Sendable {
  private let requests = Pipe()
  private let messages: AsyncStream<JSONValue>
  private let running: Task<Int32, Never>

  /// - Parameters:
  ///   - model: a name or path; the default model's folder unless given.
  ///   - change: what is different from a plain server.
  init(model: String? = nil, _ change: (inout ServerOptions) -> Void = { _ in }) throws {
    // A write to a server that has ended is an error to see, and not the end of the tests.
    signal(SIGPIPE, SIG_IGN)
    var engine = EngineOptions()
    engine.model = try model ?? TestModel.folder
    var options = ServerOptions(
      engine: engine, store: ModelStore(environment: TestModel.environment),
      collections: SQLiteCatalog(folder: NSTemporaryDirectory() + "akin-test-none"), extractor: nil, version: "test")
    change(&options)
    let answers = Pipe()
    let (messages, received) = AsyncStream<JSONValue>.makeStream()
    self.messages = messages
    Thread { Self.read(answers.fileHandleForReading, received) }.start()
    let server = Server(
      input: requests.fileHandleForReading.fileDescriptor, output: answers.fileHandleForWriting.fileDescriptor,
      options: options)
    let requests = requests
    // Not on the few threads that run tests: two of them could wait here for a server that waits for a thread.
    running = Task(executorPreference: QueueExecutor()) {
      let code = await server.run()
      // Both pipes are named here, since their descriptors must outlive the server.
      try? requests.fileHandleForReading.close()
      try? answers.fileHandleForWriting.close()
      return code
    }
  }

  private static func read(_ file: FileHandle, _ received: AsyncStream<JSONValue>.Continuation) {
    var rest = Data()
    while case let data = file.availableData, !data.isEmpty {
      rest += data
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        if let message = try? JSONValue.parse([UInt8](rest[..<end])) { received.yield(message) }
        rest = Data(rest[(end + 1)...])
      }
    }
    received.finish()
  }

  /// Sends one line.
  func send(line json: String) throws {
    try requests.fileHandleForWriting.write(contentsOf: Data((json + "\n").utf8))
  }

  /// Sends a request or notification.
  func send(_ method: String, _ params: JSONValue? = nil, id: Int? = nil) throws {
    var message: JSONObject = ["jsonrpc": "2.0", "method": .string(method)]
    if let id { message["id"] = .integer(Int64(id)) }
    if let params { message["params"] = params }
    try send(line: String(decoding: JSONValue.object(message).serialized(), as: UTF8.self))
  }

  /// The next message; nil after the last.
  @inline(never)
  func receive() async -> JSONValue? {
    for await message in messages { return message }
    return nil
  }

  /// Sends a request and waits for the next message, which must be its answer.
  @inline(never)
  func call(_ method: String, _ params: JSONValue? = nil, id: Int = 1) async throws -> JSONField {
    try send(method, params, id: id)
    guard let answer = await receive() else { throw NoAnswer() }
    return JSONField(answer, path: "answer")
  }

  /// The result of a method, as a client reads it.
  @inline(never)
  func result<M: RequestMethod>(_ method: M.Type, _ params: JSONValue? = nil) async throws -> M.Result {
    let answer = try await call(M.name, params)
    guard answer["error"].value == nil else { throw UnexpectedError(text: "\(answer["error"].value ?? .null)") }
    return try M.Result(answer["result"])
  }

  /// The code and data of the error that a method answers.
  @inline(never)
  func error(_ method: String, _ params: JSONValue? = nil) async throws -> (code: Int, data: ErrorData) {
    let error = try await call(method, params)["error"]
    guard error["data"].isPresent else { throw UnexpectedError(text: "no data in \(error.value ?? .null)") }
    return (try error["code"].int(), try ErrorData(error["data"]))
  }

  /// Ends the server's input.
  func closeInput() throws {
    try requests.fileHandleForWriting.close()
  }

  /// What the process would exit with.
  @inline(never)
  func exitCode() async -> Int32 {
    await running.value
  }
}

/// Runs tasks on a thread of its own.
private final class QueueExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "akin.test.server")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// The server ended where an answer was due.
struct NoAnswer: Error {}

/// An error where a result was due.
struct UnexpectedError: Error {
  let text: String
}

import AkinProtocol
import JSON

/// A local Akin server for an app: `akin serve` as a child process, started with the first request.
///
/// Any number of tasks may have requests under way. Cancelling a task cancels its request. What a server leaves unanswered
/// when it dies is sent once more, to a new one; a request during which that dies too fails. A client that is closed, or
/// no longer used, ends its server. Using a client ignores the signal SIGPIPE in the whole process.
///
///     let akin = AkinClient()
///     let vectors = try await akin.embed(["a cat", "a dog"])
///     let hits = try await akin.search("pets", in: ["a train", "a cat"])
public actor AkinClient {
  /// A request that has no answer yet.
  private struct Call {
    let message: JSONValue
    let progress: (@Sendable (ProgressNotification.Step) -> Void)?
    let continuation: CheckedContinuation<JSONValue, any Error>
    var attempts = 0
  }

  private static let attempts = 2
  /// With `--shared`: the process that holds the model ended, which is a server's death too.
  private static let modelProcessEnded = Int64(AkinErrorCode.modelProcessEnded.rawValue)

  private let command: ServerCommand
  private var server: ServerProcess?
  private var pending: [Int: Call] = [:]
  private var lastID = 0
  private var isClosed = false

  /// - Parameter command: what starts the server.
  public init(_ command: ServerCommand = .akin()) {
    self.command = command
  }

  deinit {
    server?.finish()
  }

  /// The process id of the server, where one runs.
  public var serverProcessIdentifier: Int32? { server?.processIdentifier }

  /// The result of any method of the protocol.
  /// - Parameter progress: gets the steps of `$/progress`, for methods that send them; called from any thread.
  /// - Throws: ``AkinClientError``, or `CancellationError` where the task is cancelled.
  public func request<Method: RequestMethod>(
    _ method: Method.Type, _ parameters: Method.Parameters,
    progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> Method.Result {
    try Task.checkCancellation()
    guard !isClosed else { throw AkinClientError.closed }
    lastID += 1
    let id = lastID
    let message = Self.message(id, Method.name, parameters.json, asksForProgress: progress != nil)
    let result = try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        pending[id] = Call(message: message, progress: progress, continuation: continuation)
        send(id)
      }
    } onCancel: {
      Task { await cancel(id) }
    }
    do {
      return try Method.Result(JSONField(result, path: "result"))
    } catch {
      throw AkinClientError.unexpectedAnswer("\(error)")
    }
  }

  /// Cancels what is under way and ends the server. Later requests fail with ``AkinClientError/closed``.
  public func close() async {
    isClosed = true
    for id in pending.keys { end(id, .failure(AkinClientError.closed)) }
    let server = server
    self.server = nil
    await server?.close()
  }

  private static func message(
    _ id: Int, _ method: String, _ parameters: JSONValue, asksForProgress: Bool
  ) -> JSONValue {
    var parameters = parameters
    if asksForProgress, case .object(var members) = parameters {
      members["workDoneToken"] = JSONValue(id)
      parameters = .object(members)
    }
    return ["jsonrpc": "2.0", "id": JSONValue(id), "method": .string(method), "params": parameters]
  }
}

// MARK: - Calls and the server's messages

extension AkinClient {
  private func send(_ id: Int) {
    guard let call = pending[id] else { return }
    pending[id]?.attempts += 1
    running().send(call.message)
  }

  private func running() -> ServerProcess {
    if let server { return server }
    let started = ServerProcess(command) { [weak self] message in
      await self?.receive(JSONField(message, path: ""))
    } ended: { [weak self] process, end in
      await self?.ended(process, end)
    }
    server = started
    return started
  }

  private func cancel(_ id: Int) {
    end(id, .failure(CancellationError()))
  }

  /// Gives up a request that has no answer, and tells the server.
  private func end(_ id: Int, _ outcome: Result<JSONValue, any Error>) {
    guard let call = pending.removeValue(forKey: id) else { return }
    server?.send(["jsonrpc": "2.0", "method": "$/cancelRequest", "params": ["id": JSONValue(id)]])
    call.continuation.resume(with: outcome)
  }

  private func receive(_ message: JSONField) {
    if case .string("$/progress")? = message["method"].value {
      guard case .integer(let token)? = message["params"]["token"].value else { return }
      if let step = try? ProgressNotification.Step(message["params"]["value"]) { pending[Int(token)]?.progress?(step) }
      return
    }
    // Nothing waits for the answer of a cancelled request.
    guard case .integer(let number)? = message["id"].value, let call = pending[Int(number)] else { return }
    let id = Int(number)
    if case .integer(Self.modelProcessEnded)? = message["error"]["code"].value, call.attempts < Self.attempts {
      return send(id)
    }
    pending[id] = nil
    if let result = message["result"].value {
      call.continuation.resume(returning: result)
    } else if let refusal = try? AkinClientError.Refusal(message["error"]) {
      call.continuation.resume(throwing: AkinClientError.refused(refusal))
    } else {
      call.continuation.resume(throwing: AkinClientError.unexpectedAnswer("neither a result nor an error"))
    }
  }

  private func ended(_ process: ServerProcess, _ end: ServerProcess.End) {
    guard process === server else { return }  // It was closed.
    server = nil
    for (id, call) in pending.sorted(by: { $0.key < $1.key }) {
      let error: AkinClientError
      switch end {
      case .ended where call.attempts < Self.attempts:
        send(id)
        continue
      case .ended(let reason): error = .serverEnded(reason)
      case .programNotFound(let reason): error = .programNotFound(reason)
      case .unexpectedAnswer(let reason): error = .unexpectedAnswer(reason)
      }
      pending[id] = nil
      call.continuation.resume(throwing: error)
    }
  }
}

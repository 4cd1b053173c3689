import JSON

/// The application behind a connection.
public protocol RPCHandler: Sendable {
  /// Sees every request and notification before any work, one after the other in the order of arrival, on the reader's
  /// thread. What must follow that order is decided here; it must not block.
  func admit(_ request: RPCRequest) -> RPCAdmission

  /// Does the work of an admitted request. Calls run concurrently, each in a task that is cancelled with the request.
  /// - Returns: the result; of a notification it is dropped.
  /// - Throws: what becomes the error of the answer. A `ResponseError` is sent as it is, a `ResponseErrorConvertible` by
  ///   its property, a `CancellationError` as -32800 and anything else as -32603.
  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue

  /// Says that an admitted request will not be handled: it was refused for load, or cancelled before its task began.
  func drop(_ request: RPCRequest)
}

extension RPCHandler {
  /// Nothing to undo.
  public func drop(_ request: RPCRequest) {}
}

/// What becomes of a request.
public enum RPCAdmission: Sendable {
  /// It is handled in a task of its own.
  case handle
  /// It is answered now with this result. Nothing is sent for a notification.
  case answer(JSONValue)
  /// It is answered now with this error. Nothing is sent for a notification.
  case refuse(ResponseError)
  /// It takes back the newest request under this id, which is cancelled and never answered, as the Model Context Protocol
  /// wants it; without one, nothing happens. Itself it gets the result `null`.
  case withdraw(JSONRPCID)
  /// It cancels the newest request under the id in this field, which is answered so. Itself it gets the result `null`; a
  /// request whose field is absent means the newest one under its own id.
  case cancel(JSONField)
  /// Requests that ask for progress under this token are cancelled and answered so. Itself it gets the result `null`.
  case cancelWork(token: JSONValue)
  /// The connection ends: nothing more is read, what was accepted is finished, answers are flushed. A request gets the
  /// result `null`.
  case exit
}

/// What a handler may do with the connection while it works on one request.
public struct RPCContext: Sendable {
  /// The session that the request belongs to.
  let session: RPCSession
  /// Arrival number of the request.
  let sequence: Int
  /// The token that the client wants progress under, a string or an integer.
  let progressToken: JSONValue?
  /// The token that the client wants parts of the result under, a string or an integer.
  let partialResultToken: JSONValue?

  /// While more bytes than this wait to be read by the client, ``sendPartialResult(_:)`` waits.
  private static let partialBacklogBytes = 4 << 20

  /// Whether the client asked for progress.
  public var hasProgressToken: Bool {
    progressToken != nil
  }

  /// Whether the client asked for parts of the result as they come.
  public var hasPartialResultToken: Bool {
    partialResultToken != nil
  }

  /// Sends `value` as progress. Nothing is sent where the client gave no token for it, nor after the answer. It is
  /// ``noteWork()`` all the same.
  public func report(_ value: JSONValue) {
    session.send(progress(value, under: progressToken), during: sequence)
  }

  /// Sends a notification of another protocol about the work on this request, likewise.
  /// - Parameter params: nil to send nothing and only tell that the work goes on.
  public func report(_ method: String, _ params: JSONValue?) {
    session.send(params.map { OutgoingMessage.notification(method, $0) }, during: sequence)
  }

  /// Tells that the work goes on: at the end of the input it is waited for as long as it does.
  public func noteWork() {
    session.send(nil, during: sequence)
  }

  /// Sends a part of the result under the client's token, and waits while the client is far behind with its
  /// reading, so that a result larger than memory can be sent.
  /// - Throws: where the request has been cancelled.
  public func sendPartialResult(_ value: JSONValue) async throws(CancellationError) {
    guard let message = progress(value, under: partialResultToken) else { return }
    session.send(message, during: sequence)
    await session.outlet.drained(to: Self.partialBacklogBytes)
    if Task.isCancelled { throw CancellationError() }
  }

  private func progress(_ value: JSONValue, under token: JSONValue?) -> [UInt8]? {
    guard let token, let method = session.options.progress?.method else { return nil }
    return OutgoingMessage.notification(method, ["token": token, "value": value])
  }

  /// The session's counters at this moment.
  public var status: RPCStatus {
    session.status()
  }

  /// Sends a request to the client, whose answer does not matter: the connection ignores answers.
  public func request(_ id: String, _ method: String, _ params: JSONValue) {
    session.send(OutgoingMessage.request(id, method, params))
  }

  /// Sends a notification that belongs to no request.
  public func notify(_ method: String, _ params: JSONValue) {
    session.notify(method, params)
  }
}

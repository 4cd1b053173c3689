import AkinProtocol
import JSON
import JSONRPC
import Synchronization

/// A client that waits for each answer where it has asked, as over HTTP: the methods without the lifecycle, by the same
/// engine, queue and limits as those of sessions on streams.
public final class ExchangeSession: Sendable {
  private let exchange: RPCExchange
  private let calls: MethodCalls
  private let hasEnded = Mutex(false)

  /// - Parameter services: what this session shares with others of the process.
  public init(services: Services) {
    calls = MethodCalls(services)
    exchange = RPCExchange(
      handler: ExchangeHandler(calls), options: RPCOptions(services.limits, log: services.log))
    services.sessions.withLock { $0 += 1 }
  }

  /// Calls a method. Cancelling the task cancels the request.
  /// - Parameter bytes: what the request counts among those that wait.
  /// - Throws: the error of the answer.
  public func call(_ method: String, _ parameters: JSONValue, bytes: Int) async throws(CallError) -> JSONValue {
    do throws(ResponseError) {
      return try await exchange.call(method, parameters, bytes: bytes)
    } catch {
      throw CallError(code: error.code.rawValue, message: error.message, data: error.data)
    }
  }

  /// Answers a message of JSON-RPC 2.0: a request, a notification, or a batch.
  /// - Returns: nil where the message asks for no answer.
  public func answer(_ message: [UInt8]) async -> [UInt8]? {
    await exchange.answer(message)
  }

  /// The client has gone, or has to.
  public func end() {
    guard
      !hasEnded.withLock({ hasEnded in
        defer { hasEnded = true }
        return hasEnded
      })
    else { return }
    exchange.end()
    calls.end()
    calls.services.sessions.withLock { $0 -= 1 }
  }
}

/// Admits what stands alone: a method that only a session on a stream can use is refused.
private struct ExchangeHandler: RPCHandler {
  /// Of use only where more messages follow, to one who remembers this one.
  private static let ofStreams: Set<String> = {
    let notifications = ProtocolMethods.clientNotifications.map { $0.name }
    let ofEditors = [
      WorkspaceSymbolMethod.name, ExecuteCommandMethod.name, CodeActionMethod.name, HoverMethod.name,
      WillRenameFilesMethod.name,
    ]
    return Set(notifications + ofEditors + [InitializeMethod.name, ShutdownMethod.name])
  }()

  private let calls: MethodCalls

  init(_ calls: MethodCalls) {
    self.calls = calls
  }

  func admit(_ request: RPCRequest) -> RPCAdmission {
    guard !Self.ofStreams.contains(request.method) else {
      return .refuse(
        ResponseError(
          akin: .methodNotFound, "\(request.method) is for sessions on streams: here every request stands alone"))
    }
    let parts = request.params["partialResultToken"]
    guard !parts.isPresent else {
      return .refuse(
        ResponseError(
          akin: .invalidParams, path: parts.path, expected: "none where each request has one answer", found: "one"))
    }
    return calls.admit(request, folders: [])
  }

  func drop(_ request: RPCRequest) {
    calls.drop(request)
  }

  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue {
    try await calls.answer(request, of: Session(), context)
  }
}

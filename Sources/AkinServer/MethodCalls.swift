import AkinProtocol
import Engine
import JSON
import JSONRPC

/// The methods as one session calls them: admitted in the order of their arrival, answered concurrently, counted.
final class MethodCalls: Sendable {
  let services: Services
  /// How the client names documents and folders.
  let spellings = Spellings()
  /// This session among those of the process.
  let number: Int
  private let turns: CollectionTurns

  init(_ services: Services) {
    self.services = services
    number = services.collections.documents.addSession()
    turns = CollectionTurns(services.collections.order, session: number)
  }

  /// - Parameter folders: those that the session works in.
  func admit(_ request: RPCRequest, folders: [CollectionName]) -> RPCAdmission {
    guard MethodTable.handlers[request.method] != nil else {
      return .refuse(ResponseError(unknownMethod: request.method))
    }
    // Every method only answers: without an id there is nothing to do.
    if request.isNotification { return .answer(.null) }
    turns.admit(request, folders: folders)
    return .handle
  }

  /// An admitted request will not be answered here.
  func drop(_ request: RPCRequest) {
    turns.remove(request)?.finish()
  }

  /// Answers an admitted request, and counts it before its answer is sent.
  /// - Parameters:
  ///   - session: what the client has told.
  ///   - ended: called with whether it was a success, and after how many milliseconds.
  func answer(
    _ request: RPCRequest, of session: Session, _ context: RPCContext,
    ended: (_ isSuccess: Bool, _ milliseconds: Double) -> Void = { _, _ in }
  ) async throws -> JSONValue {
    guard let handler = MethodTable.handlers[request.method] else {
      throw ResponseError(unknownMethod: request.method)
    }
    let call = Call(
      parameters: request.params, positionEncoding: session.positionEncoding, session: session,
      folders: session.folders, context: context, services: services, spellings: spellings)
    let turn = turns.remove(request)
    defer { turn?.finish() }
    let start = ContinuousClock.now
    var isSuccess = false
    defer {
      let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
      services.statistics.record(request.method, milliseconds: milliseconds, isSuccess: isSuccess)
      ended(isSuccess, milliseconds)
    }
    try await turn?.wait()
    let result = try await Engine.$client.withValue(number) { try await handler.respond(to: call) }
    isSuccess = true
    return result
  }

  /// The session is over: what it has left open counts as closed.
  func end() {
    services.collections.documents.closeAll(session: number)
  }
}

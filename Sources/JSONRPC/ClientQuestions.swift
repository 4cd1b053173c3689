import JSON
import Synchronization

/// What the server has asked the client and waits for.
final class ClientQuestions: Sendable {
  private typealias Waiter = CheckedContinuation<JSONValue?, Never>

  private struct State {
    var waiting: [JSONRPCID: Waiter] = [:]
    var count = 0
    /// No answer can come any more.
    var isOver = false
  }

  private let state = Mutex(State())

  /// Asks by `send`, which is given the id, and waits.
  /// - Returns: the result; nil where the client answers with an error, or none can come.
  func ask(_ send: (String) -> Void) async -> JSONValue? {
    let text = state.withLock { state in
      state.count += 1
      return "akin/ask/\(state.count)"
    }
    guard let id = JSONRPCID(naming: .string(text)) else { return nil }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { waiter in
        let isTooLate = state.withLock { state in
          if state.isOver || Task.isCancelled { return true }
          state.waiting[id] = waiter
          return false
        }
        if isTooLate { waiter.resume(returning: nil) } else { send(text) }
      }
    } onCancel: {
      answer(id, nil)
    }
  }

  /// Hands an answer to whom it is for; one that nobody waits for is ignored.
  func answer(_ id: JSONRPCID, _ result: JSONValue?) {
    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: result)
  }

  /// The client's messages have ended.
  func end() {
    let waiting = state.withLock { state in
      state.isOver = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for waiter in waiting { waiter.resume(returning: nil) }
  }
}

extension RPCContext {
  /// Asks the client for something and waits for its answer, as long as it takes a person to give one.
  /// - Returns: the result; nil where the client answers with an error, or its messages have ended.
  /// - Throws: where the request that this is for is cancelled.
  public func ask(_ method: String, _ params: JSONValue) async throws(CancellationError) -> JSONValue? {
    let answer = await session.questions.ask { session.send(OutgoingMessage.request($0, method, params)) }
    if Task.isCancelled { throw CancellationError() }
    return answer
  }
}

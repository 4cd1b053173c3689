import Synchronization

/// Keeps what is done to collections in the order in which it was asked for: a change, or a search, begins when the
/// changes of the same collections that arrived before it are done.
final class CollectionOrder: Sendable {
  /// Changes by collection that are not done, in order of arrival.
  private let running = Mutex<[String: [Milestone]]>([:])

  /// A place in the order of some collections' changes. It must be finished, whatever becomes of the request.
  func change(_ names: [String]) -> Turn {
    let own = Milestone()
    let before = running.withLock { running in
      var before: [Milestone] = []
      for name in Set(names) {
        let earlier = (running[name] ?? []).filter { !$0.isReached }
        before += earlier
        running[name] = earlier + [own]
      }
      return before
    }
    return Turn(before: before, own: own)
  }

  /// A place behind the changes of some collections that were asked for so far.
  func read(_ names: [String]) -> Turn {
    let before = running.withLock { running in
      Set(names).flatMap { name in
        let earlier = (running[name] ?? []).filter { !$0.isReached }
        running[name] = earlier.isEmpty ? nil : earlier
        return earlier
      }
    }
    return Turn(before: before, own: nil)
  }
}

/// A request's place in the order.
struct Turn: Sendable {
  fileprivate let before: [Milestone]
  fileprivate let own: Milestone?

  /// Returns when it is this request's turn.
  /// - Throws: `CancellationError` where the task is cancelled before.
  func wait() async throws {
    for milestone in before { try await milestone.wait() }
  }

  /// Lets those behind go on.
  func finish() {
    own?.reach()
  }
}

/// Something that happens once and that any number of tasks wait for.
private final class Milestone: Sendable {
  private typealias Waiter = CheckedContinuation<Void, any Error>

  private struct State {
    var isReached = false
    var waiters: [Int: Waiter] = [:]
    var nextTicket = 0
    /// Waits that were cancelled before they began.
    var cancelled: Set<Int> = []
  }

  private let state = Mutex(State())

  var isReached: Bool { state.withLock { $0.isReached } }

  func reach() {
    let waiters = state.withLock { state in
      state.isReached = true
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async throws {
    let ticket = state.withLock { state in
      state.nextTicket += 1
      return state.nextTicket
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { add($0, ticket) }
    } onCancel: {
      cancel(ticket)
    }
  }

  private func add(_ waiter: Waiter, _ ticket: Int) {
    let outcome: Result<Void, any Error>? = state.withLock { state in
      if state.cancelled.remove(ticket) != nil { return .failure(CancellationError()) }
      if state.isReached { return .success(()) }
      state.waiters[ticket] = waiter
      return nil
    }
    if let outcome { waiter.resume(with: outcome) }
  }

  private func cancel(_ ticket: Int) {
    let waiter = state.withLock { state in
      let waiter = state.waiters.removeValue(forKey: ticket)
      if waiter == nil { state.cancelled.insert(ticket) }
      return waiter
    }
    waiter?.resume(throwing: CancellationError())
  }
}

import Synchronization

/// Something that happens once and that any number of tasks wait for.
final class Milestone: Sendable {
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

  /// Does work, and cancels it where this is reached first.
  /// - Throws: what `work` throws; `CancellationError`.
  func ending<T: Sendable>(_ work: @escaping @Sendable () async throws -> T) async throws -> T {
    try await withThrowingTaskGroup(of: T.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await self.wait()
        throw CancellationError()
      }
      defer { group.cancelAll() }
      guard let result = try await group.next() else { throw CancellationError() }
      return result
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

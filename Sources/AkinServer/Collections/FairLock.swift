import Synchronization

/// Lets one task at a time through, in the order in which they came. One that is cancelled while it waits leaves the queue,
/// and lets nobody pass before those ahead of it.
package final class FairLock: Sendable {
  private typealias Waiter = CheckedContinuation<Void, any Error>

  private struct State {
    var isHeld = false
    /// In order of arrival; nil for one that has no continuation yet.
    var waiters: [(ticket: Int, waiter: Waiter?)] = []
    var nextTicket = 0
  }

  private let state = Mutex(State())

  package init() {}

  /// Runs `body` when all that came before are done.
  /// - Throws: what `body` throws; `CancellationError` where the task is cancelled before its turn.
  package func withLock<Value>(_ body: () async throws -> Value) async throws -> Value {
    try await enter()
    defer { leave() }
    return try await body()
  }

  private func enter() async throws {
    let ticket = state.withLock { state -> Int? in
      guard state.isHeld || !state.waiters.isEmpty else {
        state.isHeld = true
        return nil
      }
      state.nextTicket += 1
      state.waiters.append((state.nextTicket, nil))
      return state.nextTicket
    }
    guard let ticket else { return }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { add($0, ticket) }
    } onCancel: {
      cancel(ticket)
    }
  }

  private enum Outcome {
    case waits, turn, cancelled
  }

  private func add(_ waiter: Waiter, _ ticket: Int) {
    let outcome = state.withLock { state -> Outcome in
      guard let place = state.waiters.firstIndex(where: { $0.ticket == ticket }) else { return .cancelled }
      // The one ahead may have left before this one could be woken.
      guard state.isHeld || place > 0 else {
        state.waiters.remove(at: place)
        state.isHeld = true
        return .turn
      }
      state.waiters[place].waiter = waiter
      return .waits
    }
    switch outcome {
    case .waits: break
    case .turn: waiter.resume()
    case .cancelled: waiter.resume(throwing: CancellationError())
    }
  }

  private func cancel(_ ticket: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard let place = state.waiters.firstIndex(where: { $0.ticket == ticket }) else { return nil }
      return state.waiters.remove(at: place).waiter
    }
    waiter?.resume(throwing: CancellationError())
    // The one behind may be the next now.
    if waiter == nil { passOn() }
  }

  private func leave() {
    state.withLock { $0.isHeld = false }
    passOn()
  }

  /// Wakes the first that waits, where it can be woken and its turn has come.
  private func passOn() {
    let waiter = state.withLock { state -> Waiter? in
      guard !state.isHeld, let waiter = state.waiters.first?.waiter else { return nil }
      state.waiters.removeFirst()
      state.isHeld = true
      return waiter
    }
    waiter?.resume()
  }
}

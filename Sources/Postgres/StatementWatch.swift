import Platform
import Synchronization

/// Watches what one connection is at: has it stopped where nobody wants the answer any more, and cuts it off where the server does not
/// answer at all. libpq itself waits for an answer for ever while the other machine's system holds the connection.
final class StatementWatch: Sendable {
  private struct State {
    var connection: PostgresConnection?
    var isStopped = false
  }

  private let address: String
  private let state = Mutex(State())
  /// Between two looks whether the server of a statement that goes on is there.
  private static let interval = Duration.seconds(5)
  /// For a server to stop a statement.
  private static let grace = Duration.seconds(2)
  /// Those who ask a server that may not answer.
  private static let asking = BlockingExecutor(threads: 4)

  /// - Parameter address: the connection's.
  init(_ address: String) {
    self.address = address
  }

  /// A connection is at work from here on.
  func begin(_ connection: PostgresConnection) {
    state.withLock { $0.connection = connection }
  }

  /// It has done its work.
  /// - Returns: whether it can be used again: a request to stop may reach the server late.
  func end() -> Bool {
    state.withLock { state in
      state.connection = nil
      return !state.isStopped
    }
  }

  /// Has the statement stopped; from any thread, and waits for nothing.
  func stop() {
    let connection = state.withLock { state -> PostgresConnection? in
      state.isStopped = true
      return state.connection
    }
    guard let connection else { return }
    // Without a thread for it the connection is cut off all the same.
    try? PlatformThread.start { connection.cancel() }
    Task {
      try await Task.sleep(for: Self.grace)
      cutOff()
    }
  }

  /// Cuts the connection off once the server does not answer any more; until then, or until the task is cancelled, looks again and
  /// again.
  func look() async throws {
    repeat {
      try await Task.sleep(for: Self.interval)
    } while await Self.asking.apart { !PostgresConnection.isSilent(address) }
    try Task.checkCancellation()
    cutOff()
  }

  private func cutOff() {
    state.withLock { $0.connection?.cutOff() }
  }
}

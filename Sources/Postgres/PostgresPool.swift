import Platform
import Synchronization

/// Connections to one server, made when they are needed and used again: one thread at a time has one. What blocks runs on threads that
/// wait for this server and for nothing else, so that one that does not answer keeps nobody waiting who asks for something else.
package final class PostgresPool: Sendable {
  /// Sets a connection up that was just made; an error of it refuses the connection.
  package typealias Preparation = @Sendable (PostgresConnection) throws(PostgresError) -> Void

  /// As libpq reads it; may hold a password.
  private let address: String
  private let application: String
  private let prepare: Preparation
  private let idle = Mutex<[PostgresConnection]>([])
  private let threads: BlockingExecutor
  /// The last connection that could not be made, and when that was begun.
  private let refusal = Mutex<(begun: ContinuousClock.Instant, error: PostgresError)?>(nil)
  /// Connections that are kept while nobody needs them.
  private static let mostIdle = 4
  /// Seconds between the tries of what a server that comes back may still do.
  private static let pauses: [Double] = [0.1, 0.3, 0.9, 1.8, 3, 4]
  /// Nothing is tried again so long after the first failure: connecting may take seconds each time.
  private static let patience = Duration.seconds(10)

  /// No connection is made yet.
  /// - Parameters:
  ///   - connections: at once, at most.
  ///   - prepare: is called with each new connection.
  package init(_ address: String, application: String, connections: Int = 8, prepare: @escaping Preparation) {
    self.address = address
    self.application = application
    self.prepare = prepare
    threads = BlockingExecutor(threads: connections)
  }

  /// Runs `body` with a connection beside those of the pool, which it may keep for what lasts longer than a statement.
  package func beside<Value>(_ body: @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
    try await watched { watch, asked in
      let connection = try self.connection(asked)
      watch.begin(connection)
      defer { _ = watch.end() }
      return try body(connection)
    }
  }

  /// Runs `body` with a connection, outside a transaction. Where the connection is lost, or the server asks for it, all of `body` is
  /// done again, on a new connection: it must come to the same when it was done before without our knowing.
  package func run<Value>(_ body: @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
    var firstFailure: ContinuousClock.Instant?
    for pause in Self.pauses {
      do {
        return try await once(body)
      } catch let error as PostgresError where error.isPassing || firstFailure != nil && error.kind == .unreachable {
        let first = firstFailure ?? .now
        firstFailure = first
        guard .now - first < Self.patience else { throw error }
        // Those that wait were made to the server as it was.
        idle.withLock { $0.removeAll() }
        try await Task.sleep(for: .seconds(pause))
      }
    }
    return try await once(body)
  }

  private func once<Value>(_ body: @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
    try await watched { watch, asked in
      let connection = try idle.withLock { $0.popLast() } ?? self.connection(asked)
      watch.begin(connection)
      defer { if watch.end() { giveBack(connection) } }
      return try body(connection)
    }
  }

  private func watched<Value>(
    _ body: @Sendable (StatementWatch, _ asked: ContinuousClock.Instant) throws -> Value
  ) async throws -> Value {
    let asked = ContinuousClock.now
    let watch = StatementWatch(address)
    let look = Task { try await watch.look() }
    defer { look.cancel() }
    return try await withTaskCancellationHandler {
      try await threads.apart { () throws -> Value in
        try Task.checkCancellation()
        return try body(watch, asked)
      }
    } onCancel: {
      watch.stop()
    }
  }

  /// Blocks.
  /// - Parameter asked: when one was asked for. One that was tried later and could not be made speaks for this one too: where a server is
  ///   silent, those that wait do not wait for it one after the other.
  private func connection(_ asked: ContinuousClock.Instant) throws(PostgresError) -> PostgresConnection {
    if let last = refusal.withLock({ $0 }), last.begun > asked { throw last.error }
    let begun = ContinuousClock.now
    let connection: PostgresConnection
    do {
      connection = try PostgresConnection(address, application: application)
    } catch {
      if error.kind == .unreachable { refusal.withLock { $0 = (begun, error) } }
      throw error
    }
    try prepare(connection)
    return connection
  }

  private func giveBack(_ connection: PostgresConnection) {
    guard connection.isGood else { return }
    idle.withLock { idle in
      if idle.count < Self.mostIdle { idle.append(connection) }
    }
  }
}

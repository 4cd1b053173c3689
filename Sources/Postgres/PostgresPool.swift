import Dispatch
import Platform
import Synchronization

/// Connections to one server, made when they are needed and used again: one thread at a time has one. What blocks runs on the
/// executor's threads for that.
package final class PostgresPool: Sendable {
  /// Sets a connection up that was just made; an error of it refuses the connection.
  package typealias Preparation = @Sendable (PostgresConnection) throws(PostgresError) -> Void

  /// As libpq reads it; may hold a password.
  private let address: String
  private let application: String
  private let prepare: Preparation
  private let idle = Mutex<[PostgresConnection]>([])
  private let slots: DispatchSemaphore
  /// Connections that are kept while nobody needs them.
  private static let mostIdle = 4
  /// Seconds between the tries of what a server that comes back may still do.
  private static let pauses: [Double] = [0.1, 0.3, 0.9, 1.8, 3, 4]

  /// No connection is made yet.
  /// - Parameters:
  ///   - connections: at once, at most.
  ///   - prepare: is called with each new connection.
  package init(_ address: String, application: String, connections: Int = 8, prepare: @escaping Preparation) {
    self.address = address
    self.application = application
    self.prepare = prepare
    slots = DispatchSemaphore(value: connections)
  }

  /// A connection beside those of the pool, for what lasts longer than a statement. Blocks.
  package func connection() throws(PostgresError) -> PostgresConnection {
    let connection = try PostgresConnection(address, application: application)
    try prepare(connection)
    return connection
  }

  /// Runs `body` with a connection, outside a transaction. Where the connection is lost, or the server asks for it, all of `body` is
  /// done again, on a new connection: it must come to the same when it was done before without our knowing.
  package func run<Value>(_ body: @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
    var wasReached = false
    for pause in Self.pauses {
      do {
        return try await once(body)
      } catch let error as PostgresError where error.isPassing || wasReached && error.kind == .unreachable {
        wasReached = true
        // Those that wait were made to the server as it was.
        idle.withLock { $0.removeAll() }
        try await Task.sleep(for: .seconds(pause))
      }
    }
    return try await once(body)
  }

  private func once<Value>(_ body: @Sendable (PostgresConnection) throws -> Value) async throws -> Value {
    let current = Mutex<PostgresConnection?>(nil)
    return try await withTaskCancellationHandler {
      try await BlockingExecutor.waiting.run { () throws -> Value in
        slots.wait()
        defer { slots.signal() }
        try Task.checkCancellation()
        let connection = try idle.withLock { $0.popLast() } ?? self.connection()
        current.withLock { $0 = connection }
        defer {
          current.withLock { $0 = nil }
          giveBack(connection)
        }
        return try body(connection)
      }
    } onCancel: {
      current.withLock { $0?.cancel() }
    }
  }

  private func giveBack(_ connection: PostgresConnection) {
    guard connection.isGood else { return }
    idle.withLock { idle in
      if idle.count < Self.mostIdle { idle.append(connection) }
    }
  }
}

import Dispatch
import Synchronization

/// Work that runs on another thread while its maker goes on.
final class SideWork<Value: Sendable>: Sendable {
  private let outcome = Mutex<Result<Value, any Error>?>(nil)
  private let group = DispatchGroup()

  init(_ work: @escaping @Sendable () throws -> Value) {
    DispatchQueue.global(qos: .userInitiated).async(group: group) { [self] in
      let result = Result { try work() }
      outcome.withLock { $0 = result }
    }
  }

  /// Waits until the work is done.
  /// - Returns: what it gave.
  /// - Throws: what it threw.
  func value() throws -> Value {
    group.wait()
    guard let result = outcome.withLock({ $0 }) else { preconditionFailure("the group waits for the outcome") }
    return try result.get()
  }
}

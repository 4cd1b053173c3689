import Dispatch
import Platform

/// Work that Ctrl-C, SIGTERM or a window that closes ends in good order.
enum Interruption {
  /// How long the work may take to end, from the signal on. A second signal waits for nothing.
  private static let patience = DispatchTimeInterval.seconds(5)

  /// Runs `body` in a task that is cancelled when a signal comes.
  /// - Throws: ``Interrupted`` where it ended for that reason, else what `body` throws.
  static func cancelling<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await body() }
    let watch = SignalWatch { signal in
      if task.isCancelled { SignalWatch.end(by: signal) }
      task.cancel()
      SignalWatch.end(by: signal, after: patience)
    }
    let result = await task.result
    // Work that did not look whether it was cancelled has come to its end, and what would follow has not.
    if let signal = watch.received { throw Interrupted(signal: signal) }
    return try result.get()
  }
}

/// A signal has ended the work.
struct Interrupted: Error {
  let signal: Int32

  /// What a shell reports of a program that a signal ended.
  var exitCode: Int32 { 128 + signal }
}

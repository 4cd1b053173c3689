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
    // A signal that its starter had ignored until now is heard from the watch on: no work begins before.
    let (start, starter) = AsyncStream<Void>.makeStream()
    let task = Task {
      for await _ in start {}
      return try await body()
    }
    let watch = SignalWatch { signal in
      if task.isCancelled { SignalWatch.end(by: signal) }
      task.cancel()
      SignalWatch.end(by: signal, after: patience)
    }
    starter.finish()
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

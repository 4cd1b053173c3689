#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Work that Ctrl-C, SIGTERM or a window that closes ends in good order.
enum Interruption {
  /// Runs `body` in a task that is cancelled when a signal comes.
  /// - Throws: ``Interrupted`` where it ended for that reason, else what `body` throws.
  static func cancelling<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task = Task { try await body() }
    let watch = SignalWatch { _ in task.cancel() }
    do {
      return try await task.value
    } catch {
      if let signal = watch.received { throw Interrupted(signal: signal) }
      throw error
    }
  }
}

/// A signal has ended the work.
struct Interrupted: Error {
  let signal: Int32

  /// What a shell reports of a program that a signal ended.
  var exitCode: Int32 { 128 + signal }
}

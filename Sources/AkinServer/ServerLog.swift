import Dispatch
import Platform
import Synchronization

/// Lines for people, on standard error.
///
/// A client may give the process a pipe for standard error and never read it. Lines are therefore written on a queue of
/// their own, which may block there for good, and lines that pile up behind it are dropped.
final class ServerLog: Sendable {
  private static let waitingLimit = 256
  private static let lineLimit = 1000
  private static let flushTime = DispatchTimeInterval.milliseconds(200)

  private let level: LogLevel
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "akin.log")
  private let waiting = Mutex(0)

  init(_ options: ServerOptions) {
    level = options.logLevel
    descriptor = options.logDescriptor
  }

  func isEnabled(_ level: LogLevel) -> Bool {
    level >= self.level
  }

  /// Writes a line soon, or drops it where too many wait.
  func write(_ level: LogLevel, _ line: @autoclosure () -> String) {
    guard isEnabled(level) else { return }
    let isTaken = waiting.withLock { waiting in
      guard waiting < Self.waitingLimit else { return false }
      waiting += 1
      return true
    }
    guard isTaken else { return }
    let text = line().split(whereSeparator: \.isNewline).joined(separator: " ").prefix(Self.lineLimit)
    let bytes = Array(TerminalText.harmless("akin: \(text)\n").utf8)
    queue.async {
      HostProcess.writeAll(bytes, to: self.descriptor)
      self.waiting.withLock { $0 -= 1 }
    }
  }

  /// Waits until the lines are written, but not long.
  func flush() {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + Self.flushTime)
  }
}

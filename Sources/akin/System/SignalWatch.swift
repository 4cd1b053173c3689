import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Turns signals that would end the process into calls, outside of any signal handler.
final class SignalWatch {
  /// Those by which a person, the system or a window that closes asks a program to end.
  static let ending = [SIGTERM, SIGINT, SIGHUP]

  private let sources: [any DispatchSourceSignal]
  private let first = FirstSignal()

  /// - Parameter action: called on a queue of its own, for every signal of ``ending`` that comes, with its number.
  init(action: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "akin.signals")
    let signals = Self.ending.filter { $0 != SIGHUP || !Self.outlivesItsWindow }
    sources = signals.map { number in
      // The source counts signals; the process must not die of them before.
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (number, source) in zip(signals, sources) {
      source.setEventHandler { [first] in
        first.number.withLock { $0 = $0 ?? number }
        action(number)
      }
      source.resume()
    }
  }

  /// Whether the process was started with SIGHUP ignored, as nohup does: what a program begins with is either that or the default.
  private static let outlivesItsWindow: Bool = {
    guard signal(SIGHUP, SIG_DFL) != nil else { return false }
    signal(SIGHUP, SIG_IGN)
    return true
  }()

  /// The first of the signals that has come. Whoever asks in the end keeps the watch until then: without the sources, which
  /// nothing else holds, signals would be ignored.
  var received: Int32? { withExtendedLifetime(sources) { first.number.withLock { $0 } } }
}

/// What the handlers and the owner of a ``SignalWatch`` share.
private final class FirstSignal: Sendable {
  let number = Mutex<Int32?>(nil)
}

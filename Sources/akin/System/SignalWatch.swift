import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Turns signals that would end the process into a call, outside of any signal handler, for as long as it lives. Where there is
/// none, they end the process as they always do.
final class SignalWatch {
  private let first = FirstSignal()
  private let number: Int

  /// - Parameter action: called on a queue of its own, for every signal that comes, with its number.
  init(action: @escaping @Sendable (Int32) -> Void) {
    number = SignalSources.shared.add { [first] signal in
      first.number.withLock { $0 = $0 ?? signal }
      action(signal)
    }
  }

  deinit {
    SignalSources.shared.remove(number)
  }

  /// The first of the signals that has come. Whoever asks in the end keeps the watch until then.
  var received: Int32? { withExtendedLifetime(self) { first.number.withLock { $0 } } }
}

/// What the handlers and the owner of a ``SignalWatch`` share.
private final class FirstSignal: Sendable {
  let number = Mutex<Int32?>(nil)
}

/// The process's sources of signals, which live as long as it does: a second source of a signal, made while the first is being
/// cancelled, would hear of nothing.
private final class SignalSources: Sendable {
  static let shared = SignalSources()

  /// Those by which a person, the system or a window that closes asks a program to end.
  private static let ending = [SIGTERM, SIGINT, SIGHUP]

  private struct State {
    var actions: [Int: @Sendable (Int32) -> Void] = [:]
    var added = 0
  }

  private let state = Mutex(State())
  // Sound to share: they are kept, and nothing touches them again.
  private nonisolated(unsafe) let sources: [any DispatchSourceSignal]

  private init() {
    let queue = DispatchQueue(label: "akin.signals")
    // Who starts a program by nohup wants it to outlive the window: what a program begins with is either that or the default.
    let outlivesItsWindow = signal(SIGHUP, SIG_IGN) != nil
    let signals = Self.ending.filter { $0 != SIGHUP || !outlivesItsWindow }
    sources = signals.map { number in
      // The source counts signals; the process must not die of them before.
      signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (number, source) in zip(signals, sources) {
      source.setEventHandler { Self.shared.came(number) }
      source.resume()
    }
  }

  func add(_ action: @escaping @Sendable (Int32) -> Void) -> Int {
    state.withLock { state in
      state.added += 1
      state.actions[state.added] = action
      return state.added
    }
  }

  func remove(_ number: Int) {
    _ = state.withLock { $0.actions.removeValue(forKey: number) }
  }

  private func came(_ number: Int32) {
    let actions = state.withLock { Array($0.actions.values) }
    for action in actions { action(number) }
    guard actions.isEmpty else { return }
    signal(number, SIG_DFL)
    raise(number)
  }
}

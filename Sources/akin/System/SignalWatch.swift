import Dispatch
import Platform
import Synchronization

/// Turns signals that would end the process into a call, outside of any signal handler, for as long as it lives. Where there is
/// none, they end the process as they always do. A signal that has come is not forgotten: whoever watches later is told of it too.
final class SignalWatch {
  private let first = FirstSignal()
  private let number: Int

  /// - Parameter action: called on a queue of its own, for every signal that comes, with its number.
  init(action: @escaping @Sendable (Int32) -> Void) {
    let earlier: Int32?
    (number, earlier) = SignalSources.shared.add { [first] signal in
      first.number.withLock { $0 = $0 ?? signal }
      action(signal)
    }
    guard let earlier else { return }
    first.number.withLock { $0 = earlier }
    DispatchQueue.global().async { action(earlier) }
  }

  deinit {
    SignalSources.shared.remove(number)
  }

  /// Ends the process as the signal does where nobody watches.
  static func end(by number: Int32) {
    signal(number, SIG_DFL)
    // To the process: a thread may have it blocked.
    kill(getpid(), number)
  }

  /// The same in some time, unless the process has ended by then.
  static func end(by number: Int32, after time: DispatchTimeInterval) {
    DispatchQueue.global().asyncAfter(deadline: .now() + time) { end(by: number) }
  }

  /// The first of the signals that has come. Whoever asks in the end keeps the watch until then.
  var received: Int32? { withExtendedLifetime(self) { first.number.withLock { $0 } } }
}

/// What the handlers and the owner of a ``SignalWatch`` share.
private final class FirstSignal: Sendable {
  let number = Mutex<Int32?>(nil)
}

/// What turns signals into calls: a handler that writes the signal's number into a pipe, and a thread that reads it. It lives as long as
/// the process does, and no moment is without: a signal comes before the handler is set, and ends the process, or after.
private final class SignalSources: Sendable {
  static let shared = SignalSources()

  /// Those by which a person, the system or a window that closes asks a program to end.
  private static let ending = [SIGTERM, SIGINT, SIGHUP]

  private struct State {
    var actions: [Int: @Sendable (Int32) -> Void] = [:]
    var added = 0
    /// The last signal that somebody was told of.
    var last: Int32?
  }

  private let state = Mutex(State())

  private init() {
    var ends: [Int32] = [-1, -1]
    // Without a pipe or a thread signals end the process as always.
    guard pipe(&ends) == 0 else { return }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let reader = ends[0]
    do {
      try PlatformThread.start {
        var number: UInt8 = 0
        while true {
          let count = read(reader, &number, 1)
          if count == 1 { Self.shared.came(Int32(number)) } else if count == 0 || errno != EINTR { return }
        }
      }
    } catch {
      return
    }
    pipeOfSignals = ends[1]
    for number in Self.ending {
      let before = signal(number, writeSignal)
      // Who starts a program by nohup wants it to outlive the window.
      if number == SIGHUP, before != nil { signal(number, SIG_IGN) }
    }
  }

  /// - Returns: the number by which it is removed, and a signal that came before.
  func add(_ action: @escaping @Sendable (Int32) -> Void) -> (number: Int, earlier: Int32?) {
    state.withLock { state in
      state.added += 1
      state.actions[state.added] = action
      return (state.added, state.last)
    }
  }

  func remove(_ number: Int) {
    _ = state.withLock { $0.actions.removeValue(forKey: number) }
  }

  private func came(_ number: Int32) {
    let actions = state.withLock { state in
      if !state.actions.isEmpty { state.last = number }
      return Array(state.actions.values)
    }
    for action in actions { action(number) }
    if actions.isEmpty { SignalWatch.end(by: number) }
  }
}

/// Written once, before any handler is set.
private nonisolated(unsafe) var pipeOfSignals: Int32 = -1

/// The handler, which calls nothing but write(2).
private func writeSignal(_ number: Int32) {
  let problem = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = write(pipeOfSignals, &byte, 1)
  errno = problem
}

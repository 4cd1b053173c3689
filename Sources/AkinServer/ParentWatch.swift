import Dispatch
import Synchronization

/// Looks now and then whether the client's process is still there.
///
/// A client that dies without closing the pipe, because another process holds its end, would otherwise leave the server
/// running for good.
final class ParentWatch: Sendable {
  private struct State {
    var timer: (any DispatchSourceTimer)?
    var action: (@Sendable () -> Void)?
  }

  private let seconds: Double
  private let state = Mutex(State())

  init(seconds: Double) {
    self.seconds = seconds
  }

  /// What is done, once, when the process has ended. To be set before the first message is read.
  func onEnd(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.action = action }
  }

  /// Begins to look at a process.
  func start(_ process: Int32) {
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + seconds, repeating: seconds)
    timer.setEventHandler { [weak self] in
      guard !Platform.isAlive(process) else { return }
      self?.end()
    }
    state.withLock { state in
      state.timer?.cancel()
      state.timer = timer
    }
    timer.resume()
  }

  /// Looks no more.
  func stop() {
    state.withLock { state in
      state.timer?.cancel()
      state = State()
    }
  }

  private func end() {
    let action = state.withLock { $0.action }
    stop()
    action?()
  }
}

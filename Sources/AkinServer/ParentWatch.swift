import Platform
import Synchronization

/// Looks now and then whether the client's process is still there.
///
/// A client that dies without closing the pipe, because another process holds its end, would otherwise leave the server
/// running for good.
final class ParentWatch: Sendable {
  private struct State {
    var task: Task<Void, Never>?
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
    let task = Task { [weak self, seconds] in
      repeat {
        // Sleeping fails when the watch is stopped.
        guard (try? await Task.sleep(for: .seconds(seconds))) != nil else { return }
      } while HostProcess.isAlive(process)
      self?.end()
    }
    state.withLock { state in
      state.task?.cancel()
      state.task = task
    }
  }

  /// Looks no more.
  func stop() {
    state.withLock { state in
      state.task?.cancel()
      state = State()
    }
  }

  private func end() {
    let action = state.withLock { state in
      defer { state.action = nil }
      return state.action
    }
    action?()
  }
}

import AkinProtocol
import Synchronization

/// The upkeep that clients are shown, by the token that the server has made for it, so that they can cancel it.
final class UpkeepTasks: Sendable {
  private let tasks = Mutex<[ProgressToken: Task<Void, Never>]>([:])

  /// Keeps a task until it ends.
  func keep(_ task: Task<Void, Never>, under token: ProgressToken) {
    tasks.withLock { $0[token] = task }
    Task {
      await task.value
      tasks.withLock { tasks in
        if tasks[token] == task { tasks[token] = nil }
      }
    }
  }

  /// Cancels the upkeep under a token, where there is any.
  func cancel(_ token: ProgressToken) {
    tasks.withLock { $0[token] }?.cancel()
  }
}

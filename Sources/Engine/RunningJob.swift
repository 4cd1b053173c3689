import Synchronization

/// Joins a job that is about to be queued with a cancellation that may come before, during or after.
final class RunningJob: Sendable {
  private enum State {
    case notStarted
    case started(Job)
    case cancelled
  }

  private let state = Mutex(State.notStarted)
  private let queue: WorkQueue

  init(queue: WorkQueue) {
    self.queue = queue
  }

  /// Queues the job. One whose cancellation came first is settled as cancelled instead.
  func start(_ job: Job) {
    let isCancelled = state.withLock { state in
      if case .cancelled = state { return true }
      state = .started(job)
      return false
    }
    if isCancelled {
      queue.cancel(job)
    } else {
      queue.add(job)
    }
  }

  /// Settles the job as cancelled; one that is not queued yet will not be.
  func cancel() {
    let job: Job? = state.withLock { state in
      defer { state = .cancelled }
      if case .started(let job) = state { return job }
      return nil
    }
    if let job { queue.cancel(job) }
  }
}

import Synchronization

/// Joins a job that is about to be queued with a cancellation that may come before, during or after, and with the task
/// that waits for its results.
final class RunningJob: Sendable {
  typealias Outcome = Result<[SequenceResult], EngineError>

  private enum State {
    case notStarted
    case started(Job)
    case cancelled
    case settled(Outcome)
  }

  private let state = Mutex(State.notStarted)
  private let queue: WorkQueue

  init(queue: WorkQueue) {
    self.queue = queue
  }

  /// Queues the job that `make` makes of the completion it is given, and waits until it has settled.
  func outcome(_ make: (@escaping @Sendable (Outcome) -> Void) -> Job) async -> Outcome {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        start(
          make { outcome in
            // Not handed over by the continuation: that a lock orders this is seen by every tool.
            self.state.withLock { $0 = .settled(outcome) }
            continuation.resume()
          })
      }
    } onCancel: {
      cancel()
    }
    return state.withLock { state in
      if case .settled(let outcome) = state { return outcome }
      return .failure(EngineError(.encoderFailed))
    }
  }

  /// Queues the job. One whose cancellation came first is settled as cancelled instead.
  private func start(_ job: Job) {
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
  private func cancel() {
    let job: Job? = state.withLock { state in
      switch state {
      case .notStarted:
        state = .cancelled
        return nil
      case .started(let job): return job
      case .cancelled, .settled: return nil
      }
    }
    if let job { queue.cancel(job) }
  }
}

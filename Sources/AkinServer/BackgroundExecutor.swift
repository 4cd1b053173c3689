import JSONRPC
import Synchronization

/// Runs tasks that nobody waits for on one thread of low priority: reading, cutting and storing texts by the thousand.
///
/// A query passes through several threads. Where as many of them as there are CPUs are busy with work of the same priority,
/// it waits for the end of a time slice at each step; a thread of low priority gives way at once. And the few threads that
/// run all other tasks stay free.
package final class BackgroundExecutor: TaskExecutor {
  package static let shared = BackgroundExecutor()

  package init() {}

  private struct State {
    var jobs: [UnownedJob] = []
    var hasThread = false
  }

  private let state = Mutex(State())

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let needsThread = state.withLock { state in
      state.jobs.append(job)
      defer { state.hasThread = true }
      return !state.hasThread
    }
    guard needsThread else { return }
    do throws(SystemCall.Failure) {
      try PlatformThread.start {
        Platform.lowerThreadPriority()
        self.run()
      }
    } catch {
      // Out of threads: the work is done here, and the next may find one.
      run()
    }
  }

  /// The thread's body: all that waits, and then its end.
  private func run() {
    while let jobs = take() {
      for job in jobs { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }

  private func take() -> [UnownedJob]? {
    state.withLock { state in
      defer { state.jobs = [] }
      state.hasThread = !state.jobs.isEmpty
      return state.jobs.isEmpty ? nil : state.jobs
    }
  }
}

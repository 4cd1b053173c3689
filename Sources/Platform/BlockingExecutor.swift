import Dispatch
import Synchronization

/// Runs what blocks - SQLite, files, other processes' locks - on threads of its own, so that none of the few threads that
/// run all other tasks ever waits for a disk or for another process.
///
/// Code gets there by ``run(_:)`` alone: a room that blocks offers `async` calls, and no caller has to know.
package final class BlockingExecutor: TaskExecutor {
  /// What waits for the disk alone, and computes meanwhile: no more at once than there are CPUs, but for a few.
  package static let reading = BlockingExecutor(threads: max(HostProcess.processorCount, 4))
  /// What may wait for seconds, such as for another process's lock.
  package static let waiting = BlockingExecutor(threads: 64)
  /// What nobody waits for: reading, cutting and storing texts by the thousand, one at a time and at low priority.
  ///
  /// A query passes through several threads. Where as many of them as there are CPUs are busy with work of the same
  /// priority, it waits for the end of a time slice at each step; a thread of low priority gives way at once.
  package static let background = BlockingExecutor(threads: 1, givesWay: true)

  private struct State {
    var jobs: [UnownedJob] = []
    /// The next of `jobs`.
    var head = 0
    var threads = 0
    /// Threads that sleep and that no one has decided to wake.
    var idle = 0
  }

  private let limit: Int
  private let givesWay: Bool
  private let state = Mutex(State())
  private let wake = DispatchSemaphore(value: 0)
  /// A thread without work stays so long.
  private static let patience = DispatchTimeInterval.seconds(5)

  /// - Parameters:
  ///   - threads: at most; each is started when it is needed, and ends when it was not for a while.
  ///   - givesWay: whether they have a low priority.
  package init(threads: Int, givesWay: Bool = false) {
    limit = threads
    self.givesWay = givesWay
  }

  /// Runs `body` on one of these threads; at once where the calling task is on one already, or on the background's.
  @concurrent
  package func run<Value, Failure>(_ body: () throws(Failure) -> Value) async throws(Failure) -> Value {
    if isCurrent { return try body() }
    return try await withTaskExecutorPreference(self) { () async throws(Failure) -> Value in try body() }
  }

  /// Runs `body`, and all that it calls and that prefers no other threads, on these: several calls of ``run(_:)`` without
  /// coming back between.
  @concurrent
  package func host<Value, Failure>(_ body: () async throws(Failure) -> Value) async throws(Failure) -> Value {
    if isCurrent { return try await body() }
    return try await withTaskExecutorPreference(self) { () async throws(Failure) -> Value in try await body() }
  }

  /// Runs `body` on one of these threads, whatever thread the calling task is on: for what waits so long that no other thread may.
  @concurrent
  package func apart<Value, Failure>(_ body: () throws(Failure) -> Value) async throws(Failure) -> Value {
    try await withTaskExecutorPreference(self) { () async throws(Failure) -> Value in try body() }
  }

  private var isCurrent: Bool {
    withUnsafeCurrentTask { task in
      guard let executor = task?.unownedTaskExecutor else { return false }
      return executor == asUnownedTaskExecutor() || executor == Self.background.asUnownedTaskExecutor()
    }
  }

  // MARK: Threads

  private enum Need {
    case nothing, wake, thread
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let need: Need = state.withLock { state in
      state.jobs.append(job)
      if state.idle > 0 {
        state.idle -= 1
        return .wake
      }
      guard state.threads < limit else { return .nothing }
      state.threads += 1
      return .thread
    }
    switch need {
    case .nothing: break
    case .wake: wake.signal()
    case .thread: startThread()
    }
  }

  private func startThread() {
    do throws(SystemError) {
      try PlatformThread.start { [self] in
        if givesWay { HostProcess.lowerThreadPriority() }
        while let job = next(mayWait: true) { job.runSynchronously(on: asUnownedTaskExecutor()) }
      }
    } catch {
      // Out of threads: those that there are do the work, or where there is none, it is done here.
      let isAlone = state.withLock { state in
        state.threads -= 1
        return state.threads == 0
      }
      while isAlone, let job = next(mayWait: false) { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
  }

  /// The next job; nil where the thread has to end.
  private func next(mayWait: Bool) -> UnownedJob? {
    while true {
      if let job = nextReady(isIdleOtherwise: mayWait) { return job }
      guard mayWait else { return nil }
      guard wake.wait(timeout: .now() + Self.patience) == .timedOut else { continue }
      let isDone = state.withLock { state in
        guard state.idle > 0 else { return false }
        state.idle -= 1
        state.threads -= 1
        return true
      }
      if isDone { return nil }
      // Someone has decided to wake this one just now.
      wake.wait()
    }
  }

  private func nextReady(isIdleOtherwise: Bool) -> UnownedJob? {
    state.withLock { state in
      guard state.head < state.jobs.count else {
        if isIdleOtherwise { state.idle += 1 }
        return nil
      }
      defer {
        state.head += 1
        if state.head == state.jobs.count {
          state.jobs.removeAll(keepingCapacity: state.head < 1024)
          state.head = 0
        } else if state.head > 1024, state.head > state.jobs.count / 2 {
          state.jobs.removeFirst(state.head)
          state.head = 0
        }
      }
      return state.jobs[state.head]
    }
  }
}

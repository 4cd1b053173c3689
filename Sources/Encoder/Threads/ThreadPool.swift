import Platform
import Synchronization

/// A few threads that share the tasks of one job at a time. Between jobs that follow closely they look for the next one
/// for some tens of microseconds; after that they sleep and cost nothing. With one thread, everything runs in the
/// caller's.
final class ThreadPool: Sendable {
  /// Threads that work on a job, the caller's included.
  let threadCount: Int
  private let shared = Shared()
  private let helpers: [HelperThread]

  /// - Parameter threadCount: how many are wanted; there are fewer where the system refuses to start more.
  init(threadCount: Int) {
    precondition(threadCount >= 1)
    let shared = shared
    var helpers: [HelperThread] = []
    for worker in 1..<max(1, threadCount) {
      guard let helper = HelperThread({ shared.help(worker: worker) }) else { break }
      helpers.append(helper)
    }
    self.helpers = helpers
    self.threadCount = helpers.count + 1
  }

  deinit {
    shared.post(nil, helperCount: helpers.count)
    helpers.forEach { $0.join() }
  }

  /// Runs a task on every thread at the same time, and returns when all are done: tasks that wait for each other, by `Barrier`s
  /// of `threadCount` parties.
  /// - Parameters:
  ///   - caller: the caller's, worker 0's.
  ///   - helper: the others', each called once with a worker in 1..<threadCount.
  func runTogether(caller: () -> Void, helper: @escaping @Sendable (_ worker: Int) -> Void) {
    guard threadCount > 1 else { return caller() }
    shared.post(Job(tasks: threadCount - 1) { _, worker in helper(worker) }, helperCount: helpers.count)
    caller()
    shared.waitForHelpers()
  }

  /// Runs tasks 0..<tasks, each once, on the caller's thread and on the helpers, and returns when all are done. Tasks are
  /// begun in order. Calls must not overlap: the encoder holds its lock.
  /// - Parameters:
  ///   - caller: runs a task on the caller's thread.
  ///   - helper: runs a task on another one, a worker in 1..<threadCount that runs one task at a time.
  func run(
    _ tasks: Int, caller: (_ task: Int) -> Void,
    helper: @escaping @Sendable (_ task: Int, _ worker: Int) -> Void
  ) {
    guard threadCount > 1, tasks > 1 else {
      for task in 0..<tasks { caller(task) }
      return
    }
    let job = Job(tasks: tasks, body: helper)
    shared.post(job, helperCount: helpers.count)
    while let task = job.next() { caller(task) }
    shared.waitForHelpers()
  }
}

/// Tasks that threads take one after the other.
private final class Job: Sendable {
  private let count: Int
  private let body: @Sendable (Int, Int) -> Void
  private let begun = Atomic(0)

  init(tasks: Int, body: @escaping @Sendable (Int, Int) -> Void) {
    count = tasks
    self.body = body
  }

  /// A task that none has taken; nil where all are taken.
  func next() -> Int? {
    let task = begun.wrappingAdd(1, ordering: .relaxed).oldValue
    return task < count ? task : nil
  }

  func work(worker: Int) {
    while let task = next() { body(task, worker) }
  }
}

/// What the caller and the helpers see of each other.
private final class Shared: Sendable {
  private let monitor = Monitor()
  /// Written by the caller in `post` before `generation` grows, read by helpers after they have seen it grow.
  private nonisolated(unsafe) var job: Job?
  private let generation = Atomic(0)
  private let busyHelpers = Atomic(0)
  /// Starts a job on all helpers; nil makes them end.
  func post(_ job: Job?, helperCount: Int) {
    monitor.locked {
      self.job = job
      busyHelpers.store(helperCount, ordering: .relaxed)
      _ = generation.wrappingAdd(1, ordering: .releasing)
    }
    monitor.wakeAll()
  }

  /// The life of a helper.
  func help(worker: Int) {
    var seen = 0
    while true {
      let previous = seen
      monitor.waitBriefly { generation.load(ordering: .acquiring) != previous }
      seen = generation.load(ordering: .acquiring)
      guard let job else { return }
      job.work(worker: worker)
      if busyHelpers.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
        monitor.locked {}  // so that a caller between its look and its sleep does not miss the wake-up
        monitor.wakeAll()
      }
    }
  }

  /// Returns when every helper is done with the job, and its writes can be seen.
  func waitForHelpers() {
    monitor.waitBriefly { busyHelpers.load(ordering: .acquiring) == 0 }
  }
}

/// A system thread that runs one function.
private final class HelperThread: @unchecked Sendable {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  // Written once, by init.
  private let thread: pthread_t

  /// nil where the system refuses another thread.
  init?(_ run: @escaping @Sendable () -> Void) {
    let body = Unmanaged.passRetained(Body(run))
    #if canImport(Darwin) || canImport(Musl)
      var created: pthread_t?
      let failure = pthread_create(&created, nil, helperMain, body.toOpaque())
    #else
      var identifier = pthread_t()
      let failure = pthread_create(&identifier, nil, helperMain, body.toOpaque())
      let created: pthread_t? = identifier
    #endif
    guard failure == 0, let created else {
      body.release()
      return nil
    }
    thread = created
  }

  func join() {
    pthread_join(thread, nil)
  }

  fileprivate static func main(_ body: UnsafeMutableRawPointer) {
    Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
  }
}

#if canImport(Darwin)
  private func helperMain(_ body: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    HelperThread.main(body)
    return nil
  }
#else
  private func helperMain(_ body: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let body { HelperThread.main(body) }
    return nil
  }
#endif

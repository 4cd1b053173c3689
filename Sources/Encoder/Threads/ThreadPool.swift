import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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

  /// Calls `body(task, worker)` once for every task from the first of `tasks` on, and returns when all that were begun are
  /// done. Tasks are taken in order; at any time a worker in 0..<threadCount runs one task, and after it takes another one
  /// unless `stop` says not to. Calls must not overlap: the encoder holds its lock.
  /// - Returns: the first task that was not begun; the end of `tasks` where none is left.
  func run(
    _ tasks: Range<Int>, until stop: @escaping @Sendable () -> Bool,
    _ body: @escaping @Sendable (_ task: Int, _ worker: Int) -> Void
  ) -> Int {
    let job = Job(tasks: tasks, stop: stop, body: body)
    guard threadCount > 1, tasks.count > 1 else {
      job.work(worker: 0)
      return job.firstLeft
    }
    shared.post(job, helperCount: helpers.count)
    job.work(worker: 0)
    shared.waitForHelpers()
    return job.firstLeft
  }
}

/// Tasks that threads take one after the other.
private final class Job: Sendable {
  private let end: Int
  private let stop: @Sendable () -> Bool
  private let body: @Sendable (Int, Int) -> Void
  private let next: Atomic<Int>

  init(tasks: Range<Int>, stop: @escaping @Sendable () -> Bool, body: @escaping @Sendable (Int, Int) -> Void) {
    end = tasks.upperBound
    next = Atomic(tasks.lowerBound)
    self.stop = stop
    self.body = body
  }

  /// After all workers are done: the first task that none has taken.
  var firstLeft: Int { min(next.load(ordering: .relaxed), end) }

  func work(worker: Int) {
    repeat {
      let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard task < end else { return }
      body(task, worker)
    } while !stop()
  }
}

/// What the caller and the helpers see of each other.
private final class Shared: Sendable {
  private let monitor = Monitor()
  /// Written by the caller in `post` before `generation` grows, read by helpers after they have seen it grow.
  private nonisolated(unsafe) var job: Job?
  private let generation = Atomic(0)
  private let busyHelpers = Atomic(0)
  /// How often a thread looks, giving up its turn each time, before it sleeps.
  private static let looks = 64

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
      waitBriefly { generation.load(ordering: .acquiring) != previous }
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
    waitBriefly { busyHelpers.load(ordering: .acquiring) == 0 }
  }

  private func waitBriefly(until holds: () -> Bool) {
    for _ in 0..<Self.looks {
      if holds() { return }
      sched_yield()
    }
    monitor.wait(until: holds)
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

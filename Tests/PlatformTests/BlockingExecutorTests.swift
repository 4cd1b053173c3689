import Foundation
import Platform
import Synchronization
import Testing

/// The one thread of work that nobody waits for.
@Suite struct BlockingExecutorTests {
  private final class Running: Sendable {
    let counts = Mutex((now: 0, most: 0))

    func note(_ change: Int) {
      counts.withLock { counts in
        counts.now += change
        counts.most = max(counts.most, counts.now)
      }
    }
  }

  /// Tasks that come from many threads, and come back after each wait, are all done, one at a time.
  @Test func oneAtATimeUntilAllIsDone() async {
    let executor = BlockingExecutor(threads: 1, givesWay: true)
    let running = Running()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask(executorPreference: executor) {
          for _ in 0..<50 {
            running.note(1)
            running.note(-1)
            await Task.yield()
          }
        }
      }
    }
    #expect(running.counts.withLock { $0 } == (0, 1))
  }

  #if os(Linux)
    /// The tasks that others wait for keep their priority.
    @Test func itsThreadGivesWay() async {
      let executor = BlockingExecutor(threads: 1, givesWay: true)
      let before = getpriority(0, 0)
      let inside = await withTaskExecutorPreference(executor) { getpriority(0, 0) }
      #expect(inside == 10)
      #expect(getpriority(0, 0) == before)
    }
  #endif
}

import CKernels
import Platform

/// A mutex and a condition to wait for under it. Sound to share: that is what it is for.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    precondition(pthread_mutex_init(mutex, nil) == 0 && pthread_cond_init(condition, nil) == 0)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` alone.
  func locked<R>(_ body: () -> R) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }

  /// Sleeps until a `wakeAll` after which `condition` holds. The condition is read under the mutex.
  func wait(until holds: () -> Bool) {
    locked {
      while !holds() {
        pthread_cond_wait(condition, mutex)
      }
    }
  }

  /// Wakes all that wait. What they wait for must have been changed within `locked`.
  func wakeAll() {
    pthread_cond_broadcast(condition)
  }

  /// As `wait`, but looks for some tens of microseconds before it sleeps.
  func waitBriefly(until holds: () -> Bool) {
    for _ in 0..<Self.looks {
      if holds() { return }
      akin_spin_pause()
    }
    for _ in 0..<Self.turns {
      if holds() { return }
      sched_yield()
    }
    wait(until: holds)
  }

  /// How often a thread looks before it gives up its turn, and how often it does that before it sleeps.
  private static let looks = 512
  private static let turns = 64
}

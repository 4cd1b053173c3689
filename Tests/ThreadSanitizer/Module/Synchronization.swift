// In place of the toolchain's module of this name where the thread sanitizer looks on (scripts/sanitize-threads.sh). On
// Linux the toolchain's Mutex is made of futexes by code that the sanitizer does not see, so that it takes everything a
// Mutex guards for a race. These are of pthread mutexes, which it sees. They order more than relaxed atomics do.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A pthread mutex of its own.
public final class PlatformLock: @unchecked Sendable {
  private let handle = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(handle, nil)
  }

  deinit {
    pthread_mutex_destroy(handle)
    handle.deallocate()
  }

  func lock() { pthread_mutex_lock(handle) }
  func unlock() { pthread_mutex_unlock(handle) }
}

/// As `Synchronization.Mutex`.
public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
  private let lock = PlatformLock()
  private let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  /// A value that is guarded from now on.
  public init(_ initial: consuming sending Value) {
    value.initialize(to: initial)
  }

  deinit {
    value.deinitialize(count: 1).deallocate()
  }

  /// Calls `body` while no other call runs.
  public borrowing func withLock<Result: ~Copyable, E: Error>(
    _ body: (inout sending Value) throws(E) -> sending Result
  ) throws(E) -> sending Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value.pointee)
  }
}

/// The orders of memory that the rooms ask for; all are the strongest here.
public enum AtomicOrdering {
  /// The names of `Synchronization`.
  case relaxed, acquiring, releasing, acquiringAndReleasing
}

/// As `Synchronization.Atomic` of an integer.
public struct Atomic<Value: FixedWidthInteger & Sendable>: ~Copyable, @unchecked Sendable {
  private let cell: UnsafeMutablePointer<Value>
  private let lock = PlatformLock()

  /// A number that all threads may change.
  public init(_ initial: Value) {
    cell = UnsafeMutablePointer<Value>.allocate(capacity: 1)
    cell.initialize(to: initial)
  }

  deinit {
    cell.deallocate()
  }

  private borrowing func change<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&cell.pointee)
  }

  /// The number.
  public borrowing func load(ordering: AtomicOrdering) -> Value { change { $0 } }

  /// Replaces the number.
  public borrowing func store(_ value: Value, ordering: AtomicOrdering) { change { $0 = value } }

  /// Adds to the number.
  public borrowing func wrappingAdd(_ value: Value, ordering: AtomicOrdering) -> (oldValue: Value, newValue: Value) {
    change { number in
      let old = number
      number &+= value
      return (old, number)
    }
  }

  /// Subtracts from the number.
  public borrowing func wrappingSubtract(
    _ value: Value, ordering: AtomicOrdering
  ) -> (oldValue: Value, newValue: Value) {
    wrappingAdd(0 &- value, ordering: ordering)
  }
}

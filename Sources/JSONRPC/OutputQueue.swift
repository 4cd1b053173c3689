import Dispatch
import Platform
import Synchronization

/// The messages that wait to be written, and the one thread that writes them.
///
/// Whoever has an answer leaves it here and goes on: nobody waits for the client to read, so that a client which sends
/// first and reads later cannot lock both sides. What waits is counted instead, and the connection acts on the count.
final class OutputQueue: Sendable {
  private struct Waiting {
    var messages: [[UInt8]] = []
    /// Bytes of `messages` and of what the thread has taken and not yet written.
    var bytes = 0
    /// Bytes written so far, by which a slow client is told from one that has stopped reading.
    var written = 0
    /// Nothing more will come.
    var isClosed = false
    /// When `close` stops waiting.
    var deadline = DispatchTime.distantFuture
    /// `close` has returned without it: the thread must not touch the descriptor again, which may be closed by now.
    var isGivenUp = false
    var failure: Int32?
    /// Callers of ``drained(to:)``, by number.
    var waiters: [Int: Waiter] = [:]
    var nextWaiter = 0

    /// Takes out those that need wait no longer.
    mutating func released() -> [Waiter] {
      guard !waiters.isEmpty else { return [] }
      let isOver = isClosed || isGivenUp || failure != nil
      let released = waiters.filter { isOver || bytes <= $0.value.bytes }
      for key in released.keys { waiters[key] = nil }
      return Array(released.values)
    }
  }

  /// A task that waits until at most so many bytes wait to be written.
  private struct Waiter {
    let bytes: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  /// Small messages are written together up to this many bytes, to save system calls.
  private static let joinedBytes = 64 << 10

  /// How often `close` looks whether the client still reads.
  private static let checkSeconds = 0.1

  private let descriptor: Int32
  private let calls: StreamCalls
  /// Called once from the thread when writing fails, with the error number.
  private let failed: @Sendable (Int32) -> Void
  private let waiting = Mutex(Waiting())
  /// Signalled for each message and when the queue is closed.
  private let wake = DispatchSemaphore(value: 0)
  /// Signalled when the thread has ended.
  private let ended = DispatchSemaphore(value: 0)

  init(descriptor: Int32, calls: StreamCalls, failed: @escaping @Sendable (Int32) -> Void) {
    self.descriptor = descriptor
    self.calls = calls
    self.failed = failed
  }

  /// Starts the thread.
  func start() throws(SystemCall.Failure) {
    try PlatformThread.start { self.run() }
  }

  /// Bytes that wait to be read by the client.
  var backlogBytes: Int {
    waiting.withLock { $0.bytes }
  }

  /// Adds one whole message: its parts are written one after the other, with nothing between.
  /// - Returns: the bytes that wait now. After a failure or `close` the message is dropped.
  @discardableResult
  func enqueue(_ parts: [[UInt8]]) -> Int {
    let bytes = waiting.withLock { waiting in
      guard !waiting.isClosed, waiting.failure == nil else { return waiting.bytes }
      waiting.messages += parts
      for part in parts { waiting.bytes += part.count }
      return waiting.bytes
    }
    wake.signal()
    return bytes
  }

  /// Waits until at most `bytes` bytes wait to be read by the client, nothing more is written, or the task is cancelled.
  func drained(to bytes: Int) async {
    let number = waiting.withLock { waiting in
      waiting.nextWaiter += 1
      return waiting.nextWaiter
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // A cancellation that comes later than this look finds the waiter.
        let isOver = waiting.withLock { waiting in
          let isOver = Task.isCancelled || waiting.isClosed || waiting.isGivenUp || waiting.failure != nil
          guard !isOver, waiting.bytes > bytes else { return true }
          waiting.waiters[number] = Waiter(bytes: bytes, continuation: continuation)
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      waiting.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
    }
  }

  /// Takes no more messages and waits until all are written, as long as the client goes on reading.
  ///
  /// A client that is given up leaves the thread in its system call, where it ends with the process. On a socket the call
  /// is made to fail, so that the thread has gone when this returns.
  /// - Parameter patience: seconds without a byte read after which the client is given up.
  /// - Returns: whether all was written.
  func close(patience: Double) -> Bool {
    change { $0.isClosed = true }
    wake.signal()
    var written = waiting.withLock { $0.written }
    var giveUp = DispatchTime.now() + patience
    while ended.wait(timeout: .now() + Self.checkSeconds) == .timedOut {
      let (now, deadline) = waiting.withLock { ($0.written, $0.deadline) }
      if now != written {
        written = now
        giveUp = .now() + patience
      }
      if DispatchTime.now() >= min(giveUp, deadline) {
        change { $0.isGivenUp = true }
        if SystemCall.endSocket(descriptor) { ended.wait() }
        return false
      }
    }
    return waiting.withLock { $0.failure == nil }
  }

  /// Lets `close` wait `seconds` from now at most, whatever its patience.
  func hurry(seconds: Double) {
    waiting.withLock { $0.deadline = .now() + seconds }
  }

  /// Whether nobody can read any more what is written.
  var isBroken: Bool { SystemCall.isBroken(descriptor) }

  /// Drops all messages but those that are being written.
  func dropWaiting() {
    change { waiting in
      waiting.bytes -= waiting.messages.reduce(0) { $0 + $1.count }
      waiting.messages = []
    }
  }

  /// Changes what waits, and lets go on who has waited for that.
  private func change(_ body: (inout sending Waiting) -> Void) {
    let released = waiting.withLock { waiting in
      body(&waiting)
      return waiting.released()
    }
    for waiter in released { waiter.continuation.resume() }
  }

  /// The thread's body.
  private func run() {
    defer { ended.signal() }
    while let messages = next() {
      do {
        try write(messages)
      } catch {
        change { $0.failure = error.number }
        return failed(error.number)
      }
    }
  }

  /// The next messages, waiting for some; nil when there will be none.
  private func next() -> [UInt8]? {
    while true {
      let (chunk, isClosed) = waiting.withLock { waiting -> ([UInt8]?, Bool) in
        guard !waiting.isGivenUp, let first = waiting.messages.first else { return (nil, waiting.isClosed) }
        var chunk = first
        var count = 1
        while count < waiting.messages.count, chunk.count + waiting.messages[count].count <= Self.joinedBytes {
          chunk.append(contentsOf: waiting.messages[count])
          count += 1
        }
        waiting.messages.removeFirst(count)
        return (chunk, false)
      }
      if let chunk { return chunk }
      if isClosed { return nil }
      wake.wait()
    }
  }

  private func write(_ bytes: [UInt8]) throws(SystemCall.Failure) {
    var position = 0
    while position < bytes.count, !waiting.withLock({ $0.isGivenUp }) {
      let count = try SystemCall.write(descriptor, bytes, from: position, by: calls)
      position += count
      change { waiting in
        waiting.bytes -= count
        waiting.written += count
      }
    }
  }
}

import Dispatch
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
  }

  /// Small messages are written together up to this many bytes, to save system calls.
  private static let joinedBytes = 64 << 10

  /// How often `close` looks whether the client still reads.
  private static let checkSeconds = 0.1

  private let descriptor: Int32
  /// Called once from the thread when writing fails, with the error number.
  private let failed: @Sendable (Int32) -> Void
  private let waiting = Mutex(Waiting())
  /// Signalled for each message and when the queue is closed.
  private let wake = DispatchSemaphore(value: 0)
  /// Signalled when the thread has ended.
  private let ended = DispatchSemaphore(value: 0)

  init(descriptor: Int32, failed: @escaping @Sendable (Int32) -> Void) {
    self.descriptor = descriptor
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

  /// Adds one whole message with its framing.
  /// - Returns: the bytes that wait now. After a failure or `close` the message is dropped.
  @discardableResult
  func enqueue(_ message: [UInt8]) -> Int {
    let bytes = waiting.withLock { waiting in
      guard !waiting.isClosed, waiting.failure == nil else { return waiting.bytes }
      waiting.messages.append(message)
      waiting.bytes += message.count
      return waiting.bytes
    }
    wake.signal()
    return bytes
  }

  /// Takes no more messages and waits until all are written, as long as the client goes on reading.
  ///
  /// A client that is given up leaves the thread in its system call, where it ends with the process. On a socket the call
  /// is made to fail, so that the thread has gone when this returns.
  /// - Parameter patience: seconds without a byte read after which the client is given up.
  /// - Returns: whether all was written.
  func close(patience: Double) -> Bool {
    waiting.withLock { $0.isClosed = true }
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
        waiting.withLock { $0.isGivenUp = true }
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
    waiting.withLock { waiting in
      waiting.bytes -= waiting.messages.reduce(0) { $0 + $1.count }
      waiting.messages = []
    }
  }

  /// The thread's body.
  private func run() {
    defer { ended.signal() }
    while let messages = next() {
      do {
        try write(messages)
      } catch {
        waiting.withLock { $0.failure = error.errno }
        return failed(error.errno)
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
      let count = try SystemCall.write(descriptor, bytes, from: position)
      position += count
      waiting.withLock { waiting in
        waiting.bytes -= count
        waiting.written += count
      }
    }
  }
}

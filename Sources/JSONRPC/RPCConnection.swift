import Dispatch
import JSON
import Platform
import Synchronization

/// A JSON-RPC 2.0 server's end of two byte streams: an ``RPCSession`` whose messages come and go in frames.
///
/// Three kinds of threads meet here. The *reader*, a thread of its own, cuts the input into messages, admits them one by
/// one and never waits for anything but input. *Tasks* handle admitted requests concurrently and leave their answers in
/// a queue. The *writer*, a thread of its own, empties that queue. No one waits for the one after it, so a client that
/// does not read cannot stop the reader; what waits is limited by number and refused beyond it.
public final class RPCConnection: Sendable {
  private let input: Int32
  private let calls: StreamCalls
  private let session: RPCSession
  private let options: RPCOptions
  private let outlet: FramedOutlet
  private let output: OutputQueue
  private let signal: EndSignal

  /// - Parameters:
  ///   - input: a descriptor to read from; it stays the caller's and is not closed.
  ///   - output: a descriptor to write to, likewise. The caller ignores SIGPIPE.
  ///   - handler: what answers the requests.
  ///   - options: limits.
  public convenience init(input: Int32, output: Int32, handler: any RPCHandler, options: RPCOptions) {
    self.init(input: input, output: output, handler: handler, options: options, calls: .system)
  }

  /// As the other, with calls in place of `read` and `write`.
  package init(input: Int32, output: Int32, handler: any RPCHandler, options: RPCOptions, calls: StreamCalls) {
    self.input = input
    self.calls = calls
    self.options = options
    signal = EndSignal()
    outlet = FramedOutlet(descriptor: output, calls: calls, signal: signal)
    self.output = outlet.queue
    session = RPCSession(handler: handler, options: options, outlet: outlet)
  }

  /// Serves until the connection ends, and returns when the last answer has been written or given up. Call it once.
  public func run() async -> RPCEnd {
    await withCheckedContinuation { continuation in
      start { continuation.resume(returning: $0) }
    }
  }

  /// As `run`, without waiting: the threads have been started when it returns, and `ended` is called from one of them.
  func start(_ ended: @escaping @Sendable (RPCEnd) -> Void) {
    do throws(SystemCall.Failure) {
      try output.start()
      try PlatformThread.start { ended(self.serve()) }
    } catch {
      ended(.inputFailed(errno: error.number))
    }
  }

  /// Sends a notification, from any thread. Before the first message has arrived nothing is sent, since the framing the
  /// client understands is not known.
  public func notify(_ method: String, _ params: JSONValue) {
    session.notify(method, params)
  }

  /// Ends the connection from any thread, as on SIGTERM: nothing more is read, what is not finished in time is cancelled
  /// and answered so, and `run` returns within `RPCOptions.stopSeconds`. The stream ends with a whole message if the client
  /// reads at all.
  /// - Parameter finishes: whether accepted work has `RPCOptions.finishSeconds` to be finished; else it is cancelled at once.
  public func stop(finishes: Bool = false) {
    signal.raise(.stopped)
    output.hurry(seconds: options.stopSeconds)
    guard finishes else { return session.cancelAll() }
    DispatchQueue.global().asyncAfter(deadline: .now() + options.finishSeconds) { self.session.cancelAll() }
  }

  /// The counters at this moment.
  public func status() -> RPCStatus {
    session.status()
  }

  /// What does not hold although it always must; nil where all does. For tests.
  package func checkInvariants() -> String? { session.checkInvariants() }
}

// MARK: - The reader's thread

extension RPCConnection {
  private static let readBytes = 64 << 10
  private static let checkSeconds = 0.1

  private func serve() -> RPCEnd {
    finish(readAll())
  }

  private func readAll() -> RPCEnd {
    var framing = MessageFraming(limit: options.message.bytes)
    var reader = MessageReader(limits: options.message, batchCount: options.batchCount)
    var buffer = [UInt8](repeating: 0, count: Self.readBytes)
    while true {
      do throws(SystemCall.Failure) {
        if try SystemCall.waitToRead(input, orWokenBy: signal.descriptor), let end = signal.raised { return end }
        guard let count = try SystemCall.read(input, into: &buffer, by: calls) else { continue }
        let events = count == 0 ? framing.finish() : framing.feed(buffer[..<count])
        outlet.follow(framing.style)
        for event in events {
          if let end = handle(event, &reader, framing.style) { return end }
        }
        if count == 0 { return .endOfInput }
      } catch {
        return .inputFailed(errno: error.number)
      }
    }
  }

  /// - Returns: a reason to end.
  private func handle(
    _ event: MessageFraming.Event, _ reader: inout MessageReader, _ style: MessageFraming.Style?
  ) -> RPCEnd? {
    switch event {
    case .fatal(let reason):
      return .brokenInput(reason)
    case .refused(let error):
      session.send(OutgoingMessage.answer(.null, .failure(error)))
      return nil
    case .message(let text):
      switch reader.read(text, style: style) {
      case .refused(let error):
        session.send(OutgoingMessage.answer(.null, .failure(error)))
        return nil
      case .single(let call):
        return session.dispatch(call, from: .stream, bytes: text.count)
      case .batch(let calls):
        let batch = BatchAnswer()
        let end = calls.lazy.compactMap {
          self.session.dispatch($0, from: .batch(batch), bytes: text.count / calls.count)
        }.first
        if let whole = batch.seal() { session.send(whole) }
        return end
      }
    }
  }

  /// Finishes accepted work and flushes, both within bounds.
  private func finish(_ end: RPCEnd) -> RPCEnd {
    session.questions.end()
    if !isWorkFinished(end) { options.log?("work given up") }
    session.cancelAll()
    let isFlushed = output.close(patience: patience(for: end))
    if !isFlushed { output.dropWaiting() }
    // What was raised meanwhile, such as a client that went away, is the better reason.
    return signal.raised ?? (isFlushed ? end : .outputStalled)
  }

  /// Waits for accepted work, as long as it goes on and someone may read its results.
  private func isWorkFinished(_ end: RPCEnd) -> Bool {
    var seen = session.activity
    var deadline = DispatchTime.now() + patience(for: end)
    while session.inFlight.wait(timeout: min(deadline, .now() + Self.checkSeconds)) == .timedOut {
      // A client that was killed closes both sides: nobody waits for the work.
      if output.isBroken { signal.raise(.outputFailed(errno: SystemCall.brokenPipe)) }
      guard DispatchTime.now() < deadline, !output.isBroken else { return false }
      let now = session.activity
      if now != seen { deadline = .now() + patience(for: end) }
      seen = now
    }
    return true
  }

  /// Seconds that work and the client are waited for since they last showed a sign of life.
  private func patience(for end: RPCEnd) -> Double {
    switch signal.raised ?? end {
    case .endOfInput, .exitRequested, .brokenInput, .inputFailed: options.drainSeconds
    case .stopped: options.stopSeconds
    case .outputFailed, .outputStalled, .backlogExceeded: 0
    }
  }
}

/// A session's messages in frames on a descriptor.
private final class FramedOutlet: MessageOutlet {
  let queue: OutputQueue
  private let signal: EndSignal
  /// The framing of the input, which the output follows; nil before the first message.
  private let style = Mutex<MessageFraming.Style?>(nil)

  init(descriptor: Int32, calls: StreamCalls, signal: EndSignal) {
    self.signal = signal
    queue = OutputQueue(descriptor: descriptor, calls: calls) { signal.raise(.outputFailed(errno: $0)) }
  }

  /// Frames messages as the input's are from now on.
  func follow(_ style: MessageFraming.Style?) {
    self.style.withLock { $0 = style }
  }

  func send(_ message: [UInt8]) -> Int {
    guard let style = style.withLock({ $0 }) else { return 0 }
    return queue.enqueue(MessageFraming.parts(message, style))
  }

  var backlogBytes: Int { queue.backlogBytes }

  func drained(to bytes: Int) async {
    await queue.drained(to: bytes)
  }

  func giveUp(waiting bytes: Int) -> Bool {
    signal.raise(.backlogExceeded(bytes: bytes))
  }
}

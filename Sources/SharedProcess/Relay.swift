import AkinProtocol
import JSON
import JSONRPC
import Platform

/// Passes whole messages between a client's two streams and a session of the shared process.
///
/// One thread and one `poll`: nothing here waits for one side while the other has something to say. Messages pass whole,
/// so that a process that ends in the middle of one leaves no half frame with the client. What waits for either side is
/// bounded by not reading from the other.
///
/// When the process ends, each request that waits is answered with an error, and the next message starts another one,
/// which is first told what the session had agreed on.
public final class Relay {
  private static let readBytes = 64 << 10
  /// What may wait for one side before no more is read from the process, or of the client for the process.
  private static let waitingBytes = 1 << 20
  /// Refusals that may wait for a client that sends nothing but rubbish and reads nothing, before it is read no more.
  private static let refusedBytes = 64 << 20
  /// A pipe that `poll` calls writable takes this much without blocking: PIPE_BUF.
  private static let writeBytes = 4096
  private static let watchSeconds = 3.0
  /// From `stop` to the refusal of what is not finished.
  private static let finishSeconds = 0.5
  /// From `stop` to the last byte.
  private static let stopSeconds = 0.9
  /// At the end: seconds without a byte after which process or client are given up. The process's own patience is shorter.
  private static let endSeconds = 60.0

  /// A session of the shared process.
  private struct Link {
    let descriptor: Int32
    var framing = MessageFraming(limit: .max)
    var outgoing = ByteQueue()
    /// Answers still to come to what was replayed, which the client has had before.
    var replayed = 0
    /// The process knows that no more comes.
    var isClosed = false
  }

  private let input: Int32
  private let output: Int32
  private let options: RelayOptions
  private let connect: () throws(SharedProcessError) -> Int32
  private let stopping: WakePipe

  private var framing: MessageFraming
  private var session: RelayedSession
  private var link: Link?
  private var toClient = ByteQueue()
  private var isInputOpen = true
  /// The client's stream is broken, or it no longer reads: the exit code is 1.
  private var hasFailed = false
  /// When `stop` was called.
  private var stopped: ContinuousClock.Instant?
  private var reportsLeft = 100
  private var buffer = [UInt8](repeating: 0, count: readBytes)
  private var lastByte = ContinuousClock.now
  private var lastWatch = ContinuousClock.now

  /// - Parameters:
  ///   - input: where the client's messages come from; it stays the caller's.
  ///   - output: where answers go, likewise. The caller ignores SIGPIPE.
  ///   - stopping: ends the session when it is woken, as on SIGTERM: what is not finished within half a second is answered
  ///     as cancelled.
  ///   - connect: begins a session on a socket, which the relay closes.
  public init(
    input: Int32, output: Int32, options: RelayOptions, stopping: WakePipe,
    connect: @escaping () throws(SharedProcessError) -> Int32
  ) {
    self.input = input
    self.output = output
    self.options = options
    self.stopping = stopping
    self.connect = connect
    framing = MessageFraming(limit: options.limits[.maxMessageBytes])
    session = RelayedSession(limits: options.limits.message, batchCount: options.limits[.maxBatch])
  }

  /// Passes messages until the client is done. Blocks; call it once.
  /// - Returns: the process's exit code, as that of `akin serve`.
  /// - Throws: where no process can be reached at the start. Later that is an answer to the client.
  public func run() throws(SharedProcessError) -> Int32 {
    try openLink(after: session)
    while isInputOpen || link != nil || !toClient.isEmpty {
      turn()
      endWhereDue()
    }
    return hasFailed ? 1 : session.exitCode
  }

  /// Waits for something to do, and does it.
  private func turn() {
    closeLinkForWriting()
    let isClientSlow = toClient.count >= Self.waitingBytes
    // A client that asks on and on and reads nothing is the process's to refuse: it goes on reading, and so does the relay.
    let isRefused = toClient.count >= Self.refusedBytes
    let isProcessSlow = link.map { $0.outgoing.count >= Self.waitingBytes } ?? false
    var waits = [
      pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: output, events: toClient.isEmpty ? 0 : Int16(POLLOUT), revents: 0),
      pollfd(fd: isInputOpen && !isProcessSlow && !isRefused ? input : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: link?.descriptor ?? -1, events: isClientSlow ? 0 : Int16(POLLIN), revents: 0),
    ]
    if let link, !link.outgoing.isEmpty { waits[3].events |= Int16(POLLOUT) }
    guard poll(&waits, nfds_t(waits.count), patience) > 0 else { return }
    if waits[0].revents != 0 { return stop() }
    if waits[1].revents != 0 { writeToClient(waits[1].revents) }
    if waits[3].revents & Int16(POLLOUT) != 0 { writeToProcess() }
    if waits[3].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { readFromProcess() }
    if waits[2].revents != 0 { readFromClient() }
  }
}

// MARK: - The client's side

extension Relay {
  private func readFromClient() {
    let count: Int
    do throws(SystemCall.Failure) {
      guard let read = try SystemCall.read(input, into: &buffer) else { return }
      count = read
    } catch {
      return failInput("reading failed: \(error)")
    }
    lastByte = .now
    let events = count == 0 ? framing.finish() : framing.feed(buffer[..<count])
    if count == 0 { isInputOpen = false }
    for event in events where !session.hasExited {
      switch event {
      case .message(let text): pass(text)
      case .refused(let error): answer(OutgoingMessage.answer(.null, .failure(error)))
      case .fatal(let reason): failInput("broken input: \(reason)")
      }
    }
    if session.hasExited { isInputOpen = false }
  }

  /// Reports, but not for ever: a client may give the process a pipe for these lines and never read it.
  private func report(_ line: String) {
    guard reportsLeft > 0 else { return }
    reportsLeft -= 1
    options.report(line)
  }

  private func failInput(_ reason: String) {
    report(reason)
    (isInputOpen, hasFailed) = (false, true)
  }

  /// Passes a message on, to a new process where the last one has ended.
  private func pass(_ text: [UInt8]) {
    let past = link == nil ? session : nil
    session.note(fromClient: text)
    do throws(SharedProcessError) {
      if let past {
        // A session that is over needs no process to be told so.
        guard !session.hasExited else { return refuseAll("the model process has ended before") }
        try openLink(after: past)
      }
      link?.outgoing.append(MessageFraming.frame(text, framing.style ?? .lines))
    } catch {
      report(error.description)
      refuseAll("the model process cannot be started: \(error)")
    }
  }

  private func answer(_ message: [UInt8]) {
    toClient.append(MessageFraming.frame(message, framing.style ?? .lines))
  }

  private func writeToClient(_ events: Int16) {
    guard events & Int16(POLLOUT) != 0 else { return loseClient() }
    let count = toClient.drain(Self.writeBytes) { write(output, $0.baseAddress, $0.count) }
    if count > 0 { lastByte = .now }
    if count < 0, errno != EAGAIN, errno != EINTR { loseClient() }
  }

  /// Nobody reads any more: the process hears of it by the end of the link, and drops the work.
  private func loseClient() {
    hasFailed = true
    isInputOpen = false
    closeLink()
    toClient = ByteQueue()
  }
}

// MARK: - The process's side

extension Relay {
  /// Begins a session, and brings it to where the last one was.
  private func openLink(after past: RelayedSession) throws(SharedProcessError) {
    let descriptor = try connect()
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var link = Link(descriptor: descriptor)
    for text in past.replay { link.outgoing.append(MessageFraming.frame(text, framing.style ?? .lines)) }
    link.replayed = past.replayedRequests
    self.link = link
  }

  private func writeToProcess() {
    guard let descriptor = link?.descriptor else { return }
    let count = link?.outgoing.drain(Self.readBytes) { write(descriptor, $0.baseAddress, $0.count) } ?? 0
    // What went wrong is seen by reading, after what the process still had to say.
    if count > 0 { lastByte = .now }
  }

  private func readFromProcess() {
    guard let descriptor = link?.descriptor else { return }
    let count: Int
    do throws(SystemCall.Failure) {
      guard let read = try SystemCall.read(descriptor, into: &buffer) else { return }
      count = read
    } catch {
      count = 0
    }
    guard count > 0 else { return loseProcess() }
    lastByte = .now
    for event in link?.framing.feed(buffer[..<count]) ?? [] {
      // The process writes nothing but messages.
      guard case .message(let text) = event else { return loseProcess() }
      deliver(text)
    }
  }

  private func deliver(_ text: [UInt8]) {
    if let envelope = MessageEnvelope(text, limits: .none) {
      if envelope.isAnswer, let replayed = link?.replayed, replayed > 0 {
        link?.replayed = replayed - 1
        return
      }
      session.note(fromProcess: envelope, text)
    }
    answer(text)
  }

  private func loseProcess() {
    closeLink()
    if session.isWaiting { report("the model process ended while it worked") }
    refuseAll("the model process ended before it answered; ask again")
    if isInputOpen, session.hasLostDocuments {
      failInput("the model process ended, and what was told of open documents was too much to be told again")
    }
  }

  private func refuseAll(_ reason: String) {
    let code = AkinErrorCode.modelProcessEnded
    let error = ResponseError(ErrorCode(rawValue: code.rawValue), reason, data: ErrorData(code).json)
    for message in session.refuseAll(with: error) { answer(message) }
  }

  private func closeLink() {
    if let link { _ = close(link.descriptor) }
    link = nil
  }
}

// MARK: - Ends

extension Relay {
  /// Milliseconds until `endWhereDue` may have something to do; -1 for never.
  private var patience: Int32 {
    if !isInputOpen { return 100 }
    return session.watchedProcess == nil ? -1 : Int32(Self.watchSeconds * 1000)
  }

  /// After the client's last message has been passed on: tells the process, which then finishes and ends the session.
  private func closeLinkForWriting() {
    guard !isInputOpen, let link, link.outgoing.isEmpty, !link.isClosed else { return }
    _ = shutdown(link.descriptor, Int32(SHUT_WR))
    self.link?.isClosed = true
  }

  private func endWhereDue() {
    if let stopped {
      if ContinuousClock.now - stopped >= .seconds(Self.finishSeconds) { cancelAll() }
      if ContinuousClock.now - stopped >= .seconds(Self.stopSeconds) { toClient = ByteQueue() }
    }
    if !isInputOpen, ContinuousClock.now - lastByte > .seconds(Self.endSeconds) { giveUp() }
    if let process = session.watchedProcess, ContinuousClock.now - lastWatch >= .seconds(Self.watchSeconds) {
      lastWatch = .now
      if kill(process, 0) != 0, errno == ESRCH { stop() }
    }
  }

  /// Reads no more; what waits has a moment to be finished.
  private func stop() {
    stopping.drain()
    isInputOpen = false
    stopped = stopped ?? .now
  }

  private func cancelAll() {
    closeLink()
    for message in session.refuseAll(with: .serverEnds) { answer(message) }
  }

  private func giveUp() {
    hasFailed = true
    guard link == nil else { return loseProcess() }
    toClient = ByteQueue()
  }
}

import JSON
import Platform
import Synchronization

/// A client and a connection joined by two pipes in one process, for tests of handlers and for trying them out.
package final class LoopbackClient: Sendable {
  /// The server's end.
  package let connection: RPCConnection
  private let style: MessageFraming.Style
  private let requests: (read: Int32, write: Int32)
  private let answers: (read: Int32, write: Int32)
  private let received = Mailbox<[UInt8]>()
  private let ending = Mailbox<RPCEnd>()
  /// Which of the client's ends are open, and whether its reader runs.
  private let open = Mutex((input: true, output: true, isReading: false))

  /// - Parameters:
  ///   - handler: what answers the requests.
  ///   - options: limits of the connection.
  ///   - style: the framing the client speaks.
  ///   - calls: how the server reads and writes.
  package init(
    handler: any RPCHandler, options: RPCOptions, style: MessageFraming.Style = .lines,
    calls: StreamCalls = .system
  ) throws {
    self.style = style
    requests = try SystemCall.pipe()
    answers = try SystemCall.pipe()
    let connection = RPCConnection(
      input: requests.read, output: answers.write, handler: handler, options: options, calls: calls)
    self.connection = connection
    // Started at once and not by a task: a caller that fills the pipe before it waits must find a reader.
    connection.start { [ending, requests, answers] end in
      SystemCall.close(requests.read)
      SystemCall.close(answers.write)
      ending.put(end)
    }
  }

  deinit {
    closeInput()
    // The reader's thread holds the descriptor until the server closes its end.
    if open.withLock({ !$0.isReading }) { closeOutput() }
  }

  /// Sends messages, each in a frame of its own.
  package func send(_ messages: JSONValue...) {
    send(raw: messages.flatMap { MessageFraming.frame($0.serialized(), style) })
  }

  /// Sends bytes as they are. What the server no longer reads is lost, as with a real one.
  package func send(raw bytes: [UInt8]) {
    var position = 0
    while position < bytes.count, let count = try? SystemCall.write(requests.write, bytes, from: position) {
      position += count
    }
  }

  /// What does not hold on the server's side although it always must; nil where all does.
  package func checkInvariants() -> String? { connection.checkInvariants() }

  /// Ends the server's input.
  package func closeInput() {
    let wasOpen = open.withLock { open in
      defer { open.input = false }
      return open.input
    }
    if wasOpen { SystemCall.close(requests.write) }
  }

  /// Goes away as a reader, before anything was received: the server's next write fails with EPIPE.
  package func closeOutput() {
    let wasOpen = open.withLock { open in
      defer { open.output = false }
      return open.output && !open.isReading
    }
    if wasOpen { SystemCall.close(answers.read) }
  }

  /// The next message of the server; nil after its last. Nothing is read from the pipe before the first call. One task at
  /// a time may wait here.
  package func receive() async throws -> JSONValue? {
    guard let text = try await receiveText() else { return nil }
    return try JSONValue.parse(text)
  }

  /// All messages up to the server's last.
  package func receiveAll() async throws -> [JSONValue] {
    var all: [JSONValue] = []
    while let message = try await receive() {
      all.append(message)
    }
    return all
  }

  /// As `receive`, the message's bytes as they came.
  package func receiveText() async throws -> [UInt8]? {
    try startReading()
    return await received.next()
  }

  /// Why the connection ended, once it has. To be asked once, by one task.
  package func end() async -> RPCEnd? {
    await ending.next()
  }

  private func startReading() throws {
    let isFirst = open.withLock { open in
      defer { open.isReading = true }
      return !open.isReading
    }
    guard isFirst else { return }
    let (descriptor, received) = (answers.read, received)
    try PlatformThread.start {
      var framing = MessageFraming(limit: .max)
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while let count = try? SystemCall.read(descriptor, into: &buffer), count > 0 {
        for case .message(let message) in framing.feed(buffer[..<count]) { received.put(message) }
      }
      for case .message(let message) in framing.finish() { received.put(message) }
      received.close()
      SystemCall.close(descriptor)
    }
  }
}

/// Values on their way from threads to a task, in order.
private final class Mailbox<Value: Sendable>: Sendable {
  private struct State {
    var values: [Value] = []
    var isClosed = false
    var reader: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func put(_ value: Value) {
    change { $0.values.append(value) }
  }

  func close() {
    change { $0.isClosed = true }
  }

  private func change(_ body: (inout sending State) -> Void) {
    let reader = state.withLock { state in
      body(&state)
      defer { state.reader = nil }
      return state.reader
    }
    reader?.resume()
  }

  /// The next value, waiting for one; nil after the last.
  func next() async -> Value? {
    await withCheckedContinuation { continuation in
      let isReady = state.withLock { state in
        guard state.values.isEmpty, !state.isClosed else { return true }
        state.reader = continuation
        return false
      }
      if isReady { continuation.resume() }
    }
    return state.withLock { $0.values.isEmpty ? nil : $0.values.removeFirst() }
  }
}

import JSON
import Synchronization

/// A client and a connection joined by two pipes in one process, for tests of handlers and for trying them out.
package final class LoopbackClient: Sendable {
  /// The server's end.
  package let connection: RPCConnection
  private let style: MessageFraming.Style
  private let requests: (read: Int32, write: Int32)
  private let answers: (read: Int32, write: Int32)
  private let messages: AsyncStream<[UInt8]>
  private let received: AsyncStream<[UInt8]>.Continuation
  private let running: Task<RPCEnd, Never>
  /// Which of the client's ends are open, and whether its reader runs.
  private let open = Mutex((input: true, output: true, isReading: false))

  /// - Parameters:
  ///   - handler: what answers the requests.
  ///   - options: limits of the connection.
  ///   - style: the framing the client speaks.
  package init(
    handler: any RPCHandler, options: RPCOptions = RPCOptions(), style: MessageFraming.Style = .lines
  ) throws {
    self.style = style
    requests = try SystemCall.pipe()
    answers = try SystemCall.pipe()
    (messages, received) = AsyncStream.makeStream()
    let connection = RPCConnection(
      input: requests.read, output: answers.write, handler: handler, options: options)
    self.connection = connection
    let serverEnds = (requests.read, answers.write)
    running = Task {
      let end = await connection.run()
      SystemCall.close(serverEnds.0)
      SystemCall.close(serverEnds.1)
      return end
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
    try startReading()
    for await message in messages {
      return try JSONValue.parse(message)
    }
    return nil
  }

  /// All messages up to the server's last.
  package func receiveAll() async throws -> [JSONValue] {
    var all: [JSONValue] = []
    while let message = try await receive() {
      all.append(message)
    }
    return all
  }

  /// Why the connection ended, once it has.
  package func end() async -> RPCEnd {
    await running.value
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
        for case .message(let message) in framing.feed(buffer[..<count]) { received.yield(message) }
      }
      for case .message(let message) in framing.finish() { received.yield(message) }
      received.finish()
      SystemCall.close(descriptor)
    }
  }
}

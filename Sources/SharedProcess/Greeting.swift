import Platform

/// The one line that the shared process writes before a session's first byte: it says that the session has been taken,
/// and by whom. A process that ends just when a client connects never says it, and the client starts another.
enum Greeting {
  /// What a client hears.
  enum Outcome {
    /// The session begins.
    case taken
    /// The process ended without a greeting, or was just ending: another is started.
    case gone
  }

  private static let longest = 256
  /// From the connection to the whole line. A process is not busy where it greets: whoever takes this long is stuck.
  private static let patience = Duration.seconds(10)
  /// How long a stopped process may be so by accident.
  private static let stoppedPatience = Duration.seconds(1)
  private static let lookMilliseconds: Int32 = 200

  /// The line of the process at an address, with its line feed.
  static func line(_ address: SharedAddress) -> [UInt8] { Array("akin \(address.key)\n".utf8) }

  /// Tells the client that its session begins.
  /// - Returns: whether the client is still there.
  static func send(_ address: SharedAddress, on descriptor: Int32) -> Bool {
    let line = line(address)
    // A new socket has room for a line.
    return write(descriptor, line, line.count) == line.count
  }

  /// Tells the client that there are as many sessions as there may be.
  static func refuse(sessions: Int, on descriptor: Int32) {
    let line = refusal + "\(sessions)\n".utf8
    _ = write(descriptor, line, line.count)
  }

  private static let refusal = Array("akin full ".utf8)

  /// Waits for the line, and looks meanwhile what the process is doing.
  /// - Parameter process: the one at the other end; nil where the system does not say.
  /// - Throws: where something else answers, the process is full, stopped, or stuck: its number is named.
  static func receive(
    _ address: SharedAddress, from process: pid_t?, on descriptor: Int32
  ) throws(SharedProcessError) -> Outcome {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    let start = ContinuousClock.now
    while line.last != UInt8(ascii: "\n"), line.count < longest {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let isReady = poll(&wait, 1, lookMilliseconds)
      if isReady < 0, errno == EINTR { continue }
      guard isReady > 0 else {
        if try isGone(process, address, waited: .now - start) { return .gone }
        continue
      }
      let count = read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return .gone }
      line.append(byte)
    }
    if line.starts(with: refusal) {
      let count = String(decoding: line.dropFirst(refusal.count).dropLast(), as: UTF8.self)
      throw SharedProcessError(
        "the shared process\(SharedProcessError.named(process)) serves \(count) sessions, as many as it may: end some, or "
          + "start all with a larger --max-sessions")
    }
    guard line == Self.line(address) else {
      throw SharedProcessError("what listens at \(address.socket) is not this version of Akin")
    }
    return .taken
  }

  /// Nothing has come for a while.
  private static func isGone(
    _ process: pid_t?, _ address: SharedAddress, waited: Duration
  ) throws(SharedProcessError) -> Bool {
    let state = process.map { ProcessState($0) }
    if state == .ended { return true }
    if let process, state == .stopped, waited >= stoppedPatience { throw .stopped(process) }
    guard waited >= patience else { return false }
    throw .stuck(process, address)
  }
}

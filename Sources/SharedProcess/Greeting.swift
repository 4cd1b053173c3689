#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The one line that the shared process writes before a session's first byte: it says that the session has been taken,
/// and by whom. A process that ends just when a client connects never says it, and the client starts another.
enum Greeting {
  private static let longest = 256
  private static let waitMilliseconds: Int32 = 10_000

  /// The line of the process at an address, with its line feed.
  static func line(_ address: SharedAddress) -> [UInt8] { Array("akin \(address.key)\n".utf8) }

  /// Tells the client that its session begins.
  /// - Returns: whether the client is still there.
  static func send(_ address: SharedAddress, on descriptor: Int32) -> Bool {
    let line = line(address)
    // A new socket has room for a line.
    return write(descriptor, line, line.count) == line.count
  }

  /// Waits for the line.
  /// - Returns: false where the process ended without a greeting.
  /// - Throws: where something else answers.
  static func receive(_ address: SharedAddress, on descriptor: Int32) throws(SharedProcessError) -> Bool {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.last != UInt8(ascii: "\n"), line.count < longest {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let isReady = poll(&wait, 1, waitMilliseconds)
      if isReady < 0, errno == EINTR { continue }
      guard isReady > 0 else { throw SharedProcessError("the shared process at \(address.socket) does not answer") }
      let count = read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      line.append(byte)
    }
    guard line == Self.line(address) else {
      throw SharedProcessError("what listens at \(address.socket) is not this version of Akin")
    }
    return true
  }
}

import Platform

/// `read` and `write` as the system has them: a count, or -1 with `errno`. Tests put calls in their place that are
/// interrupted, come back empty-handed, or do less than they were asked to.
package struct StreamCalls: Sendable {
  /// Reads at most so many bytes.
  package var read: @Sendable (Int32, UnsafeMutableRawBufferPointer) -> Int
  /// Writes at most all of these bytes.
  package var write: @Sendable (Int32, UnsafeRawBufferPointer) -> Int

  /// Other calls than the system's.
  package init(
    read: @escaping @Sendable (Int32, UnsafeMutableRawBufferPointer) -> Int,
    write: @escaping @Sendable (Int32, UnsafeRawBufferPointer) -> Int
  ) {
    self.read = read
    self.write = write
  }

  /// The system's.
  package static let system = StreamCalls(
    read: { systemRead($0, $1) }, write: { systemWrite($0, $1) })
}

/// The system calls a connection needs, with EINTR retried and EAGAIN waited out, so that inherited non-blocking
/// descriptors and signals lose nothing.
package enum SystemCall {
  /// Why a call failed.
  package typealias Failure = SystemError

  /// The error number of a write that nobody can read.
  static let brokenPipe = EPIPE

  /// Waits until `descriptor` can be read or `wake` can.
  /// - Returns: whether `wake` can.
  static func waitToRead(_ descriptor: Int32, orWokenBy wake: Int32) throws(Failure) -> Bool {
    var waits = [
      pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0), pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&waits, nfds_t(waits.count), -1) < 0 {
      guard errno == EINTR else { throw Failure(errno: errno) }
    }
    return waits[1].revents != 0
  }

  /// Reads what is there, at most `buffer.count` bytes.
  /// - Returns: the number of bytes; 0 at the end of input; nil where there is nothing yet.
  package static func read(
    _ descriptor: Int32, into buffer: inout [UInt8], by calls: StreamCalls = .system
  ) throws(Failure) -> Int? {
    while true {
      let count = buffer.withUnsafeMutableBytes { calls.read(descriptor, $0) }
      if count >= 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK: return nil
      default: throw Failure(errno: errno)
      }
    }
  }

  /// At most so many bytes are written by one call, which returns only when a blocking descriptor has taken all of them:
  /// so the caller sees how a slow reader gets on.
  private static let writeBytes = 64 << 10

  /// Writes some of `bytes` from `start` on, waiting while the descriptor takes nothing.
  /// - Returns: how many bytes were taken, at least one.
  static func write(
    _ descriptor: Int32, _ bytes: [UInt8], from start: Int, by calls: StreamCalls = .system
  ) throws(Failure) -> Int {
    while true {
      let count = bytes.withUnsafeBytes { buffer in
        calls.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[start...].prefix(writeBytes)))
      }
      if count > 0 { return count }
      switch errno {
      case EINTR: continue
      case EAGAIN, EWOULDBLOCK: try waitToWrite(descriptor)
      default: throw Failure(errno: errno)
      }
    }
  }

  /// Makes reads and writes of a socket fail, also those that wait.
  /// - Returns: false where `descriptor` is no socket, to which nothing happens.
  static func endSocket(_ descriptor: Int32) -> Bool {
    shutdown(descriptor, Int32(SHUT_RDWR)) == 0 || errno == ENOTCONN
  }

  /// Whether the reader of a pipe, or the other side of a socket, has gone.
  static func isBroken(_ descriptor: Int32) -> Bool {
    var wait = pollfd(fd: descriptor, events: 0, revents: 0)
    return poll(&wait, 1, 0) > 0 && wait.revents & Int16(POLLERR | POLLHUP) != 0
  }

  /// A pipe whose ends are closed in child processes.
  static func pipe() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard systemPipe(&ends) == 0 else { throw Failure(errno: errno) }
    for end in ends {
      guard fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else { throw Failure(errno: errno) }
    }
    return (ends[0], ends[1])
  }

  /// Closes a descriptor the caller owns. An error is of no use to anyone: the descriptor is gone either way.
  static func close(_ descriptor: Int32) {
    _ = systemClose(descriptor)
  }

  private static func waitToWrite(_ descriptor: Int32) throws(Failure) {
    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    while poll(&wait, 1, -1) < 0 {
      guard errno == EINTR else { throw Failure(errno: errno) }
    }
  }
}

// The C functions under names that the methods above do not hide.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
  read(descriptor, buffer.baseAddress, buffer.count)
}
private func systemWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
  write(descriptor, buffer.baseAddress, buffer.count)
}
private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

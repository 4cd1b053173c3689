import Platform

/// A pipe by which any thread ends another one's `poll`.
public final class WakePipe: Sendable {
  /// Readable after `wake`.
  let descriptor: Int32
  private let writer: Int32

  /// A pipe that nobody has woken.
  /// - Throws: where the process has no descriptor left.
  public init() throws(SharedProcessError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SharedProcessError.call("cannot make a pipe", errno) }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    _ = close(descriptor)
    _ = close(writer)
  }

  /// Ends the wait. A pipe that is full already does.
  public func wake() {
    var byte: UInt8 = 0
    _ = write(writer, &byte, 1)
  }

  /// Lets the next wait be one again.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) == bytes.count {}
  }
}

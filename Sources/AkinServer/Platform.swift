#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The error of a write that nobody can read.
let brokenPipe = EPIPE

/// What this room needs of the operating system.
enum Platform {
  /// Whether a process is there. One that belongs to someone else is.
  static func isAlive(_ process: Int32) -> Bool {
    kill(process, 0) == 0 || errno != ESRCH
  }

  /// Writes all bytes, or what can be written before an error.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes
    while !rest.isEmpty {
      let count = write(descriptor, rest, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest.removeFirst(count)
    }
  }
}

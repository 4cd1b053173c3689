import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A child started with `posix_spawn`, its three streams connected as a test wants them.
///
/// Every descriptor made here is close-on-exec, so that children started at the same time by other tests do not hold
/// each other's pipes open.
struct ChildProcess {
  let identifier: pid_t

  /// A child that ends without reading its input must not end the tests.
  private static let ignoresBrokenPipe: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

  /// How a child ended.
  struct End: Equatable {
    /// The exit status; nil where a signal ended the child.
    let status: Int32?
    let signal: Int32?
    /// The largest resident set, in bytes.
    let peakMemory: Int
  }

  /// - Parameter streams: descriptors that become the child's 0, 1 and 2.
  static func spawn(
    _ program: String, _ arguments: [String], environment: [String: String], streams: [Int32]
  ) throws -> ChildProcess {
    _ = ignoresBrokenPipe
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    var identifier: pid_t = 0
    let status = withCStrings([program] + arguments) { arguments in
      withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
        Descriptors.lock.withLock { posix_spawn(&identifier, program, &actions, nil, arguments, environment) }
      }
    }
    guard status == 0 else { throw POSIXFailure(call: "posix_spawn of \(program)", code: status) }
    return ChildProcess(identifier: identifier)
  }

  /// Waits for the end.
  func wait() throws -> End {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(identifier, &status, 0, &usage) < 0 {
      guard errno == EINTR else { throw POSIXFailure(call: "wait4", code: errno) }
    }
    #if canImport(Darwin)
      let peak = Int(usage.ru_maxrss)
    #else
      let peak = Int(usage.ru_maxrss) * 1024
    #endif
    let signal = status & 0x7F
    return End(
      status: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal, peakMemory: peak)
  }

  func send(signal: Int32) {
    kill(identifier, signal)
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) }
    defer { copies.forEach { free($0) } }
    return body(copies + [nil])
  }
}

/// A system call that failed in the test itself.
struct POSIXFailure: Error, CustomStringConvertible {
  let call: String
  let code: Int32

  var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// Descriptors for a child's streams.
enum Descriptors {
  /// Held while descriptors are made and while children are started: no child of another test can then inherit a
  /// descriptor before it is marked close-on-exec.
  static let lock = NSLock()

  /// The two ends of a pipe.
  static func pipe() throws -> (read: Int32, write: Int32) {
    try lock.withLock {
      var ends: [Int32] = [0, 0]
      guard systemPipe(&ends) == 0 else { throw POSIXFailure(call: "pipe", code: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }
  }

  /// A pseudo-terminal of a given size: the test's end and the child's.
  static func terminal(columns: Int, rows: Int) throws -> (test: Int32, child: Int32) {
    try lock.withLock {
      let test = systemOpen("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      guard test >= 0 else { throw POSIXFailure(call: "open of /dev/ptmx", code: errno) }
      let name = try unlockedChildName(of: test)
      let child = systemOpen(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
      guard child >= 0 else { throw POSIXFailure(call: "open of \(name)", code: errno) }
      var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
      _ = ioctl(child, UInt(TIOCSWINSZ), &size)
      return (test, child)
    }
  }

  /// What `grantpt`, `unlockpt` and `ptsname` do.
  private static func unlockedChildName(of terminal: Int32) throws -> String {
    #if canImport(Darwin)
      guard grantpt(terminal) == 0, unlockpt(terminal) == 0, let name = ptsname(terminal) else {
        throw POSIXFailure(call: "grantpt", code: errno)
      }
      return String(cString: name)
    #else
      // Swift's import of the C library lacks those functions; these are the requests they make (tty_ioctl(4)).
      let setLock: UInt = 0x4004_5431
      let getNumber: UInt = 0x8004_5430
      var unlocked: Int32 = 0
      var number: UInt32 = 0
      guard ioctl(terminal, setLock, &unlocked) == 0, ioctl(terminal, getNumber, &number) == 0 else {
        throw POSIXFailure(call: "ioctl of a terminal", code: errno)
      }
      return "/dev/pts/\(number)"
    #endif
  }

  /// Reads to the end of a line, and not a byte further.
  static func line(_ descriptor: Int32) throws -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(descriptor, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw POSIXFailure(call: "read", code: errno) }
      if count == 0 || byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
  }

  /// Opens a path.
  static func open(_ path: String, _ flags: Int32) throws -> Int32 {
    let descriptor = systemOpen(path, flags | O_CLOEXEC)
    guard descriptor >= 0 else { throw POSIXFailure(call: "open of \(path)", code: errno) }
    return descriptor
  }
}

// The C functions under names that the methods above do not shadow.
private func systemPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 { pipe(ends) }
private func systemOpen(_ path: UnsafePointer<CChar>, _ flags: Int32) -> Int32 { open(path, flags, 0o644) }

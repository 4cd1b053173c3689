@preconcurrency import Platform

/// Runs a program on bytes and takes what it writes, within limits: Akin itself for a document, the system's programs
/// that read one, from inside of that, and git for a repository's objects. Nothing else of Akin starts a program for a file.
///
/// The program has an environment of its own, no descriptor but its input and its output, and a process group of its own, which
/// is ended as a whole. Akin goes to the root as its folder (``Confinement``), and what it starts with it.
public struct ChildProgram: Sendable {
  /// An absolute path.
  let path: String
  let arguments: [String]
  /// Bytes of output at most.
  let longestOutput: Int
  /// Seconds from the start to the end at most.
  let seconds: Int
  /// All that it has of an environment.
  let environment: [String]

  /// How it ended.
  public enum Outcome: Sendable, Equatable {
    /// By itself, with status 0: what it wrote.
    case done([UInt8])
    /// By itself, with another status.
    case failed(status: Int32)
    /// By a signal that it did not come to expect.
    case killed(signal: Int32)
    /// It wrote more than it may.
    case tooLong
    /// It took longer than it may.
    case late
    /// The task was cancelled.
    case cancelled
    /// It could not be started: the system's number.
    case notStarted(Int32)
  }

  /// - Parameters:
  ///   - path: absolute.
  ///   - longestOutput: bytes.
  ///   - seconds: until it is ended.
  ///   - environment: all of it, as `NAME=value`.
  public init(
    _ path: String, _ arguments: [String], longestOutput: Int, seconds: Int,
    environment: [String] = ChildProgram.usualEnvironment
  ) {
    self.environment = environment
    self.path = path
    self.arguments = arguments
    self.longestOutput = longestOutput
    self.seconds = seconds
  }

  /// What a program has that is told nothing.
  public static let usualEnvironment = ["LANG=C.UTF-8", "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent"]
  /// Milliseconds between two looks whether the task was cancelled.
  private static let patience: Int32 = 100

  /// Runs it to its end. Blocks.
  public func run(input: [UInt8]) -> Outcome {
    var (toChild, fromChild): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard pipe(&toChild) == 0 else { return .notStarted(errno) }
    guard pipe(&fromChild) == 0 else {
      let problem = errno
      toChild.forEach { close($0) }
      return .notStarted(problem)
    }
    for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let (process, code) = spawn(input: toChild[0], output: fromChild[1])
    close(toChild[0])
    close(fromChild[1])
    var exchange = Exchange(input: input, to: toChild[1], from: fromChild[0], longest: longestOutput)
    defer { exchange.end() }
    guard code == 0 else { return .notStarted(code) }
    let verdict = exchange.run(until: .now + .seconds(seconds), patience: Self.patience)
    exchange.end()
    if verdict != nil { kill(-process, SIGKILL) }
    let isInTime = Self.waitForEnd(of: process, until: .now + .seconds(seconds))
    // What it has started goes with it. Its number stays its own until it is asked for its status.
    kill(-process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    if let verdict { return verdict }
    guard isInTime else { return .late }
    if status & 0x7F != 0 { return .killed(signal: status & 0x7F) }
    return status >> 8 & 0xFF == 0 ? .done(exchange.output) : .failed(status: status >> 8 & 0xFF)
  }

  /// Waits for a process whose output has ended, and leaves its status to be asked for.
  /// - Returns: false where that takes too long.
  private static func waitForEnd(of process: pid_t, until end: ContinuousClock.Instant) -> Bool {
    while true {
      var information = siginfo_t()
      let code = waitid(P_PID, id_t(process), &information, WEXITED | WNOHANG | WNOWAIT)
      if code == 0, information.si_signo != 0 { return true }
      if code != 0, errno != EINTR { return true }
      if ContinuousClock.now > end || Task.isCancelled { return false }
      usleep(200)
    }
  }

  private func spawn(input: Int32, output: Int32) -> (process: pid_t, code: Int32) {
    let steps: [SpawnedProcess.Step] = [
      .duplicate(input, as: 0), .duplicate(output, as: 1),
      // What it has to say of a stranger's file is not for the person's terminal: it goes where the output goes, and that is
      // not valid then, or to nowhere.
      .open("/dev/null", flags: O_RDONLY, as: 2),
    ]
    return SpawnedProcess.start(
      path, [path] + arguments, environment: environment,
      steps: steps + Self.inherited(but: [input, output]).map { .close($0) }, leadsGroup: true)
  }

  /// Descriptors that a child would have from this process, which others may have left open for it.
  private static func inherited(but kept: [Int32]) -> [Int32] {
    (3..<1024).filter { descriptor in
      let flags = fcntl(descriptor, F_GETFD)
      return flags >= 0 && flags & FD_CLOEXEC == 0 && !kept.contains(descriptor)
    }
  }
}

/// What goes into a program and comes out of it at the same time.
private struct Exchange {
  private let input: [UInt8]
  private var sent = 0
  private var to: Int32
  private var from: Int32
  private let longest: Int
  private(set) var output: [UInt8] = []

  init(input: [UInt8], to: Int32, from: Int32, longest: Int) {
    self.input = input
    self.to = to
    self.from = from
    self.longest = longest
    _ = fcntl(to, F_SETFL, O_NONBLOCK)
    #if canImport(Darwin)
      _ = fcntl(to, F_SETNOSIGPIPE, 1)
    #endif
  }

  /// - Returns: why it was broken off; nil where the program closed its output.
  mutating func run(until end: ContinuousClock.Instant, patience: Int32) -> ChildProgram.Outcome? {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if sent == input.count { closeInput() }
      var waits = [
        pollfd(fd: from, events: Int16(POLLIN), revents: 0), pollfd(fd: to, events: Int16(POLLOUT), revents: 0),
      ]
      _ = poll(&waits, to < 0 ? 1 : 2, patience)
      if Task.isCancelled { return .cancelled }
      if ContinuousClock.now > end { return .late }
      if to >= 0, waits[1].revents != 0 { send() }
      guard waits[0].revents != 0 else { continue }
      let count = buffer.withUnsafeMutableBytes { read(from, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      output += buffer[..<count]
      if output.count > longest { return .tooLong }
    }
  }

  private mutating func send() {
    let count = Self.withoutSignal {
      input.withUnsafeBytes { bytes in
        write(to, bytes.baseAddress?.advanced(by: sent), min(bytes.count - sent, 1 << 16))
      }
    }
    if count > 0 {
      sent += count
    } else if errno != EAGAIN, errno != EINTR {
      // It reads no more, which is its own affair.
      closeInput()
      sent = input.count
    }
  }

  /// A program that reads no more is no reason to end this one, whatever it does with the signal of it.
  private static func withoutSignal(_ write: () -> Int) -> Int {
    #if canImport(Darwin)
      return write()
    #else
      var (blocked, before, pending) = (sigset_t(), sigset_t(), sigset_t())
      sigpending(&pending)
      let wasPending = sigismember(&pending, SIGPIPE) == 1
      sigemptyset(&blocked)
      sigaddset(&blocked, SIGPIPE)
      pthread_sigmask(SIG_BLOCK, &blocked, &before)
      let count = write()
      let number = errno
      if count < 0, number == EPIPE, !wasPending {
        var now = timespec()
        _ = sigtimedwait(&blocked, nil, &now)
      }
      pthread_sigmask(SIG_SETMASK, &before, nil)
      errno = number
      return count
    #endif
  }

  private mutating func closeInput() {
    if to >= 0 { close(to) }
    to = -1
  }

  mutating func end() {
    closeInput()
    if from >= 0 { close(from) }
    from = -1
  }
}

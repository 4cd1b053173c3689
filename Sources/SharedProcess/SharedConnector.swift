import Platform

/// Connects to the shared process, and starts it where nobody listens.
///
/// Whoever starts it holds the lock file from before it looks until the process listens, so that two that start at once
/// make one process. The new process holds the same lock (`flock` belongs to the open file), so that it is kept even if
/// the starter is killed meanwhile.
public struct SharedConnector: Sendable {
  /// Where the process is.
  public let address: SharedAddress
  /// The program to start.
  let program: String
  /// Its arguments, the program's name first.
  let arguments: [String]

  private static let attempts = 5
  /// Longer than a process may take to start, whose starter holds the lock meanwhile.
  private static let lockPatience = Duration.seconds(45)
  /// A process that is alive empties its queue of connections at once.
  private static let queuePatience = Duration.seconds(5)

  /// - Parameters:
  ///   - program: the path of the program to start.
  ///   - arguments: the program's name and its arguments. It is given the lock as descriptor
  ///     ``SharedListener/lockDescriptor`` and is expected to listen and to say so on ``SharedListener/readyDescriptor``.
  public init(address: SharedAddress, program: String, arguments: [String]) {
    self.address = address
    self.program = program
    self.arguments = arguments
  }

  /// A connection on which a session has begun; the caller closes it.
  /// - Throws: where the folder is not safe, or no process can be started or reached.
  public func connect() throws(SharedProcessError) -> Int32 {
    try address.prepareFolder()
    for _ in 0..<Self.attempts {
      let descriptor = if let open = try reach(holdsLock: false) { open } else { try start() }
      guard UnixSocket.peerUser(descriptor) == geteuid() else {
        _ = close(descriptor)
        throw SharedProcessError("the process at \(address.socket) belongs to another user")
      }
      let process = UnixSocket.peerProcess(descriptor)
      let outcome: Greeting.Outcome
      do throws(SharedProcessError) {
        outcome = try Greeting.receive(address, from: process, on: descriptor)
      } catch {
        _ = close(descriptor)
        throw error
      }
      if outcome == .taken { return descriptor }
      _ = close(descriptor)
      // Without a greeting the process was just ending, and the next turn finds nobody and starts another; or it has ended
      // and left its socket to a thread or a child.
      if let process, ProcessState(process) == .ended { try removeSocket(of: process, holdsLock: false) }
    }
    throw SharedProcessError("the shared process ends whenever it is asked; its log is \(address.log)")
  }

  /// A connection to whoever listens; nil where nobody does.
  private func reach(holdsLock: Bool) throws(SharedProcessError) -> Int32? {
    let start = ContinuousClock.now
    while true {
      switch try UnixSocket.connect(to: address.socket) {
      case .made(let descriptor): return descriptor
      case .nobody: return nil
      case .queueFull:
        let process = address.lockHolder
        switch process.map({ ProcessState($0) }) {
        case .ended?:
          if let process { try removeSocket(of: process, holdsLock: holdsLock) }
        case .stopped?:
          if let process { throw .stopped(process) }
        case .running?, nil: break
        }
        guard .now - start < Self.queuePatience else { throw .stuck(process, address) }
        usleep(50_000)
      }
    }
  }

  private func start() throws(SharedProcessError) -> Int32 {
    let lock = try takeLock()
    defer { _ = close(lock) }
    if let descriptor = try reach(holdsLock: true) { return descriptor }
    SharedAddress.writeHolder(lock)
    try ChildProcess.start(program, arguments, lock: lock, log: address.log)
    guard let descriptor = try reach(holdsLock: true) else {
      throw SharedProcessError("the shared process ended at once; its log is \(address.log)")
    }
    return descriptor
  }

  /// Removes what a process that has ended has left, unless another has taken its place meanwhile.
  private func removeSocket(of process: pid_t, holdsLock: Bool) throws(SharedProcessError) {
    let lock = holdsLock ? -1 : try takeLock()
    defer { if lock >= 0 { _ = close(lock) } }
    if case .made(let descriptor) = try UnixSocket.connect(to: address.socket) {
      defer { _ = close(descriptor) }
      guard UnixSocket.peerProcess(descriptor) == process else { return }
    }
    _ = unlink(address.socket)
  }

  private func takeLock() throws(SharedProcessError) -> Int32 {
    let lock = open(address.lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw SharedProcessError.call("cannot open \(address.lock)", errno) }
    let start = ContinuousClock.now
    while flock(lock, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      guard code == EINTR || code == EWOULDBLOCK, .now - start < Self.lockPatience else {
        let holder = address.lockHolder
        _ = close(lock)
        if let holder, ProcessState(holder) == .stopped { throw .stopped(holder) }
        throw code == EWOULDBLOCK
          ? .stuck(holder, address) : SharedProcessError.call("cannot lock \(address.lock)", code)
      }
      usleep(20_000)
    }
    return lock
  }
}

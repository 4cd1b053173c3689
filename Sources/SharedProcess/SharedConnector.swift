#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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
      let descriptor = if let open = try UnixSocket.connect(to: address.socket) { open } else { try start() }
      guard UnixSocket.peerUser(descriptor) == geteuid() else {
        _ = close(descriptor)
        throw SharedProcessError("the process at \(address.socket) belongs to another user")
      }
      // Without a greeting the process was just ending: the next turn finds nobody and starts another.
      if try Greeting.receive(address, on: descriptor) { return descriptor }
      _ = close(descriptor)
    }
    throw SharedProcessError("the shared process ends whenever it is asked; its log is \(address.log)")
  }

  private func start() throws(SharedProcessError) -> Int32 {
    let lock = try takeLock()
    defer { _ = close(lock) }
    if let descriptor = try UnixSocket.connect(to: address.socket) { return descriptor }
    try ChildProcess.start(program, arguments, lock: lock, log: address.log)
    guard let descriptor = try UnixSocket.connect(to: address.socket) else {
      throw SharedProcessError("the shared process ended at once; its log is \(address.log)")
    }
    return descriptor
  }

  private func takeLock() throws(SharedProcessError) -> Int32 {
    let lock = open(address.lock, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw SharedProcessError.call("cannot open \(address.lock)", errno) }
    while flock(lock, LOCK_EX) != 0 {
      guard errno == EINTR else { throw SharedProcessError.call("cannot lock \(address.lock)", errno) }
    }
    return lock
  }
}

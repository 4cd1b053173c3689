import Dispatch
import Platform
import Synchronization

/// The shared process's door: takes the sessions of its own user, and closes when nobody has come for a while.
public final class SharedListener: Sendable {
  /// Where the starter leaves the locked lock file.
  public static let lockDescriptor: Int32 = 3
  /// Where the starter waits for a byte.
  public static let readyDescriptor: Int32 = 4

  private static let stopSeconds = 2.0

  private struct State {
    /// The descriptors of the sessions under way; each is closed when it is taken out.
    var sessions: Set<Int32> = []
    var isStopped = false
  }

  private let address: SharedAddress
  private let idleSeconds: Double
  private let maxSessions: Int
  private let listener: Int32
  /// The socket file as this process made it.
  private let file: FileIdentity
  private let wakePipe: WakePipe
  private let state = Mutex(State())
  private let sessions = DispatchGroup()

  /// Listens. To be called first in the process, with the two descriptors of its starter, which are closed once the
  /// starter knows.
  /// - Parameters:
  ///   - idleSeconds: how long the process stays without a session.
  ///   - maxSessions: more are turned away.
  /// - Throws: where the folder is not safe, or somebody else started this process.
  public init(address: SharedAddress, idleSeconds: Double, maxSessions: Int) throws(SharedProcessError) {
    try address.prepareFolder()
    guard let lock = FileIdentity(descriptor: Self.lockDescriptor), lock == FileIdentity(path: address.lock) else {
      throw SharedProcessError("the shared process is started by 'akin serve --shared' only")
    }
    self.address = address
    self.idleSeconds = idleSeconds
    self.maxSessions = maxSessions
    wakePipe = try WakePipe()
    listener = try UnixSocket.listen(at: address.socket)
    guard let file = FileIdentity(path: address.socket) else {
      throw SharedProcessError("\(address.socket) is gone as soon as it was made")
    }
    self.file = file
    // Neither the terminal nor the folder that an editor was started in is this process's.
    _ = setsid()
    _ = chdir("/")
    SharedAddress.writeHolder(Self.lockDescriptor)
    var byte: UInt8 = 1
    _ = write(Self.readyDescriptor, &byte, 1)
    _ = close(Self.readyDescriptor)
    _ = close(Self.lockDescriptor)
  }

  deinit {
    _ = close(listener)
  }

  /// Takes sessions until none has been there for `idleSeconds`, or until `stop`. Blocks; call it once.
  /// - Parameter serve: serves a session on a socket; the socket stays the listener's.
  public func run(_ serve: @escaping @Sendable (Int32) async -> Void) {
    var idleStart: ContinuousClock.Instant?
    while !state.withLock({ $0.isStopped }) {
      let isIdle = state.withLock { $0.sessions.isEmpty }
      idleStart = isIdle ? idleStart ?? .now : nil
      let rest = idleStart.map { idleSeconds - (.now - $0) / .seconds(1) }
      if let rest, rest <= 0, leave() { return }
      waitForClients(seconds: rest.map { max($0, 0.1) })
      takeClients(serve)
    }
    leaveNow()
    let open = state.withLock { $0.sessions }
    for session in open { endSession(session) }
    _ = sessions.wait(timeout: .now() + Self.stopSeconds)
  }

  /// Ends all sessions, and `run`, from any thread.
  public func stop() {
    state.withLock { $0.isStopped = true }
    wakePipe.wake()
  }

  private func waitForClients(seconds: Double?) {
    var waits = [
      pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
      pollfd(fd: wakePipe.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    // Rounded up, so that the time is over when the wait is.
    _ = poll(&waits, nfds_t(waits.count), seconds.map { Int32(min($0 * 1000 + 1, 1e9)) } ?? -1)
    wakePipe.drain()
  }

  private func takeClients(_ serve: @escaping @Sendable (Int32) async -> Void) {
    while let client = UnixSocket.accept(listener) { begin(client, serve) }
    // Without a descriptor for it the client stays in the queue, and `poll` would return at once and for ever.
    if errno == EMFILE || errno == ENFILE { usleep(100_000) }
  }

  private func begin(_ client: Int32, _ serve: @escaping @Sendable (Int32) async -> Void) {
    let isTaken = state.withLock { state in
      guard UnixSocket.peerUser(client) == geteuid() else { return false }
      guard state.sessions.count < maxSessions else {
        Greeting.refuse(sessions: maxSessions, on: client)
        return false
      }
      guard Greeting.send(address, on: client) else { return false }
      state.sessions.insert(client)
      return true
    }
    guard isTaken else {
      _ = close(client)
      return
    }
    sessions.enter()
    Task {
      await serve(client)
      state.withLock { state in
        state.sessions.remove(client)
        _ = close(client)
      }
      wakePipe.wake()
      sessions.leave()
    }
  }

  /// Makes a session's reads and writes fail, unless it has ended meanwhile and its number means something else.
  private func endSession(_ client: Int32) {
    state.withLock { state in
      if state.sessions.contains(client) { _ = shutdown(client, Int32(SHUT_RDWR)) }
    }
  }

  /// Goes, unless somebody is just starting a process here, who may have found this one, or waits already.
  private func leave() -> Bool {
    let lock = open(address.lock, O_RDWR | O_NOFOLLOW | O_CLOEXEC)
    defer { if lock >= 0 { _ = close(lock) } }
    if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) != 0 { return false }
    var wait = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    if poll(&wait, 1, 0) > 0 { return false }
    leaveNow()
    return true
  }

  /// Removes the socket where it is still this process's. A client that connects meanwhile gets no greeting, and starts
  /// another process.
  private func leaveNow() {
    if FileIdentity(path: address.socket) == file { _ = unlink(address.socket) }
  }
}

/// Which file it is, whatever its name.
private struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t

  init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = status.st_dev
    number = status.st_ino
  }
}

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  @preconcurrency import Musl
#else
  @preconcurrency import Glibc
#endif

/// Starts the program that becomes the shared process.
enum ChildProcess {
  /// Descriptors from here on are not touched while the child's are put in their places.
  private static let firstFree: Int32 = 10
  private static let readyMilliseconds: Int32 = 30_000

  /// Starts a program with nothing of its parent's but the lock, and waits until it says that it listens.
  static func start(
    _ program: String, _ arguments: [String], lock: Int32, log: String
  ) throws(SharedProcessError) {
    var ready: [Int32] = [-1, -1]
    guard pipe(&ready) == 0 else { throw SharedProcessError.call("cannot make a pipe", errno) }
    _ = fcntl(ready[0], F_SETFD, FD_CLOEXEC)
    let (lockCopy, readyCopy) = (
      fcntl(lock, F_DUPFD_CLOEXEC, firstFree), fcntl(ready[1], F_DUPFD_CLOEXEC, firstFree)
    )
    _ = close(ready[1])
    defer { _ = close(ready[0]) }
    let code = spawn(program, arguments, log: log, lock: lockCopy, ready: readyCopy)
    for descriptor in [lockCopy, readyCopy] { _ = close(descriptor) }
    guard code == 0 else { throw SharedProcessError.call("cannot start \(program)", code) }
    guard isReady(ready[0]) else {
      throw SharedProcessError("the shared process did not start; its log is \(log)")
    }
  }

  private static func spawn(
    _ program: String, _ arguments: [String], log: String, lock: Int32, ready: Int32
  ) -> Int32 {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
    posix_spawn_file_actions_adddup2(&actions, lock, SharedListener.lockDescriptor)
    posix_spawn_file_actions_adddup2(&actions, ready, SharedListener.readyDescriptor)

    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // The relay ignores signals that it watches otherwise, and its parent may have blocked some: a child inherits both.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    let texts = arguments.map { strdup($0) } + [nil]
    defer { texts.forEach { free($0) } }
    keepDescriptorsFromChild()
    var process = pid_t()
    return posix_spawn(&process, program, &actions, &attributes, texts, environ)
  }

  /// A long-lived process must not hold the other ends of pipes that an editor happened to leave open for its children.
  private static func keepDescriptorsFromChild() {
    for descriptor in 3..<Int32(clamping: min(sysconf(Int32(_SC_OPEN_MAX)), 65_536)) {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  /// Waits for the byte that the process writes once it listens; its end closes the pipe without one.
  private static func isReady(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    while true {
      var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let count = poll(&wait, 1, readyMilliseconds)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      let taken = read(descriptor, &byte, 1)
      if taken < 0, errno == EINTR { continue }
      return taken == 1
    }
  }
}

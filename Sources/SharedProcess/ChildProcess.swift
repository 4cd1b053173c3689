import Platform

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
    SpawnedProcess.keepDescriptors()
    return SpawnedProcess.start(
      program, arguments,
      steps: [
        .open("/dev/null", flags: O_RDWR, as: 0), .duplicate(0, as: 1),
        .open(log, flags: O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o600, as: 2),
        .duplicate(lock, as: SharedListener.lockDescriptor), .duplicate(ready, as: SharedListener.readyDescriptor),
      ]
    ).code
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

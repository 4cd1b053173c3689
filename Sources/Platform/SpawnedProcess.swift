// Its interface has types of the C library, which a static build looks for in the imports of the file itself.
#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  @preconcurrency import Musl
#else
  @preconcurrency import Glibc
#endif

/// The start of another program: posix_spawn(3) with signals as a program expects to find them.
public enum SpawnedProcess {
  /// What is done about the program's descriptors before it begins.
  public enum Step: Sendable {
    case duplicate(Int32, as: Int32)
    case open(String, flags: Int32, mode: mode_t = 0, as: Int32)
    case close(Int32)
  }

  /// Signals that this process may handle, ignore or have blocked; a child would inherit that.
  private static let signals = [SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGCHLD, SIGXCPU, SIGXFSZ]

  /// Keeps all descriptors but the three standard ones from programs that are started from here on: one that lives long must
  /// not hold the other ends of pipes that an editor happened to leave open for its children.
  public static func keepDescriptors() {
    for descriptor in 3..<Int32(clamping: min(sysconf(Int32(_SC_OPEN_MAX)), 65_536)) {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  /// Makes this process the other program, with this environment.
  /// - Parameters:
  ///   - path: absolute.
  ///   - words: the program's name among them.
  /// - Returns: only where that failed: the system's number.
  public static func become(_ path: String, _ words: [String]) -> Int32 {
    let arguments = words.map { strdup($0) } + [nil]
    _ = execv(path, arguments)
    let problem = errno
    arguments.forEach { free($0) }
    return problem
  }

  /// - Parameters:
  ///   - path: absolute.
  ///   - words: the program's name among them.
  ///   - environment: `NAME=value`; nil for this process's.
  ///   - steps: in this order.
  ///   - leadsGroup: whether it is the first of a process group of its own, so that what it starts can be ended with it.
  /// - Returns: the number of the process; where there is none, the system's number of what is wrong.
  public static func start(
    _ path: String, _ words: [String], environment: [String]? = nil, steps: [Step], leadsGroup: Bool = false
  ) -> (process: pid_t, code: Int32) {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for step in steps {
      switch step {
      case .duplicate(let descriptor, let number): posix_spawn_file_actions_adddup2(&actions, descriptor, number)
      case .open(let path, let flags, let mode, let number):
        posix_spawn_file_actions_addopen(&actions, number, path, flags, mode)
      case .close(let descriptor): posix_spawn_file_actions_addclose(&actions, descriptor)
      }
    }

    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in signals { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    if leadsGroup { posix_spawnattr_setpgroup(&attributes, 0) }
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)))

    let arguments = words.map { strdup($0) } + [nil]
    let variables = environment.map { $0.map { strdup($0) } + [nil] }
    defer { (arguments + (variables ?? [])).forEach { free($0) } }
    var process = pid_t()
    let code =
      variables.map { posix_spawn(&process, path, &actions, &attributes, arguments, $0) }
      ?? posix_spawn(&process, path, &actions, &attributes, arguments, environ)
    return (process, code)
  }
}

import Platform

/// Where one shared process is found: a socket, a lock and a log in a folder that only its user can enter.
///
/// The folder is `$XDG_RUNTIME_DIR/akin`, else `akin-UID` in `$TMPDIR` or `/tmp`. The name of the files is a key of
/// everything that two sessions must agree on to share a process: build, model, options.
public struct SharedAddress: Sendable, Equatable {
  /// The folder, without a slash at its end.
  public let folder: String
  /// The file name without its ending. Also what the process greets its clients with.
  public let key: String

  /// The socket.
  public var socket: String { "\(folder)/\(key).sock" }
  /// Locked while a process is being started or ends.
  public var lock: String { "\(folder)/\(key).lock" }
  /// The process's standard error.
  public var log: String { "\(folder)/\(key).log" }

  /// - Parameters:
  ///   - key: a file name.
  ///   - environment: `XDG_RUNTIME_DIR` and `TMPDIR` are read.
  public init(key: String, environment: [String: String]) {
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    folder =
      variable("XDG_RUNTIME_DIR").map { $0 + "/akin" } ?? (variable("TMPDIR") ?? "/tmp") + "/akin-\(geteuid())"
    self.key = key
  }

  /// The address whose socket this path is.
  public init?(socket path: String) {
    guard let slash = path.lastIndex(of: "/"), path.hasSuffix(".sock") else { return nil }
    folder = String(path[..<slash])
    key = String(path[path.index(after: slash)...].dropLast(".sock".count))
  }

  /// The process that holds the lock, or held it last: the one that starts the shared process, then that process itself.
  var lockHolder: pid_t? {
    FileText.read(lock, limit: 32).flatMap {
      pid_t(String(decoding: $0.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
  }

  /// Notes this process in the lock file, which it has locked.
  static func writeHolder(_ descriptor: Int32) {
    let line = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = pwrite(descriptor, line, line.count, 0)
  }

  /// Makes the folder where it is missing, and checks that nobody else can reach into it: it must be a folder and no
  /// link, belong to this user, and be closed to all others.
  /// - Throws: what is wrong with it. It is never repaired: whoever opened it may have put something there.
  public func prepareFolder() throws(SharedProcessError) {
    if mkdir(folder, 0o700) != 0, errno != EEXIST {
      throw SharedProcessError.call("cannot make the folder \(folder) of the shared process", errno)
    }
    var status = stat()
    guard lstat(folder, &status) == 0 else { throw SharedProcessError.call("cannot look at \(folder)", errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw SharedProcessError("\(folder) is not a folder (a link to one is refused too): remove it")
    }
    guard status.st_uid == geteuid() else {
      throw SharedProcessError("\(folder) belongs to user \(status.st_uid): remove it, or set XDG_RUNTIME_DIR")
    }
    let mode = status.st_mode & 0o7777
    guard mode & 0o077 == 0 else {
      throw SharedProcessError(
        "\(folder) is open to other users (mode \(String(mode, radix: 8))): remove it, or run 'chmod 700' on it")
    }
  }
}

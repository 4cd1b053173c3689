import Platform

/// The files of a person: read whole, and replaced in one step where they really stand, with the permissions they have.
package enum UserFile {
  private static let largest = 64 << 20

  static func isThere(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Where a link leads; nil for anything else.
  package static func link(_ path: String) -> String? {
    var target = [CChar](repeating: 0, count: 4096)
    let count = readlink(path, &target, target.count - 1)
    guard count > 0 else { return nil }
    return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// nil where there is no file.
  static func bytes(of path: String) throws(SetupError) -> [UInt8]? {
    // Nobody is waited for where it is a pipe.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      let failure = failure("cannot be read")
      guard errno == ENOENT else { throw failure }
      guard link(path) == nil else { throw .unexpected("it is a link to a file that is not there") }
      return nil
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unexpected("it is no file but a folder, a pipe or a device")
    }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot be read") }
      bytes += piece[..<count]
      guard bytes.count <= largest else { throw .unexpected("it is larger than any configuration") }
    }
  }

  /// Whether a file that is there may be replaced.
  /// - Throws: `unexpected` or `failed` where not.
  static func requireWritable(_ path: String) throws(SetupError) {
    let place = resolved(path)
    var status = stat()
    guard stat(place, &status) == 0 else { return }
    // It is replaced, which would need no right to write it: whoever took that away meant it, the superuser too.
    guard access(place, W_OK) == 0 else { throw failure("cannot be written") }
    guard status.st_mode & 0o222 != 0 else { throw .unexpected("nobody may write it") }
    guard geteuid() == 0 || status.st_uid == geteuid() else { throw .unexpected("it belongs to another user") }
  }

  static func write(_ bytes: [UInt8], to path: String) throws(SetupError) {
    try requireWritable(path)
    // A link is followed: people keep their configurations elsewhere and link to them.
    let place = resolved(path)
    var status = stat()
    let isThere = stat(place, &status) == 0
    let mode = isThere ? status.st_mode & 0o7777 : 0o644
    let temporary = place + ".akin-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("cannot be written") }
    // The superuser writes for the person whose file or folder it is.
    if geteuid() == 0 {
      if !isThere { _ = stat(parent(of: place), &status) }
      _ = fchown(descriptor, status.st_uid, status.st_gid)
    }
    fchmod(descriptor, mode)
    var rest = bytes[...]
    var isWritten = true
    while isWritten, !rest.isEmpty {
      let count = rest.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else { isWritten = errno == EINTR }
    }
    isWritten = isWritten && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(temporary, place) == 0 else {
      let error = failure("cannot be written")
      unlink(temporary)
      throw error
    }
  }

  /// Runs `body` while no other process does so for the same file, which need not be there: a lock stands beside it, and stays.
  static func locked<Value>(_ path: String, _ body: () throws(SetupError) -> Value) throws(SetupError) -> Value {
    try makeFolders(for: path)
    let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("\(path).lock cannot be written") }
    defer { close(descriptor) }
    var status = stat()
    if geteuid() == 0, stat(parent(of: path), &status) == 0 { _ = fchown(descriptor, status.st_uid, status.st_gid) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw failure("\(path).lock cannot be locked") }
    }
    return try body()
  }

  static func makeLink(_ path: String, to target: String) throws(SetupError) {
    guard symlink(target, path) == 0 else { throw failure("cannot be made") }
    var status = stat()
    if geteuid() == 0, stat(parent(of: path), &status) == 0 { _ = lchown(path, status.st_uid, status.st_gid) }
  }

  /// Nothing where there is nothing.
  static func remove(_ path: String) throws(SetupError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed") }
  }

  /// Makes the folders that a file or a link is to stand in.
  /// - Returns: those that were not there, the outermost first.
  @discardableResult static func makeFolders(for path: String) throws(SetupError) -> [String] {
    let folder = parent(of: path)
    guard !isThere(folder) else { return [] }
    let outer = try makeFolders(for: folder)
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure("cannot be made") }
    var status = stat()
    if geteuid() == 0, stat(parent(of: folder), &status) == 0 { _ = chown(folder, status.st_uid, status.st_gid) }
    return outer + [folder]
  }

  /// Removes folders that are empty, the last first; others stay.
  static func removeEmpty(_ folders: [String]) {
    for folder in folders.reversed() { rmdir(folder) }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func failure(_ what: String) -> SetupError {
    .failed("\(what): \(SystemError.message())")
  }
}

/// write(2), whose name a member of `UserFile` has.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

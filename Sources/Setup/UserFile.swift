#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("cannot be read")
    }
    defer { close(descriptor) }
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

  static func write(_ bytes: [UInt8], to path: String) throws(SetupError) {
    // A link is followed: people keep their configurations elsewhere and link to them.
    let place = resolved(path)
    try makeFolders(parent(of: place))
    var status = stat()
    let mode = stat(place, &status) == 0 ? status.st_mode & 0o7777 : 0o644
    let temporary = place + ".akin-\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure("cannot be written") }
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

  static func makeLink(_ path: String, to target: String) throws(SetupError) {
    try makeFolders(parent(of: path))
    guard symlink(target, path) == 0 else { throw failure("cannot be made") }
  }

  /// Nothing where there is nothing.
  static func remove(_ path: String) throws(SetupError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw failure("cannot be removed") }
  }

  private static func makeFolders(_ path: String) throws(SetupError) {
    guard !isThere(path) else { return }
    try makeFolders(parent(of: path))
    guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failure("cannot be made") }
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
    .failed("\(what): \(String(cString: strerror(errno)))")
  }
}

/// write(2), whose name a member of `UserFile` has.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}

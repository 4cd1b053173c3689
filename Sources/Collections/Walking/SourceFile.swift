import Platform

/// What is on the disk under a path.
struct FileEntry {
  enum Kind {
    case file, folder, link, other
  }

  let kind: Kind
  let size: Int
  /// When the entry was last changed: nanoseconds since 1970.
  let changed: Int
  /// ``FoundFile/stamp``.
  let stamp: Int

  /// Does not follow links; nil where there is nothing.
  init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// Something in a folder that is open; does not follow links.
  static func of(_ name: String, in folder: Int32) -> Result<FileEntry, SystemError> {
    var status = stat()
    guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return .failure(SystemError(errno: errno)) }
    return .success(FileEntry(status))
  }

  private init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = Int(status.st_size)
    changed = FileTime.changed(status)
    var hash: UInt64 = 0
    for word in [FileTime.modified(status), changed, Int(truncatingIfNeeded: status.st_ino)] {
      hash = (hash ^ UInt64(bitPattern: Int64(word))) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
    }
    stamp = max(1, Int(hash >> 1))
  }
}

/// A file that was read: its text, or why it is left out.
enum SourceFile {
  /// The whole file, which must be a regular one.
  /// - Parameter followingLinks: whether the path may be a symbolic link.
  static func bytes(_ path: String, limit: Int, followingLinks: Bool = false) -> Result<[UInt8], SkippedRead> {
    // A pipe must not be waited for.
    let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW)
    let descriptor = open(path, flags)
    guard descriptor >= 0 else { return .failure(SkippedRead(reason: .unreadable(SystemError.message()))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      return .failure(SkippedRead(reason: .unreadable(SystemError.message())))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { return .failure(SkippedRead(reason: .notAFile)) }
    guard status.st_size <= limit else {
      return .failure(SkippedRead(reason: .overLarge(bytes: Int(status.st_size), limit: limit)))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .failure(SkippedRead(reason: .unreadable(SystemError.message()))) }
      if count == 0 { return .success(bytes) }
      bytes += buffer[..<count]
      if bytes.count > limit { return .failure(SkippedRead(reason: .overLarge(bytes: bytes.count, limit: limit))) }
    }
  }
}

/// A file that could not be read.
struct SkippedRead: Error {
  let reason: SkipReason
  /// Whether the reason lies in the file's bytes, so that it holds until they change.
  var isByContent = false
}

import Platform

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What is on the disk under a path.
struct FileEntry {
  enum Kind {
    case file, folder, link, other
  }

  let kind: Kind
  let size: Int
  /// Nanoseconds since 1970.
  let modified: Int

  /// Does not follow links; nil where there is nothing.
  init?(path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .folder
    case S_IFLNK: kind = .link
    default: kind = .other
    }
    size = Int(status.st_size)
    modified = FileTime.modified(status)
  }
}

/// A file that was read: its text, or why it is left out.
enum SourceFile {
  /// The whole file.
  /// - Returns: nil in `bytes` where the system refuses.
  static func bytes(_ path: String, limit: Int) -> Result<[UInt8], SkippedRead> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(SkippedRead(reason: .unreadable(systemError))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return .failure(SkippedRead(reason: .unreadable(systemError))) }
      if count == 0 { return .success(bytes) }
      bytes += buffer[..<count]
      if bytes.count > limit { return .failure(SkippedRead(reason: .overLarge(bytes: bytes.count, limit: limit))) }
    }
  }

  /// The text of a file's bytes: without a byte order mark, and with U+FFFD for what is not UTF-8.
  static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...], as: UTF8.self)
  }

  private static var systemError: String { String(cString: strerror(errno)) }
}

/// A file that could not be read.
struct SkippedRead: Error {
  let reason: SkipReason
  /// Whether the reason lies in the file's bytes, so that it holds until they change.
  var isByContent = false
}

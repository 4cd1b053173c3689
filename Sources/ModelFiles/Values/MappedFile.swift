import CFileGuard
import Platform
import Synchronization

/// The bytes of a file, mapped read-only into memory. Readers check every offset against `count` once, when they make
/// a `TensorView`; after that a view only ever sees its own bytes.
///
/// Akin replaces files by renaming new ones over them, so that a mapped file keeps its bytes. Of a file that another
/// program cuts while it is mapped, the missing bytes are read as zeros, and ``wasCut`` says so.
public final class MappedFile: Sendable {
  /// The path as it was given.
  public let path: String
  /// Length in bytes, at least 1.
  public let count: Int

  // Sound to share: the memory is mapped read-only and unmapped only by deinit.
  private nonisolated(unsafe) let base: UnsafeMutableRawPointer
  private let isFile: Bool
  /// Its number among the guarded ranges; -1 for none.
  private let guarded: Int32
  private static let guards = Mutex(())

  /// Whether bytes were missing from the file when they were read. What came of them is worth nothing.
  public var wasCut: Bool { akin_guard_was_cut(guarded) }

  /// Maps a regular file.
  /// - Throws: `missing`, `unreadable`, `wrongFileType`, or `malformed` for an empty file.
  public init(path: String) throws(ModelFileError) {
    // O_NONBLOCK: a pipe must be refused, not waited for.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ModelFileError(errno == ENOENT ? .missing : .unreadable(SystemError.message()), path: path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw ModelFileError(.unreadable(SystemError.message()), path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device, pipe or socket"
      throw ModelFileError(.wrongFileType(expected: "a file", found: found), path: path)
    }
    guard status.st_size > 0 else { throw ModelFileError(.malformed("the file is empty"), path: path) }
    let count = Int(status.st_size)
    guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
      throw ModelFileError(.unreadable(SystemError.message()), path: path)
    }
    self.path = path
    self.count = count
    self.base = base
    isFile = true
    guarded = Self.guards.withLock { _ in akin_guard_add(base, count) }
  }

  /// Holds a copy of `bytes` as if they were the content of `path`, which need not exist.
  /// - Throws: `malformed` where there are none, `unreadable` where there is no memory.
  public init(bytes: [UInt8], path: String) throws(ModelFileError) {
    guard !bytes.isEmpty else { throw ModelFileError(.malformed("the file is empty"), path: path) }
    let anonymous = MAP_PRIVATE | MAP_ANONYMOUS
    guard let base = mmap(nil, bytes.count, PROT_READ | PROT_WRITE, anonymous, -1, 0), base != MAP_FAILED else {
      throw ModelFileError(.unreadable(SystemError.message()), path: path)
    }
    bytes.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: base, count: bytes.count).copyMemory(from: source)
    }
    self.path = path
    self.count = bytes.count
    self.base = base
    isFile = false
    guarded = -1
  }

  deinit {
    Self.guards.withLock { _ in akin_guard_remove(guarded) }
    munmap(base, count)
  }

  /// Gives the bytes to `body`; the pointer is valid only during the call.
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// Gives the pages back to the system, which reads them from the file again when they are next used. For weights
  /// that have been repacked and will not be read for a long time.
  public func releasePages() {
    guard isFile else { return }
    madvise(base, count, MADV_DONTNEED)
  }

  /// Tells the system that all bytes are about to be read in order.
  func willReadAll() {
    guard isFile else { return }
    madvise(base, count, MADV_WILLNEED)
  }
}

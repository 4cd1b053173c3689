import Platform
import Synchronization

/// Held by the one process that indexes a collection, or embeds its texts; the system releases it when the process ends,
/// however it ends. Readers need none, and single writes only SQLite's own.
public final class IndexingLock: CollectionLock {
  /// What a lock is for.
  enum Work: String, CaseIterable {
    case indexing, embedding

    /// Of the file beside the collection's.
    var suffix: String { "." + rawValue }
  }

  private let descriptor: Mutex<Int32>

  /// - Parameter path: the collection's file; the lock is a file beside it.
  /// - Throws: `busy`, with the process that holds it; `storageFailed`.
  init(path: String, _ work: Work = .indexing) throws(CollectionError) {
    let descriptor = Self.openFile(path + work.suffix)
    guard descriptor >= 0 else {
      throw CollectionError(.storageFailed, path: path, detail: SystemError.message())
    }
    guard Self.isTaken(descriptor) else {
      let holder = Self.holder(descriptor)
      close(descriptor)
      throw CollectionError(.busy, path: path, detail: holder.isEmpty ? "it is being indexed" : "process \(holder)")
    }
    ftruncate(descriptor, 0)
    let text = Array("\(getpid())\n".utf8)
    _ = text.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    self.descriptor = Mutex(descriptor)
  }

  /// Whether someone holds the lock of a collection's file. Blocks, but not for the lock.
  static func isHeld(path: String, _ work: Work = .indexing) -> Bool {
    let descriptor = open(path + work.suffix, O_RDONLY | O_CLOEXEC)
    // Nobody has ever indexed it.
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
    flock(descriptor, LOCK_UN)
    return false
  }

  /// Those who only look hold it for some microseconds: ``isHeld(path:)``.
  private static func isTaken(_ descriptor: Int32) -> Bool {
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(1000)
    }
    return false
  }

  /// Lets others have it; done at the latest when the lock goes out of use.
  public func release() {
    descriptor.withLock { descriptor in
      guard descriptor >= 0 else { return }
      // Not by closing alone: a child process that has not got to its program yet, such as git, has the descriptor too.
      flock(descriptor, LOCK_UN)
      close(descriptor)
      descriptor = -1
    }
  }

  deinit {
    release()
  }

  private static func openFile(_ path: String) -> Int32 {
    open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: bytes.prefix(max(count, 0)).filter { (0x30...0x39).contains($0) }, as: UTF8.self)
  }
}

/// Runs `body` while no other process, and no other thread, runs one for the same folder: two that make or migrate a file at once
/// would each find it half done, and one that opens a file while it is taken away would make another one. Where the folder cannot
/// be opened, `body` finds out why.
func alone<Value, Failure>(in folder: String, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
  let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
  guard descriptor >= 0 else { return try body() }
  defer {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
  while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  return try body()
}

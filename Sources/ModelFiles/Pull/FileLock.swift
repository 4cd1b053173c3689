import Platform

/// An exclusive lock between processes, and between tasks of one process (flock(2) on a file of its own). The system
/// releases it when the process ends in whatever way. The file stays: removing it would let two holders in.
final class FileLock: Sendable {
  private let descriptor: Int32

  /// Waits until the lock is free. flock cannot be waited for without blocking a thread, so it is asked ten times a
  /// second.
  /// - Throws: `failed` where the file cannot be made, `cancelled`.
  init(path: String) async throws(SourceError) {
    do throws(ModelFileError) {
      try Files.makeFolders(Files.parent(of: path))
    } catch {
      throw SourceError(error)
    }
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .failed("\(path): cannot be written: \(SystemError.message())")
    }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        throw .failed("\(path): cannot be locked: \(SystemError.message())")
      }
      do { try await Task.sleep(for: .milliseconds(100)) } catch { throw .cancelled }
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}

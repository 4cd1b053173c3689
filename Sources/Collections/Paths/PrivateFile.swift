import Platform

/// Files that nobody but their owner reads: they hold texts of what was indexed.
public enum PrivateFile {
  /// Of files: read and written by the owner.
  public static let mode: mode_t = 0o600
  /// Of the folders that they are in.
  public static let folderMode: mode_t = 0o700

  /// Makes a file private that is there, or an empty one that is, for a library that would make it readable for others.
  static func prepare(_ path: String) {
    // One that is there is not opened: closing it would take away the locks that SQLite holds on it in this process.
    guard access(path, F_OK) != 0 else { return restrict(path, to: mode) }
    let descriptor = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    if descriptor >= 0 { close(descriptor) }
  }

  /// Takes the rights of others on something of one's own away, also where it was there before. That it cannot be done is
  /// no error: some file systems know no rights.
  public static func restrict(_ path: String, to mode: mode_t) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o077 != 0 else { return }
    chmod(path, mode)
  }

  /// Makes a folder that is its owner's alone, and those above it.
  /// - Throws: `storageFailed`.
  static func makeFolder(_ path: String) throws(CollectionError) {
    var above = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      above += "/" + part
      guard mkdir(above, folderMode) == 0 || errno == EEXIST || errno == EISDIR else {
        throw CollectionError(.storageFailed, path: path, detail: SystemError.message())
      }
    }
    restrict(path, to: folderMode)
  }

  /// Writes a whole private file or none.
  /// - Throws: `storageFailed`.
  static func replace(_ path: String, with bytes: [UInt8]) throws(CollectionError) {
    let temporary = path + ".\(getpid()).partial"
    func failed() -> CollectionError {
      CollectionError(.storageFailed, path: path, detail: SystemError.message())
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failed() }
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    let isWritten = count == bytes.count && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(temporary, path) == 0 else {
      let error = failed()
      unlink(temporary)
      throw error
    }
  }
}

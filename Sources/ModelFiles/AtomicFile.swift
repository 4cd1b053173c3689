import Platform

/// Writes whole files or none: under a temporary name in the same folder, synchronised, then renamed.
enum AtomicFile {
  /// - Parameters:
  ///   - path: replaced where it exists; the folders above it are made.
  ///   - mode: its rights.
  ///   - body: is given a function that appends bytes.
  /// - Throws: `unwritable`, and what `body` throws; the temporary file is removed then.
  static func write(
    to path: String, mode: mode_t = 0o644,
    _ body: (_ append: ([UInt8]) throws(ModelFileError) -> Void) throws(ModelFileError) -> Void
  ) throws(ModelFileError) {
    let folder = Files.parent(of: path)
    try Files.makeFolders(folder)
    let temporary = path + ".\(getpid()).\(UInt64.random(in: 0...UInt64.max)).partial"
    func unwritable() -> ModelFileError {
      ModelFileError(.unwritable(SystemError.message()), path: path)
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw unwritable() }
    do throws(ModelFileError) {
      defer { close(descriptor) }
      try body { bytes throws(ModelFileError) in
        guard bytes.withUnsafeBytes({ append($0, to: descriptor) }) else { throw unwritable() }
      }
      guard fsync(descriptor) == 0 else { throw unwritable() }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let error = unwritable()
      unlink(temporary)
      throw error
    }
    Files.synchronize(folder: folder)
  }

  /// Writes `bytes` as the whole content of `path`.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(ModelFileError) {
    try write(to: path, mode: mode) { append throws(ModelFileError) in try append(bytes) }
  }

  /// Appends all of `bytes`.
  /// - Returns: false where the system refuses; `errno` says why.
  static func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Platform.write(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}

private enum Platform {
  /// write(2), whose name the enclosing type hides.
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}

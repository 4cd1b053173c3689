import AkinCollections

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that is there whole or not at all: the one that was there stays until the new one is written.
enum WholeFile {
  /// - Throws: ``WriteError``.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let target = FilePath.isOrdinaryOrNothing(path) ? "\(path).\(getpid()).partial" : path
    let descriptor = try Descriptor.open(writing: target)
    do {
      try bytes.withUnsafeBytes { try descriptor.write($0, name: path) }
    } catch {
      descriptor.close()
      if target != path { unlink(target) }
      throw error
    }
    descriptor.close()
    guard target != path, rename(target, path) != 0 else { return }
    let reason = SystemError.current
    unlink(target)
    throw WriteError(target: path, reason: reason)
  }
}

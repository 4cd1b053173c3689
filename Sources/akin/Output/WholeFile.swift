import Platform

/// A file that is there whole or not at all: the one that was there stays until the new one is written.
enum WholeFile {
  /// - Throws: ``WriteError``.
  static func write(_ bytes: [UInt8], to path: String) throws {
    let place = OutputPlace(path)
    // A signal leaves nothing half written behind.
    let watch = SignalWatch { signal in
      if place.isReplaced { unlink(place.partial) }
      SignalWatch.end(by: signal)
    }
    defer { withExtendedLifetime(watch) {} }
    let descriptor = try Descriptor.open(writing: place.partial, name: path)
    do {
      try bytes.withUnsafeBytes { try descriptor.write($0, name: path) }
    } catch {
      descriptor.close()
      if place.isReplaced { unlink(place.partial) }
      throw error
    }
    descriptor.close()
    try place.replace()
  }
}

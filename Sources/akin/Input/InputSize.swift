import Platform

/// How much input there is, where that is known before it is read.
enum InputSize {
  /// Bytes of an ordinary file; nil of anything else.
  /// - Parameter descriptor: where the file is open already.
  static func bytes(of path: String, _ descriptor: Descriptor? = nil) -> Int? {
    var status = stat()
    let outcome = descriptor.map { fstat($0.number, &status) } ?? stat(path, &status)
    guard outcome == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }
}

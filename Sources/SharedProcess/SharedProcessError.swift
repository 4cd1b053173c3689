/// Why no shared process can be reached.
public struct SharedProcessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence for a person.
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// A system call that failed with `errno`.
  static func call(_ what: String, _ code: Int32) -> SharedProcessError {
    SharedProcessError("\(what): \(UnixSocket.message(code))")
  }
}

/// Why a call of the system failed.
package struct SystemError: Error, CustomStringConvertible {
  /// The system's number.
  package let number: Int32

  /// - Parameter errno: the system's number.
  package init(errno: Int32) {
    number = errno
  }

  /// Whether nothing is there any more.
  package var isGone: Bool { number == ENOENT }
  package var description: String { Self.message(number) }

  /// The system's words for an error number; for that of the last call where none is given.
  package static func message(_ number: Int32 = errno) -> String {
    // Known numbers have constant texts, so that the call is safe from any thread.
    String(cString: strerror(number))
  }
}

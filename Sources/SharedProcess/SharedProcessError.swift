import Platform

/// Why no shared process can be reached.
public struct SharedProcessError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One sentence for a person.
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// What a message says of a process whose number is known: ` (process 17)`.
  static func named(_ process: pid_t?) -> String { process.map { " (process \($0))" } ?? "" }

  /// A process that a signal has stopped.
  static func stopped(_ process: pid_t) -> SharedProcessError {
    SharedProcessError(
      "the shared process\(named(process)) is stopped: 'kill -CONT \(process)' lets it go on; after 'kill -KILL \(process)' the "
        + "next session starts another")
  }

  /// A process that is there and says nothing.
  static func stuck(_ process: pid_t?, _ address: SharedAddress) -> SharedProcessError {
    let advice = process.map { ": after 'kill -KILL \($0)' the next session starts another" } ?? ""
    return SharedProcessError("the shared process\(named(process)) at \(address.socket) does not answer\(advice)")
  }

  /// A system call that failed with `errno`.
  static func call(_ what: String, _ code: Int32) -> SharedProcessError {
    SharedProcessError("\(what): \(SystemError.message(code))")
  }
}

/// Why a server did not do what it was asked for.
package struct PostgresError: Error, Sendable, Equatable {
  /// The machine-readable reason.
  package enum Kind: Sendable, Equatable {
    /// libpq is not there.
    case noLibrary
    /// The address cannot be read.
    case address
    /// No connection: no server, a wrong password, no such database.
    case unreachable
    /// The connection was lost; whether the last statement was done is not known.
    case lost
    /// The server refused a statement, with its SQLSTATE (PostgreSQL's documentation, appendix A).
    case refused(state: String)
    /// The server has answered something that was not asked for.
    case unexpected
    /// The caller's task was cancelled.
    case cancelled
  }

  /// The machine-readable reason.
  package let kind: Kind
  /// What the library or the server said, in one line; never a password.
  package let message: String

  package init(_ kind: Kind, _ message: String = "") {
    self.kind = kind
    self.message = message
  }

  /// Whether the same statements may be done when they are sent again: the server's own words for "try again", and a server that is
  /// about to end or has just begun.
  package var isPassing: Bool {
    switch kind {
    case .lost: true
    // Serialisation, deadlock; an administrator's shutdown, a crash, a start that is not over; too many connections.
    // Tables that somebody else has made meanwhile.
    case .refused(let state):
      ["40001", "40P01", "57P01", "57P02", "57P03", "53300", "42P06", "42P07"].contains(state)
    default: false
    }
  }
}

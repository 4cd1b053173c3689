import Postgres

extension CollectionError {
  /// An error of a server's as one of this room's.
  /// - Parameter place: the collection's or the server's, without secrets.
  init(_ error: any Error, at place: String) {
    switch error {
    case let error as CollectionError: self = error.located(at: place)
    case is CancellationError: self.init(.cancelled)
    case let error as PostgresError: self.init(error, at: place)
    default: self.init(.damaged, path: place, detail: "\(error)")
    }
  }

  private init(_ error: PostgresError, at place: String) {
    switch error.kind {
    case .noLibrary: self.init(.storageFailed, path: place, detail: error.message, advice: "then try again")
    case .address: self.init(.invalid(parameter: "store", expected: error.message, found: "another text"))
    case .unreachable:
      self.init(
        .storageFailed, path: place, detail: error.message,
        advice: "look at the address, at the server, and at the password in PGPASSWORD or ~/.pgpass")
    case .lost:
      self.init(
        .storageFailed, path: place, detail: error.message, advice: "try again when the server answers again")
    case .unexpected: self.init(.damaged, path: place, detail: error.message)
    case .cancelled: self.init(.cancelled)
    case .refused(let state): self.init(state: state, error.message, at: place)
    }
  }

  /// - Parameter state: SQLSTATE (PostgreSQL's documentation, appendix A).
  private init(state: String, _ message: String, at place: String) {
    switch state {
    case "57014" where Task.isCancelled: self.init(.cancelled)
    // A statement's time is over, or that for a lock.
    case "57014", "55P03", "40001", "40P01": self.init(.busy, path: place, detail: message)
    case "42501", "25006":
      self.init(
        .storageFailed, path: place, detail: message,
        advice: "this role may not do it: ask for the right, or search with --no-update")
    case "53100", "53200", "53400":
      self.init(.storageFailed, path: place, detail: message, advice: "look at the server's free space and memory")
    case "53300":
      self.init(
        .storageFailed, path: place, detail: message,
        advice: "the server takes no more connections: try again later, or raise its max_connections")
    case "57P01", "57P02", "57P03":
      self.init(.storageFailed, path: place, detail: message, advice: "try again when the server is up")
    case "XX001", "XX002", "42P01", "42703", "3F000", "23505":
      self.init(.damaged, path: place, detail: message)
    default: self.init(.storageFailed, path: place, detail: message, advice: "SQLSTATE \(state)")
    }
  }
}

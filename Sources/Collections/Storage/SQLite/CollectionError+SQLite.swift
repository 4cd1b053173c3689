import GRDB
import Platform

extension CollectionError {
  /// An error of SQLite's as one of this room's.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as CollectionError: self = error.located(at: path)
    case is CancellationError: self.init(.cancelled)
    case let error as DatabaseError
    where [.SQLITE_CANTOPEN, .SQLITE_IOERR].contains(error.resultCode) && HostProcess.lacksDescriptors:
      self.init(
        .storageFailed, path: path,
        detail: "this process may have \(HostProcess.descriptorLimit) files open, which are not enough",
        advice: "let it have more (ulimit -n), or ask for fewer collections at once")
    case let error as DatabaseError:
      self.init(Self.kind(of: error.resultCode), path: path, detail: error.message ?? "\(error.resultCode)")
    default: self.init(.damaged, path: path, detail: "\(error)")
    }
  }

  private static func kind(of code: ResultCode) -> Kind {
    switch code {
    // The last is of the locks too, when many take them at once.
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: .busy
    case .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_NOLFS,
      .SQLITE_NOMEM, .SQLITE_TOOBIG, .SQLITE_INTERRUPT, .SQLITE_ABORT:
      .storageFailed
    default: .damaged
    }
  }
}

/// Runs `body` with every error as one of this room's.
func storing<Value>(_ path: String, _ body: () throws -> Value) throws(CollectionError) -> Value {
  do {
    return try body()
  } catch {
    throw CollectionError(error, path: path)
  }
}

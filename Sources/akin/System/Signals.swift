import AkinCollections
import Platform

/// What the process does about signals, and how it leaves.
enum Signals {
  /// A write to a closed pipe becomes an error (EPIPE) that the writer handles, instead of the end of the process:
  /// the parent may have left SIGPIPE ignored or not, and both should look the same.
  static func ignoreBrokenPipe() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// The system forgets children as they end: none of them is waited for.
  static func ignoreChildren() {
    signal(SIGCHLD, SIG_IGN)
  }

  /// Leaves at once. Everything worth writing has been flushed by whoever wrote it.
  static func exit(_ status: ExitStatus) -> Never {
    exit(code: status.rawValue)
  }

  /// Leaves at once with a status of another kind: the server's.
  static func exit(code: Int32) -> Never {
    SQLiteCollection.closeAll()
    _exit(code)
  }
}

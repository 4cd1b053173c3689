import JSON
import Platform

/// The limits of a connection. How large they are is the application's to say.
public struct RPCOptions: Sendable {
  /// Length, nesting and values of a message.
  public var message: JSONLimits
  /// Elements in a batch.
  public var batchCount: Int
  /// While more bytes than this wait to be read by the client, new work is refused with -32000.
  public var backlogBytes: Int
  /// When more bytes than this wait, the connection ends; eight times ``backlogBytes`` unless set.
  public var backlogBytesFatal: Int
  /// While more requests than this are unanswered, new work is refused with -32000.
  public var pendingCount: Int
  /// While unanswered requests take more bytes than this on the wire, new work is refused with -32000.
  public var pendingBytes: Int
  /// At the end, accepted requests are waited for as long as one is answered, or says that it goes on, in every so many
  /// seconds; then they are cancelled. A client that reads nothing for as long is given up.
  public var drainSeconds = 30.0
  /// From `RPCConnection.stop` to the last byte.
  public var stopSeconds = 0.9
  /// From a `stop` that finishes accepted work to the cancelling of what is not finished.
  public var finishSeconds = 0.5
  /// What progress is called, where the application has any.
  public var progress: RPCProgress?
  /// Receives lines for a debug log. They hold methods and ids and never parameters.
  public var log: (@Sendable (String) -> Void)?

  /// A patient connection with these limits.
  public init(message: JSONLimits, batchCount: Int, backlogBytes: Int, pendingCount: Int, pendingBytes: Int) {
    self.message = message
    self.batchCount = batchCount
    self.backlogBytes = backlogBytes
    let (fatal, isTooLarge) = backlogBytes.multipliedReportingOverflow(by: 8)
    backlogBytesFatal = isTooLarge ? .max : fatal
    self.pendingCount = pendingCount
    self.pendingBytes = pendingBytes
  }
}

/// How an application's protocol tells of work under way: JSON-RPC 2.0 has nothing for it.
public struct RPCProgress: Sendable {
  /// The notification, whose parameters are `token` and `value`.
  public var method: String
  /// The parameter by which a request asks for progress, with a token of the client's.
  public var workToken: String
  /// Likewise, for parts of the result.
  public var partToken: String

  /// These names.
  public init(method: String, workToken: String, partToken: String) {
    self.method = method
    self.workToken = workToken
    self.partToken = partToken
  }
}

/// The connection's limits by the names that errors give them in `data.limit`, with what each counts.
package enum RPCLimit: String, CaseIterable {
  case maxMessageBytes, maxDepth, maxValues, maxBatch, maxPendingRequests, maxPendingBytes, maxBacklogBytes

  package var unit: String {
    switch self {
    case .maxMessageBytes, .maxPendingBytes, .maxBacklogBytes: "bytes"
    case .maxDepth: "levels"
    case .maxValues: "values"
    case .maxBatch: "messages"
    case .maxPendingRequests: "requests"
    }
  }
}

/// Why a connection ended.
public enum RPCEnd: Sendable, Equatable, CustomStringConvertible {
  /// The client closed its side, after a whole message.
  case endOfInput
  /// `RPCHandler.admit` said so.
  case exitRequested
  /// `RPCConnection.stop` was called.
  case stopped
  /// Where a message ends is no longer known, or the last one was cut.
  case brokenInput(String)
  /// Reading failed.
  case inputFailed(errno: Int32)
  /// Writing failed; EPIPE says that the client no longer reads, which is nothing to report.
  case outputFailed(errno: Int32)
  /// The client read nothing for `RPCOptions.drainSeconds` at the end.
  case outputStalled
  /// The client asked on and on and read nothing: this many bytes waited.
  case backlogExceeded(bytes: Int)

  /// One line for a person.
  public var description: String {
    switch self {
    case .endOfInput: "end of input"
    case .exitRequested: "told to exit"
    case .stopped: "stopped"
    case .brokenInput(let reason): "broken input: \(reason)"
    case .inputFailed(let errno): "reading failed: \(SystemError.message(errno))"
    case .outputFailed(let errno): "writing failed: \(SystemError.message(errno))"
    case .outputStalled: "the client stopped reading"
    case .backlogExceeded(let bytes): "the client does not read: \(bytes) bytes wait for it"
    }
  }
}

/// Counters of a connection.
public struct RPCStatus: Sendable, Equatable {
  /// Requests and notifications that are being handled.
  public var pending = 0
  /// Bytes that wait to be read by the client.
  public var backlogBytes = 0
  /// Requests and notifications received.
  public var received = 0
  /// Requests answered, with a result or an error.
  public var answered = 0
  /// Requests that the client cancelled in time.
  public var cancelled = 0
}

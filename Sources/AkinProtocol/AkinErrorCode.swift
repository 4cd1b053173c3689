/// Every code an error of this protocol may have.
///
/// -32000 to -32019 are Akin's, out of the range that JSON-RPC 2.0 leaves to servers. -32001 and -32002 are left out:
/// LSP has given them meanings.
public enum AkinErrorCode: Int, Sendable, CaseIterable {
  /// The message is not JSON.
  case parseError = -32700
  /// The message is not a request, or comes at the wrong time.
  case invalidRequest = -32600
  /// No such method.
  case methodNotFound = -32601
  /// A parameter is missing, unknown, of another type or out of range.
  case invalidParams = -32602
  /// A defect of the server.
  case internalError = -32603
  /// The request was cancelled.
  case requestCancelled = -32800
  /// The server ended before the request was finished. Another server may be asked.
  case serverCancelled = -32802
  /// Too many answers are unread, or too many requests under way.
  case connectionBacklog = -32000
  /// Too much work is waiting for the encoder.
  case overloaded = -32003
  /// The model is not on this machine.
  case modelMissing = -32004
  /// The model's files cannot be used.
  case modelUnusable = -32005
  /// With overflow `error`: a text has more tokens than the model takes.
  case textTooLong = -32006
  /// The model has no prompt of this name.
  case unknownPrompt = -32007
  /// A limit of ``ServerLimits`` is exceeded.
  case limitExceeded = -32008
  /// No collection has this name.
  case collectionUnknown = -32009
  /// Another process is changing the collection.
  case collectionBusy = -32010
  /// The collection's file cannot be read.
  case collectionDamaged = -32011
  /// The disk is full, or cannot be written.
  case storageFailed = -32012
  /// The collection was made with another model or precision.
  case collectionModel = -32013
  /// With a shared model process: it ended before it answered. Asking again starts another.
  case modelProcessEnded = -32019

  /// The code's name in `error.data.kind`. It is what clients compare, and does not change.
  public var kind: String {
    switch self {
    case .parseError: "parseError"
    case .invalidRequest: "invalidRequest"
    case .methodNotFound: "methodNotFound"
    case .invalidParams: "invalidParams"
    case .internalError: "internalError"
    case .requestCancelled: "requestCancelled"
    case .serverCancelled: "serverCancelled"
    case .connectionBacklog: "connectionBacklog"
    case .overloaded: "overloaded"
    case .modelMissing: "modelMissing"
    case .modelUnusable: "modelUnusable"
    case .textTooLong: "textTooLong"
    case .unknownPrompt: "unknownPrompt"
    case .limitExceeded: "limitExceeded"
    case .collectionUnknown: "collectionUnknown"
    case .collectionBusy: "collectionBusy"
    case .collectionDamaged: "collectionDamaged"
    case .storageFailed: "storageFailed"
    case .collectionModel: "collectionModel"
    case .modelProcessEnded: "modelProcessEnded"
    }
  }
}

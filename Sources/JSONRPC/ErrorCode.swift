/// The `code` of an error answer. A structure and not an enumeration, so that a code nobody listed survives a round trip.
///
/// | range | owner |
/// |---|---|
/// | -32768 ... -32000 | reserved by JSON-RPC 2.0, section 5.1 |
/// | -32700, -32600 ... -32603 | defined there |
/// | -32099 ... -32000 | left there to servers; -32000 is used here, the rest belongs to the application |
/// | -32899 ... -32800 | reserved by LSP 3.17; -32800 and -32802 are used here |
/// | all others | the application |
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
  /// The number on the wire.
  public let rawValue: Int

  /// Any number.
  public init(rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The text is not JSON.
  public static let parseError = ErrorCode(rawValue: -32700)
  /// JSON that is no request.
  public static let invalidRequest = ErrorCode(rawValue: -32600)
  /// No such method.
  public static let methodNotFound = ErrorCode(rawValue: -32601)
  /// Parameters that are not the method's.
  public static let invalidParams = ErrorCode(rawValue: -32602)
  /// A fault of the server.
  public static let internalError = ErrorCode(rawValue: -32603)
  /// Refused before any work: too much waits to be done or to be read by the client. Asking again later may succeed.
  public static let connectionBacklog = ErrorCode(rawValue: -32000)
  /// The client cancelled the request (LSP 3.17, `RequestCancelled`).
  public static let requestCancelled = ErrorCode(rawValue: -32800)
  /// The server gave up the request for reasons of its own, such as its end (LSP 3.17, `ServerCancelled`).
  public static let serverCancelled = ErrorCode(rawValue: -32802)

  /// The name of a code of this room in `error.data.kind`; nil for the application's codes, which name themselves.
  var kind: String? {
    switch self {
    case .parseError: "parseError"
    case .invalidRequest: "invalidRequest"
    case .methodNotFound: "methodNotFound"
    case .invalidParams: "invalidParams"
    case .internalError: "internalError"
    case .connectionBacklog: "connectionBacklog"
    case .requestCancelled: "requestCancelled"
    case .serverCancelled: "serverCancelled"
    default: nil
    }
  }
}

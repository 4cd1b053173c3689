import JSON

/// The `error` of an answer: JSON-RPC 2.0, section 5.1.
public struct ResponseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of error, for programs.
  public let code: ErrorCode
  /// What happened, for people: one sentence.
  public let message: String
  /// Particulars for programs; of every code of this room an object with its `kind`.
  public let data: JSONValue?

  /// - Parameters:
  ///   - code: what kind of error.
  ///   - message: one sentence.
  ///   - data: particulars; where they are an object, or none, the code's `kind` is added.
  public init(_ code: ErrorCode, _ message: String, data: JSONValue? = nil) {
    self.code = code
    self.message = message
    self.data = Self.named(data, by: code)
  }

  private static func named(_ data: JSONValue?, by code: ErrorCode) -> JSONValue? {
    guard let kind = code.kind, data?["kind"] == nil else { return data }
    var named: JSONObject = ["kind": .string(kind)]
    switch data {
    case nil: break
    case .object(let members)?: for member in members { named[member.key] = member.value }
    default: return data
    }
    return .object(named)
  }

  /// The answer to what goes beyond a limit of the connection.
  /// - Parameters:
  ///   - actual: what was counted, as far as it was.
  ///   - message: one sentence.
  init(_ code: ErrorCode, _ limit: RPCLimit, maximum: Int, actual: Int, _ message: String) {
    self.init(
      code, message,
      data: [
        "limit": .string(limit.rawValue), "maximum": JSONValue(maximum), "actual": JSONValue(actual),
        "unit": .string(limit.unit),
      ])
  }

  /// The answer to a request with parameters that are not the method's: -32602, with `path`, `expected` and `found`
  /// as data.
  public init(_ error: JSONFieldError) {
    self.init(
      .invalidParams, error.description,
      data: ["path": .string(error.path), "expected": .string(error.expected), "found": .string(error.found)])
  }

  /// The answer to a request whose method nobody has: -32601, naming the method, cut to 200 bytes.
  public static func methodNotFound(_ method: String) -> ResponseError {
    ResponseError(.methodNotFound, "unknown method \(quoted(method))")
  }

  /// The answer to a request that the client has cancelled: -32800.
  public static let cancelled = ResponseError(.requestCancelled, "cancelled")

  /// The answer to a request that is given up because the server ends: -32802.
  public static let serverEnds = ResponseError(.serverCancelled, "the server ends before the request is finished")

  /// Code and message.
  public var description: String {
    "\(message) (\(code.rawValue))"
  }

  /// `text` in quotes, cut to 200 bytes at a character.
  static func quoted(_ text: String) -> String {
    var cut = ""
    for character in text {
      guard cut.utf8.count + character.utf8.count <= 200 else { return "\"\(cut)…\"" }
      cut.append(character)
    }
    return "\"\(cut)\""
  }

  /// `{"code":…,"message":…}`, with `data` where there is any; never another member, since strict clients refuse them.
  func write(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: "{\"code\":\(code.rawValue),\"message\":".utf8)
    JSONValue.string(message).write(into: &bytes)
    if let data {
      bytes.append(contentsOf: ",\"data\":".utf8)
      data.write(into: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}

/// An error that knows its answer.
public protocol ResponseErrorConvertible: Error {
  /// The answer.
  var responseError: ResponseError { get }
}

extension JSONFieldError: ResponseErrorConvertible {
  /// -32602 with the parameter's path.
  public var responseError: ResponseError { ResponseError(self) }
}

extension ResponseError {
  /// The answer for whatever a handler throws: its own, -32800 for a cancelled task, else -32603.
  init(thrown error: any Error) {
    switch error {
    case let error as ResponseError: self = error
    case let error as any ResponseErrorConvertible: self = error.responseError
    case is CancellationError: self = .cancelled
    default: self.init(.internalError, "internal error: \(error)")
    }
  }
}

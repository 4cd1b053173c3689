import AkinProtocol
import JSON

/// Why a request has no result. A cancelled task gets a `CancellationError` instead.
public enum AkinClientError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The program cannot be started; says where it was looked for and how to get it.
  case programNotFound(String)
  /// The server refused the request.
  case refused(Refusal)
  /// The server ended during the request, and again when it was started anew; says how, and what it wrote last.
  case serverEnded(String)
  /// What came is not what the protocol says.
  case unexpectedAnswer(String)
  /// The client was closed before or during the request.
  case closed

  /// The `error` of an answer.
  public struct Refusal: Sendable, Equatable {
    /// The code's number on the wire.
    public let number: Int
    /// What kind of error; nil for a code that this version does not know.
    public var code: AkinErrorCode? { AkinErrorCode(rawValue: number) }
    /// One line for a person, in the words of the method that was called.
    public private(set) var message: String
    /// The argument of one of the client's own methods that is to blame, such as `texts[3]`; nil where none is, and for
    /// ``AkinClient/request(_:_:progress:)``.
    public private(set) var argument: String?
    /// Which parameter, what was expected and what came; nil where the error is about no parameter.
    public let data: ErrorData?

    init(_ field: JSONField) throws(JSONFieldError) {
      number = try field["code"].int(in: Int.min...Int.max)
      message = try field["message"].string()
      data = try? field["data"].optional(ErrorData.init)
    }

    func worded(_ message: String, argument: String) -> Refusal {
      var refusal = self
      (refusal.message, refusal.argument) = (message, argument)
      return refusal
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .programNotFound(let reason): reason
    case .refused(let refusal): "\(refusal.message) (\(refusal.number))"
    case .serverEnded(let reason): "the server \(reason)"
    case .unexpectedAnswer(let reason): "unexpected answer: \(reason)"
    case .closed: "the client is closed"
    }
  }
}

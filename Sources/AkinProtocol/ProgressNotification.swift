import JSON

/// `$/progress`: how far a request is. Sent only under a token that the request gave, and always before its answer.
public enum ProgressNotification: NotificationMethod {
  /// `$/progress`
  public static let name = "$/progress"

  /// A step of the work.
  public enum Step: ProtocolValue {
    /// The work starts.
    case begin(title: String)
    /// `percentage`: 0 to 100, never less than before.
    case report(message: String, percentage: Int)
    /// The work is over, well or not; `message` says how it went.
    case end(message: String? = nil)

    private enum Kind: String, CaseIterable {
      case begin, report, end
    }

    /// - Throws: where `kind` or a member that goes with it is missing or of another type.
    public init(_ field: JSONField) throws(JSONFieldError) {
      switch try field["kind"].oneOf(Kind.self) {
      case .begin: self = .begin(title: try field["title"].string())
      case .report:
        self = .report(message: try field["message"].string(), percentage: try field["percentage"].int(in: 0...100))
      case .end: self = .end(message: try field["message"].optionalString())
      }
    }

    /// The step as an object.
    public var json: JSONValue {
      switch self {
      case .begin(let title):
        ["kind": "begin", "title": .string(title), "cancellable": true, "percentage": 0]
      case .report(let message, let percentage):
        ["kind": "report", "message": .string(message), "percentage": .integer(Int64(percentage))]
      case .end(let message):
        .object(JSONObject(present: ["kind": "end", "message": message.map { .string($0) }]))
      }
    }
  }

  /// A token and a step.
  public struct Parameters: ProtocolValue {
    /// The token of the request.
    public var token: ProgressToken
    /// What happened.
    public var value: Step

    /// A step under a token.
    public init(token: ProgressToken, value: Step) {
      self.token = token
      self.value = value
    }

    /// - Throws: where `token` or `value` is missing or of another type.
    public init(_ field: JSONField) throws(JSONFieldError) {
      token = try ProgressToken(field["token"])
      value = try Step(field["value"])
    }

    /// The parameters as an object.
    public var json: JSONValue {
      ["token": token.json, "value": value.json]
    }
  }
}

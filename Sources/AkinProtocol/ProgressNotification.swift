import JSON

/// `$/progress`: how far a request is. Sent only under a token that the request gave, and always before its answer.
public enum ProgressNotification: NotificationMethod {
  /// `$/progress`
  public static let name = "$/progress"

  /// A step of the work.
  public enum Step: Sendable, Equatable {
    /// The work starts.
    case begin(title: String)
    /// `percentage`: 0 to 100, never less than before.
    case report(message: String, percentage: Int)
    /// The work is over, well or not.
    case end
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

    private enum Kind: String, CaseIterable {
      case begin, report, end
    }

    /// - Throws: where `token` or `value` is missing or of another type.
    public init(_ field: JSONField) throws(JSONFieldError) {
      token = try ProgressToken(field["token"])
      let step = field["value"]
      switch try step["kind"].oneOf(Kind.self) {
      case .begin: value = .begin(title: try step["title"].string())
      case .report:
        value = .report(message: try step["message"].string(), percentage: try step["percentage"].int(in: 0...100))
      case .end: value = .end
      }
    }

    /// The parameters as an object.
    public var json: JSONValue {
      let step: JSONValue
      switch value {
      case .begin(let title):
        step = ["kind": "begin", "title": .string(title), "cancellable": true, "percentage": 0]
      case .report(let message, let percentage):
        step = ["kind": "report", "message": .string(message), "percentage": .integer(Int64(percentage))]
      case .end:
        step = ["kind": "end"]
      }
      return ["token": token.json, "value": step]
    }
  }
}

import JSON

/// `window/workDoneProgress/cancel` (LSP 3.17): the person does not want the work any more whose progress is shown under a token.
public enum WorkDoneProgressCancelNotification: NotificationMethod {
  /// `window/workDoneProgress/cancel`
  public static let name = "window/workDoneProgress/cancel"

  /// Which work.
  public struct Parameters: ProtocolValue {
    /// The token of a request, or one that the server has made.
    public var token: ProgressToken

    /// The work under this token.
    public init(token: ProgressToken) {
      self.token = token
    }

    /// Reads `token`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      token = try ProgressToken(field["token"])
    }

    /// The parameters as an object.
    public var json: JSONValue { ["token": token.json] }
  }
}

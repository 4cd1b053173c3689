import JSON

/// `window/logMessage`: the server tells what it does. Sent only after a client asked for it by `trace`.
public enum LogMessageNotification: NotificationMethod {
  /// `window/logMessage`
  public static let name = "window/logMessage"

  /// One line of the log.
  public struct Parameters: ProtocolValue {
    /// How grave it is, with the numbers of LSP.
    public enum Severity: Int, Sendable, CaseIterable {
      /// The server could not do something.
      case error = 1
      /// The server did something another way.
      case warning = 2
      /// What a person may want to know.
      case info = 3
      /// What a developer may want to know.
      case log = 4
    }

    /// How grave it is.
    public var severity: Severity
    /// The line; never the text of a request.
    public var message: String

    /// This line.
    public init(severity: Severity, message: String) {
      self.severity = severity
      self.message = message
    }

    /// - Throws: where `type` or `message` is missing or of another type.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let number = try field["type"].int(in: 1...4)
      severity = Severity(rawValue: number) ?? .log
      message = try field["message"].string()
    }

    /// The parameters as an object.
    public var json: JSONValue {
      ["type": .integer(Int64(severity.rawValue)), "message": .string(message)]
    }
  }
}

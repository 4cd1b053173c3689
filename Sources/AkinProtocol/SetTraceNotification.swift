import JSON

/// `$/setTrace`: how much the server should tell by `window/logMessage`.
public enum SetTraceNotification: NotificationMethod {
  /// `$/setTrace`
  public static let name = "$/setTrace"

  /// How much is told.
  public enum Level: String, Sendable, CaseIterable {
    /// Nothing.
    case off
    /// One line a request: its method and how long it took.
    case messages
    /// As `messages`.
    case verbose
  }

  /// The new level.
  public struct Parameters: ProtocolValue {
    /// The new level.
    public var value: Level

    /// This level.
    public init(value: Level) {
      self.value = value
    }

    /// - Throws: where `value` is not a level.
    public init(_ field: JSONField) throws(JSONFieldError) {
      value = try field["value"].oneOf(Level.self)
    }

    /// The parameters as an object.
    public var json: JSONValue { ["value": .string(value.rawValue)] }
  }
}

import JSON

/// A valid request or notification.
public struct RPCRequest: Sendable {
  /// What the answer is filed under; nil for a notification, which is never answered.
  public let id: JSONRPCID?
  /// The method's name, any string.
  public let method: String
  /// The parameters, under the path `params`: an object or an array that is not empty. Absent ones, `null`, `[]` and `{}`
  /// all read as an absent value.
  public let params: JSONField
  /// Arrival number on its connection: 0, 1, 2 … in the order of `RPCHandler.admit`.
  public let sequence: Int

  /// - Parameters:
  ///   - id: nil for a notification.
  ///   - method: the method's name.
  ///   - params: nil for none.
  ///   - sequence: arrival number.
  public init(id: JSONRPCID?, method: String, params: JSONValue? = nil, sequence: Int = 0) {
    self.id = id
    self.method = method
    self.params = JSONField(Self.isEmpty(params) ? nil : params, path: "params")
    self.sequence = sequence
  }

  /// Whether no answer is expected.
  public var isNotification: Bool {
    id == nil
  }

  private static func isEmpty(_ params: JSONValue?) -> Bool {
    switch params {
    case nil, .null?: true
    case .array(let elements)?: elements.isEmpty
    case .object(let object)?: object.isEmpty
    default: false
    }
  }
}

import JSON

/// `$/cancelRequest`: the client no longer wants the answer of a request.
///
/// The request is answered all the same: with -32800, or with its result if that was made already. An id that nothing
/// waits under is ignored.
public enum CancelRequestNotification: NotificationMethod {
  /// `$/cancelRequest`
  public static let name = "$/cancelRequest"

  /// Which request.
  public struct Parameters: ProtocolValue {
    /// The request's id, a number or a string, as it was sent.
    public var id: JSONValue

    /// The request of this id.
    public init(id: JSONValue) {
      self.id = id
    }

    /// - Throws: where the id is no number and no string.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let member = field["id"]
      switch member.value {
      case .integer(let id)?: self.id = .integer(id)
      case .number(let id)?: self.id = .number(id)
      case .string(let id)?: self.id = .string(id)
      default: throw member.mismatch("a number or a string")
      }
    }

    /// The parameters as an object.
    public var json: JSONValue { ["id": id] }
  }
}

import JSON

/// `rpc.discover`: the description of the protocol in OpenRPC 1.3.2.
public enum DiscoverMethod: RequestMethod {
  /// `rpc.discover`
  public static let name = "rpc.discover"
  /// None.
  public typealias Parameters = NoParameters

  /// The document `protocol/openrpc.json`.
  public struct Result: ProtocolValue {
    /// The document.
    public var document: JSONValue

    /// This document.
    public init(document: JSONValue) {
      self.document = document
    }

    /// - Throws: where the value is not an object.
    public init(_ field: JSONField) throws(JSONFieldError) {
      document = .object(try field.object())
    }

    /// The document.
    public var json: JSONValue { document }
  }
}

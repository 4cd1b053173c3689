import JSON

/// `index/drop`: a collection is deleted with all that it holds.
public enum IndexDropMethod: RequestMethod {
  /// `index/drop`
  public static let name = "index/drop"

  /// Which collection.
  public struct Parameters: ProtocolParameters {
    /// The collection.
    public var collection: CollectionName

    /// The names of the parameters.
    public static let names = ["collection"]

    /// This collection.
    public init(collection: CollectionName) {
      self.collection = collection
    }

    /// Reads `collection`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      collection = try CollectionName(try field.named(Self.names)["collection"])
    }

    /// The parameters.
    public var json: JSONValue { ["collection": collection.json] }
  }

  /// It is gone; one that was not there is an error.
  public struct Result: ProtocolValue {
    /// The only value.
    public init() {}

    /// - Throws: where `dropped` is not true.
    public init(_ field: JSONField) throws(JSONFieldError) {
      guard try field["dropped"].bool() else { throw field["dropped"].mismatch("true") }
    }

    /// `{"dropped": true}`
    public var json: JSONValue { ["dropped": true] }
  }
}

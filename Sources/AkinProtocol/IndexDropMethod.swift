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

  /// It is gone, whether it was there or not: repeating the call is safe.
  public struct Result: ProtocolValue {
    /// Whether there was a collection of this name.
    public var dropped: Bool

    /// A result.
    public init(dropped: Bool) {
      self.dropped = dropped
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      dropped = try field["dropped"].bool()
    }

    /// The result as an object.
    public var json: JSONValue { ["dropped": .bool(dropped)] }
  }
}

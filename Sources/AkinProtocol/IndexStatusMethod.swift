import JSON

/// `index/status`: what a collection holds, and whether it is being changed.
public enum IndexStatusMethod: RequestMethod {
  /// `index/status`
  public static let name = "index/status"

  /// Which collection.
  public struct Parameters: ProtocolParameters {
    /// The collection, by its own name or its folder.
    public var collection: CollectionName

    /// The names of the parameters.
    public static let names = ["collection", "folder"]

    /// This collection.
    public init(collection: CollectionName) {
      self.collection = collection
    }

    /// - Throws: also where neither or both of `collection` and `folder` are given.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      switch (field["collection"].isPresent, field["folder"].isPresent) {
      case (_, false): collection = try CollectionName(field["collection"])
      case (false, true): collection = try CollectionName.folder(field["folder"])
      case (true, true): throw field["folder"].mismatch("either collection or folder", found: "both")
      }
    }

    /// The parameters.
    public var json: JSONValue { ["collection": collection.json] }
  }

  /// The state of a collection.
  public struct Result: ProtocolValue {
    /// What `index/list` says of it as well.
    public var collection: IndexListMethod.Collection
    /// The arithmetic of the model that made its vectors: `q8_0` or `f32`.
    public var precision: String
    /// Components of each vector.
    public var dimensions: Int
    /// Whether it is being changed now.
    public var isIndexing: Bool
    /// Its documents that a client has open, which are searched as they stand there.
    public var openDocuments: Int

    /// A state of these parts.
    public init(
      collection: IndexListMethod.Collection, precision: String, dimensions: Int, isIndexing: Bool, openDocuments: Int
    ) {
      self.collection = collection
      self.precision = precision
      self.dimensions = dimensions
      self.isIndexing = isIndexing
      self.openDocuments = openDocuments
    }

    /// Reads a state; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      collection = try IndexListMethod.Collection(field)
      precision = try field["precision"].string()
      dimensions = try field["dimensions"].int(in: 1...Int.max)
      isIndexing = try field["isIndexing"].bool()
      openDocuments = try field["openDocuments"].int(in: 0...Int.max)
    }

    /// The state as one object.
    public var json: JSONValue {
      guard case .object(var object) = collection.json else { return .null }
      object["precision"] = .string(precision)
      object["dimensions"] = .integer(Int64(dimensions))
      object["isIndexing"] = .bool(isIndexing)
      object["openDocuments"] = .integer(Int64(openDocuments))
      return .object(object)
    }
  }
}

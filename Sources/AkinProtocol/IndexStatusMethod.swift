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
      case (true, false): collection = try CollectionName(field["collection"])
      case (false, false): throw field["collection"].mismatch("the name of a collection, or else folder")
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
    /// Its approximate index; nil where it has none, and all vectors are scanned.
    public var graph: Graph?

    /// A state of these parts.
    public init(
      collection: IndexListMethod.Collection, precision: String, dimensions: Int, isIndexing: Bool, openDocuments: Int,
      graph: Graph? = nil
    ) {
      self.collection = collection
      self.precision = precision
      self.dimensions = dimensions
      self.isIndexing = isIndexing
      self.openDocuments = openDocuments
      self.graph = graph
    }

    /// Reads a state; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      collection = try IndexListMethod.Collection(field)
      precision = try field["precision"].string()
      dimensions = try field["dimensions"].int(in: 1...Int.max)
      isIndexing = try field["indexing"].bool()
      openDocuments = try field["openDocuments"].int(in: 0...Int.max)
      graph = try field["graph"].optional(Graph.init)
    }

    /// The state as one object.
    public var json: JSONValue {
      guard case .object(var object) = collection.json else { return .null }
      object["precision"] = .string(precision)
      object["dimensions"] = .integer(Int64(dimensions))
      object["indexing"] = .bool(isIndexing)
      object["openDocuments"] = .integer(Int64(openDocuments))
      object["graph"] = graph?.json ?? .null
      return .object(object)
    }
  }

  /// A graph of near neighbours, which searches without a filter use in place of a scan.
  public struct Graph: ProtocolValue {
    /// Vectors of the collection, with those that it keeps of removed texts.
    public var vectors: Int
    /// Vectors in the graph; the others are scanned.
    public var linked: Int
    /// Of the ten nearest to midpoints of pairs of its vectors, the part that the graph finds, measured when it was
    /// completed; nil before.
    public var recall: Double?
    /// Why searches do not use it; nil where they do.
    public var problem: String?

    /// A graph of these numbers.
    public init(vectors: Int, linked: Int, recall: Double?, problem: String? = nil) {
      self.vectors = vectors
      self.linked = linked
      self.recall = recall
      self.problem = problem
    }

    /// Reads a graph; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      vectors = try field["vectors"].int(in: 0...Int.max)
      linked = try field["linked"].int(in: 0...Int.max)
      recall = try field["recall"].optional { field throws(JSONFieldError) in try field.double() }
      problem = try field["problem"].optionalString()
    }

    /// The graph as an object; `used` says whether there is no problem.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "used": .bool(problem == nil),
          "vectors": .integer(Int64(vectors)),
          "linked": .integer(Int64(linked)),
          "recall": recall.map { .number($0) } ?? .null,
          "problem": problem.map { .string($0) },
        ]))
    }
  }
}

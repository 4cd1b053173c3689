import Documents
import JSON

/// `index/list`: the collections, or the documents of one.
public enum IndexListMethod: RequestMethod {
  /// `index/list`
  public static let name = "index/list"

  /// Of which collection, and which part of the list.
  public struct Parameters: ProtocolParameters {
    /// The collection whose documents are listed; nil lists the collections.
    public var collection: CollectionName?
    /// The store whose collections are listed; nil for the usual one.
    public var store: String?
    /// Documents before the first one listed.
    public var offset = 0
    /// Documents listed at most; 1 or more.
    public var count = 100

    /// The names of the parameters.
    public static let names = ["collection", "store", "offset", "count"]

    /// The collections, or the first hundred documents of one.
    public init(collection: CollectionName? = nil) {
      self.collection = collection
    }

    /// - Throws: also where a part of the list of collections is asked for, or the documents of a store.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      collection = try field["collection"].optional(CollectionName.init)
      offset = try field["offset"].optionalInt(atLeast: 0) ?? 0
      count = try field["count"].optionalInt(atLeast: 1) ?? 100
      store = try field["store"].optionalString()
      if collection != nil, store != nil {
        throw field["store"].mismatch("none with collection, whose name tells its store")
      }
      guard collection == nil else { return }
      for name in ["offset", "count"] where field[name].isPresent {
        throw field[name].mismatch("none without collection, since all collections are listed")
      }
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "collection": collection?.json,
          "store": store.map { .string($0) },
          "offset": offset == 0 ? .none : .integer(Int64(offset)),
          "count": count == 100 ? .none : .integer(Int64(count)),
        ]))
    }
  }

  /// A collection.
  public struct Collection: ProtocolValue {
    /// Its name.
    public var name: CollectionName
    /// The path of the folder that it holds, where it holds one.
    public var folder: String?
    /// The model that made its vectors.
    public var model: String
    /// Its documents.
    public var documents: Int
    /// The parts that they were cut into.
    public var chunks: Int
    /// Of the chunks those that wait to be embedded, and are found by their words alone.
    public var pending: Int
    /// Its size on disk.
    public var bytes: Int
    /// When it last changed: ISO 8601, UTC, such as `2026-01-31T23:59:59Z`.
    public var updatedAt: String

    /// A collection of these numbers.
    public init(
      name: CollectionName, folder: String?, model: String, documents: Int, chunks: Int, pending: Int = 0, bytes: Int,
      updatedAt: String
    ) {
      self.name = name
      self.folder = folder
      self.model = model
      self.documents = documents
      self.chunks = chunks
      self.pending = pending
      self.bytes = bytes
      self.updatedAt = updatedAt
    }

    /// Reads a collection; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      name = try CollectionName(field["name"])
      folder = try field["folder"].optionalString()
      model = try field["model"].string()
      documents = try field["documents"].int(in: 0...Int.max)
      chunks = try field["chunks"].int(in: 0...Int.max)
      pending = try field["pending"].optionalInt(atLeast: 0) ?? 0
      bytes = try field["bytes"].int(in: 0...Int.max)
      updatedAt = try field["updatedAt"].string()
    }

    /// The collection as an object.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "name": name.json,
          "folder": folder.map { .string($0) },
          "model": .string(model),
          "documents": .integer(Int64(documents)),
          "chunks": .integer(Int64(chunks)),
          "pending": .integer(Int64(pending)),
          "bytes": .integer(Int64(bytes)),
          "updatedAt": .string(updatedAt),
        ]))
    }
  }

  /// A stored document, without its text.
  public struct Document: ProtocolValue {
    /// What it is stored under.
    public var key: DocumentKey
    /// The parts that it was cut into.
    public var chunks: Int
    /// Its language, where it is known.
    public var language: String?
    /// Its metadata.
    public var metadata: [String: SearchMetadata]

    /// A document of these parts.
    public init(
      key: DocumentKey, chunks: Int, language: String? = nil, metadata: [String: SearchMetadata] = [:]
    ) {
      self.key = key
      self.chunks = chunks
      self.language = language
      self.metadata = metadata
    }

    /// Reads a document; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      key = try DocumentKey(memberOf: field)
      chunks = try field["chunks"].int(in: 0...Int.max)
      language = try field["language"].optionalString()
      metadata = try SearchMetadata.object(field["metadata"])
    }

    /// The document as an object; its metadata may be empty.
    public var json: JSONValue {
      var object = JSONObject()
      object[key.member.name] = key.member.value
      object["chunks"] = .integer(Int64(chunks))
      if let language { object["language"] = .string(language) }
      object["metadata"] = SearchMetadata.json(metadata)
      return .object(object)
    }
  }

  /// All collections, or some documents of one.
  public enum Result: ProtocolValue {
    /// By name; and the names of the stores beside the usual one.
    case collections([Collection], stores: [String] = [])
    /// The part that was asked for, and the number of all documents of the collection.
    case documents([Document], total: Int)

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      if field["collections"].isPresent {
        self = .collections(
          try field["collections"].list(Collection.init),
          stores: try field["stores"].optional { stores throws(JSONFieldError) in try stores.strings() } ?? [])
      } else {
        self = .documents(
          try field["documents"].list(Document.init), total: try field["total"].int(in: 0...Int.max))
      }
    }

    /// The result as an object.
    public var json: JSONValue {
      switch self {
      case .collections(let collections, let stores):
        .object(
          JSONObject(present: [
            "collections": .array(collections.map(\.json)),
            "stores": stores.isEmpty ? nil : .array(stores.map { .string($0) }),
          ]))
      case .documents(let documents, let total):
        ["documents": .array(documents.map(\.json)), "total": .integer(Int64(total))]
      }
    }
  }
}

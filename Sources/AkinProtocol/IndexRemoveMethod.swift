import JSON

/// `index/remove`: documents are taken out of a collection.
public enum IndexRemoveMethod: RequestMethod {
  /// `index/remove`
  public static let name = "index/remove"

  /// Which documents.
  public struct Parameters: ProtocolParameters {
    /// Where they are.
    public var collection: CollectionName
    /// Their names; ones that the collection does not have are no error.
    public var ids: [String]
    /// Or where they live, likewise.
    public var uris: [String]

    /// The names of the parameters.
    public static let names = ["collection", "ids", "uris"]

    /// These documents.
    public init(collection: CollectionName, ids: [String] = [], uris: [String] = []) {
      self.collection = collection
      self.ids = ids
      self.uris = uris
    }

    /// - Throws: also where neither `ids` nor `uris` is given.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      collection = try CollectionName(field["collection"])
      guard field["ids"].isPresent || field["uris"].isPresent else {
        throw field["ids"].mismatch("an array of strings, or else uris")
      }
      ids = try field["ids"].optional { field throws(JSONFieldError) in try field.strings() } ?? []
      uris = try field["uris"].optional { field throws(JSONFieldError) in try field.strings() } ?? []
    }

    /// The parameters.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "collection": collection.json,
          "ids": ids.isEmpty && !uris.isEmpty ? .none : .array(ids.map { .string($0) }),
          "uris": uris.isEmpty ? .none : .array(uris.map { .string($0) }),
        ]))
    }
  }

  /// How many were there.
  public struct Result: ProtocolValue {
    /// Documents taken out.
    public var removed: Int

    /// A result of this count.
    public init(removed: Int) {
      self.removed = removed
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      removed = try field["removed"].int(in: 0...Int.max)
    }

    /// The result as an object.
    public var json: JSONValue { ["removed": .integer(Int64(removed))] }
  }
}

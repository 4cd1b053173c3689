import JSON

/// A document that comes with a `search`.
public struct SearchDocument: ProtocolValue {
  /// The client's name for it, given back with each hit.
  public var id: String?
  /// Where it lives, given back with each hit.
  public var uri: String?
  /// What is searched.
  public var text: String
  /// What a filter looks at.
  public var metadata: [String: SearchMetadata]

  private static let names = ["id", "uri", "text", "metadata"]

  /// A document of `text`, with nothing else unless given.
  public init(text: String, id: String? = nil, uri: String? = nil, metadata: [String: SearchMetadata] = [:]) {
    self.text = text
    self.id = id
    self.uri = uri
    self.metadata = metadata
  }

  /// Reads a string, or an object with `text` and maybe `id`, `uri` and `metadata`.
  public init(_ field: JSONField) throws(JSONFieldError) {
    switch field.value {
    case .string(let text)?:
      self.init(text: text)
    case .object?:
      try field.allowOnly(Self.names)
      self.init(
        text: try field["text"].string(),
        id: try field["id"].optionalString(),
        uri: try field["uri"].optionalString(),
        metadata: try SearchMetadata.object(field["metadata"]))
    default:
      throw field.mismatch("a string or an object with text")
    }
  }

  /// A string where there is only text, else an object.
  public var json: JSONValue {
    if id == nil, uri == nil, metadata.isEmpty { return .string(text) }
    return .object(
      JSONObject(present: [
        "id": id.map { .string($0) },
        "uri": uri.map { .string($0) },
        "text": .string(text),
        "metadata": metadata.isEmpty ? .none : SearchMetadata.json(metadata),
      ]))
  }
}

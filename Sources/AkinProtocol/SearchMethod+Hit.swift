import JSON

extension SearchMethod {
  /// A document found.
  public struct Hit: ProtocolValue {
    /// Index in `documents`.
    public var index: Int
    /// The client's name for the document.
    public var id: String?
    /// Where the document lives.
    public var uri: String?
    /// Greater is better. Semantic: the cosine, -1 to 1. Keyword: BM25, above 0. Hybrid: the fused rank, above 0.
    public var score: Float
    /// The document's text.
    public var text: String
    /// The document's metadata.
    public var metadata: [String: SearchMetadata]

    /// A hit of these parts.
    public init(
      index: Int, id: String? = nil, uri: String? = nil, score: Float, text: String,
      metadata: [String: SearchMetadata] = [:]
    ) {
      self.index = index
      self.id = id
      self.uri = uri
      self.score = score
      self.text = text
      self.metadata = metadata
    }

    /// Reads a hit; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      index = try field["index"].int(in: 0...Int.max)
      id = try field["id"].optionalString()
      uri = try field["uri"].optionalString()
      score = try field["score"].float32()
      text = try field["text"].string()
      metadata = try SearchMetadata.object(field["metadata"])
    }

    /// The hit as an object; members that the document does not have are left out.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "index": .integer(Int64(index)),
          "id": id.map { .string($0) },
          "score": .float32(score),
          "text": .string(text),
          "uri": uri.map { .string($0) },
          "metadata": metadata.isEmpty ? .none : SearchMetadata.json(metadata),
        ]))
    }
  }
}

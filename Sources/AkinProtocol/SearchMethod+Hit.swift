import Documents
import JSON

extension SearchMethod {
  /// A document found, or the part of a stored document that was found.
  public struct Hit: ProtocolValue {
    /// Where the text comes from.
    public enum Origin: Sendable, Equatable {
      /// This document of those that came with the request; the names are the client's.
      case document(index: Int, id: String? = nil, uri: String? = nil)
      /// A document of a collection, and the part of it in the session's position encoding.
      case stored(collection: CollectionName, key: DocumentKey, range: TextRange?)

      /// Reads the members of an object that say it.
      init(_ field: JSONField) throws(JSONFieldError) {
        if field["collection"].isPresent {
          self = .stored(
            collection: try CollectionName(field["collection"]), key: try DocumentKey(memberOf: field),
            range: try field["range"].optional(TextRange.init))
        } else {
          self = .document(
            index: try field["index"].int(in: 0...Int.max), id: try field["id"].optionalString(),
            uri: try field["uri"].optionalString())
        }
      }

      /// Adds the members that say it.
      func write(into object: inout JSONObject) {
        switch self {
        case .document(let index, let id, let uri):
          object["index"] = .integer(Int64(index))
          if let id { object["id"] = .string(id) }
          if let uri { object["uri"] = .string(uri) }
        case .stored(let collection, let key, let range):
          object["collection"] = collection.json
          object[key.member.name] = key.member.value
          if let range { object["range"] = range.json }
        }
      }
    }

    /// Where the text comes from.
    public var origin: Origin
    /// Greater is better. Semantic: the cosine, -1 to 1. Keyword: BM25, above 0. Hybrid: what
    /// orders the hits, of which only the differences count.
    public var score: Float
    /// The cosine of the query and the text, -1 to 1: of a stored text in every mode but keyword search without
    /// `minSimilarity`, of another one with it.
    public var similarity: Float?
    /// The text.
    public var text: String
    /// Of a stored text: the line of its document that answers best, from 0.
    public var line: Int?
    /// Of a stored text: where each way of searching that has found it puts it, by its name (`meaning`, `place`, `words`).
    public var legs: [String: Leg] = [:]
    /// The language of a stored document, where it is known.
    public var language: String?
    /// The heading or symbol that a stored text stands under.
    public var heading: String?
    /// Where the line that answers best is in a document that is no text itself, as what stands behind `#` of a link to
    /// it: `page=3`.
    public var location: String?
    /// The document's metadata.
    public var metadata: [String: SearchMetadata]

    /// What one way of searching says of a hit.
    public struct Leg: Sendable, Equatable {
      /// Among all that are ranked, from 1.
      public var rank: Int
      /// A cosine, or for words BM25.
      public var score: Float

      /// Stores the values as they are given.
      public init(rank: Int, score: Float) {
        self.rank = rank
        self.score = score
      }
    }

    /// What a cross-encoder has made of a stored text, where one has read it.
    public var rerankScore: Float?

    /// A hit of these parts.
    public init(
      _ origin: Origin, score: Float, similarity: Float? = nil, text: String, language: String? = nil,
      heading: String? = nil, metadata: [String: SearchMetadata] = [:]
    ) {
      self.origin = origin
      self.score = score
      self.similarity = similarity
      self.text = text
      self.language = language
      self.heading = heading
      self.metadata = metadata
    }

    /// Reads a hit; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      origin = try Origin(field)
      score = try field["score"].float32()
      similarity = try field["similarity"].optional { field throws(JSONFieldError) in try field.float32() }
      text = try field["text"].string()
      rerankScore = try field["rerankScore"].optional { field throws(JSONFieldError) in try field.float32() }
      line = try field["line"].optionalInt(atLeast: 0)
      for (name, leg) in try field["legs"].ifPresent?.object().members ?? [] {
        let leg = JSONField(leg, path: field["legs"].path + "." + name)
        legs[name] = Leg(rank: try leg["rank"].int(in: 1...Int.max), score: try leg["score"].float32())
      }
      language = try field["language"].optionalString()
      heading = try field["heading"].optionalString()
      location = try field["location"].optionalString()
      metadata = try SearchMetadata.object(field["metadata"])
    }

    /// The hit as an object; members that the document does not have are left out.
    public var json: JSONValue {
      var object = JSONObject()
      origin.write(into: &object)
      object["score"] = .float32(score)
      if let similarity { object["similarity"] = .float32(similarity) }
      object["text"] = .string(text)
      if let rerankScore { object["rerankScore"] = .float32(rerankScore) }
      if let line { object["line"] = .integer(Int64(line)) }
      if !legs.isEmpty {
        object["legs"] = .object(
          legs.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, leg in
            object[leg.key] = ["rank": .integer(Int64(leg.value.rank)), "score": .float32(leg.value.score)]
          })
      }
      if let language { object["language"] = .string(language) }
      if let heading { object["heading"] = .string(heading) }
      if let location { object["location"] = .string(location) }
      if !metadata.isEmpty { object["metadata"] = SearchMetadata.json(metadata) }
      return .object(object)
    }
  }
}

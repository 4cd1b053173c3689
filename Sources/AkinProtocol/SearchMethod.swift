import JSON

/// `search`: the documents that answer each query best.
public enum SearchMethod: RequestMethod {
  /// `search`
  public static let name = "search"

  /// How documents are ranked.
  public enum Mode: String, Sendable, CaseIterable {
    /// By the cosine of the vectors.
    case semantic
    /// By BM25 over words.
    case keyword
    /// By reciprocal rank fusion of both.
    case hybrid
  }

  /// Where documents come from.
  public enum Source: Sendable, Equatable {
    /// They come with the request.
    case documents([SearchDocument])
    /// They are stored under this name.
    case collection(String)
  }

  /// What is looked for, in what.
  public struct Parameters: ProtocolParameters {
    /// The queries, at least one.
    public var query: [TextOrVector]
    /// Where it is looked for.
    public var source: Source
    /// Hits a query at most; 1 or more.
    public var topK = 10
    /// Hits with a lower score are left out.
    public var minScore: Float?
    /// How documents are ranked.
    public var mode = Mode.semantic
    /// Documents that do not meet it take no part.
    public var filter: SearchFilter?
    /// How queries and documents are embedded; the prompt is put before queries only.
    public var options = EmbeddingOptions()

    private static let optionNames = EmbeddingOptions.names.filter { $0 != "normalize" }

    /// The names of the parameters.
    public static let names =
      ["query", "documents", "collection", "topK", "minScore", "mode", "filter"] + optionNames

    /// A semantic search for the ten best documents of each query.
    public init(query: [TextOrVector], source: Source) {
      self.query = query
      self.source = source
    }

    /// - Throws: also where neither or both of `documents` and `collection` are given, or a vector is to be searched
    ///   for by words.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      query = try TextOrVector.list(field["query"])
      source = try Self.source(field)
      topK = try field["topK"].optionalInt(atLeast: 1) ?? 10
      minScore = try field["minScore"].optional { field throws(JSONFieldError) in try field.float32() }
      mode = try field["mode"].optionalOneOf(Mode.self) ?? .semantic
      filter = try field["filter"].optional(SearchFilter.init)
      options = try EmbeddingOptions(field)
      try checkQueries(field["query"])
    }

    private static func source(_ field: JSONField) throws(JSONFieldError) -> Source {
      let documents = field["documents"]
      let collection = field["collection"]
      switch (documents.isPresent, collection.isPresent) {
      case (true, false):
        return .documents(try documents.list(SearchDocument.init))
      case (false, true):
        return .collection(try collection.string())
      case (true, true):
        throw collection.mismatch("either documents or collection", found: "both")
      case (false, false):
        throw documents.mismatch("an array of documents")
      }
    }

    private func checkQueries(_ field: JSONField) throws(JSONFieldError) {
      guard mode != .semantic, let index = query.firstIndex(where: \.isVector) else { return }
      throw JSONFieldError(
        path: field.itemPath(index), expected: "a text in mode \"\(mode.rawValue)\"", found: "a vector")
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      object["query"] = .array(query.map(\.json))
      switch source {
      case .documents(let documents): object["documents"] = .array(documents.map(\.json))
      case .collection(let name): object["collection"] = .string(name)
      }
      if topK != 10 { object["topK"] = .integer(Int64(topK)) }
      if let minScore { object["minScore"] = .number(Double(minScore)) }
      if mode != .semantic { object["mode"] = .string(mode.rawValue) }
      if let filter { object["filter"] = filter.json }
      options.write(into: &object)
      return .object(object)
    }
  }

  /// One list of hits a query, the best first.
  public struct Result: ProtocolValue {
    /// `[queries][hits]`.
    public var results: [[Hit]]

    /// A result of these hits.
    public init(results: [[Hit]]) {
      self.results = results
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      results = try field["results"].list { field throws(JSONFieldError) in try field.list(Hit.init) }
    }

    /// The result as an object.
    public var json: JSONValue {
      .object(["results": .array(results.map { .array($0.map(\.json)) })])
    }
  }
}

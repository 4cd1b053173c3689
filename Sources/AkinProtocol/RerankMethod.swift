import JSON

/// `rerank`: documents in the order in which they answer a query, as a cross-encoder reads both together.
public enum RerankMethod: RequestMethod {
  /// `rerank`
  public static let name = "rerank"

  /// What happens to a pair with more tokens than the model takes.
  public enum Overflow: String, Sendable, CaseIterable {
    /// The longer of both texts loses its last tokens.
    case truncate
    /// The request is refused.
    case error
  }

  /// What is asked, and what may answer it.
  public struct Parameters: ProtocolParameters {
    /// The query.
    public var query: String
    /// The documents, at least one.
    public var documents: [String]
    /// Results at most; nil gives all.
    public var topK: Int?
    /// One of the models that the server was allowed; nil takes its reranking model.
    public var model: String?
    /// What happens to a pair over the model's length.
    public var overflow = Overflow.truncate
    /// Whether results carry their documents.
    public var returnDocuments = false
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?

    /// The names of the parameters.
    public static let names = ["query", "documents", "topK", "model", "overflow", "returnDocuments", "workDoneToken"]

    /// All documents, in order of their scores.
    public init(query: String, documents: [String]) {
      self.query = query
      self.documents = documents
    }

    /// Reads the parameters.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      query = try field["query"].string()
      documents = try field["documents"].texts()
      topK = try field["topK"].optionalInt(atLeast: 1)
      model = try field["model"].optionalString()
      overflow = try field["overflow"].optionalOneOf(Overflow.self) ?? .truncate
      returnDocuments = try field["returnDocuments"].optionalBool() ?? false
      workDoneToken = try ProgressToken.optional(field)
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      object["query"] = .string(query)
      object["documents"] = .array(documents.map { .string($0) })
      if let topK { object["topK"] = JSONValue(topK) }
      if let model { object["model"] = .string(model) }
      if overflow != .truncate { object["overflow"] = .string(overflow.rawValue) }
      if returnDocuments { object["returnDocuments"] = .bool(true) }
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      return .object(object)
    }
  }

  /// One document's place.
  public struct Item: ProtocolValue, Equatable {
    /// Which of the documents.
    public var index: Int
    /// What the model's configuration makes of the logit, usually its sigmoid; greater is better.
    public var score: Float
    /// What the model gives.
    public var logit: Float
    /// The document, where it was asked for.
    public var document: String?

    /// A document's scores.
    public init(index: Int, score: Float, logit: Float, document: String? = nil) {
      self.index = index
      self.score = score
      self.logit = logit
      self.document = document
    }

    /// Reads a result's item.
    public init(_ field: JSONField) throws(JSONFieldError) {
      index = try field["index"].int()
      score = try field["score"].float32()
      logit = try field["logit"].float32()
      document = try field["document"].optionalString()
    }

    /// The item as an object.
    public var json: JSONValue {
      var object = JSONObject()
      object["index"] = JSONValue(index)
      object["score"] = .float32(score)
      object["logit"] = .float32(logit)
      if let document { object["document"] = .string(document) }
      return .object(object)
    }
  }

  /// The documents, the best first.
  public struct Result: ProtocolValue {
    /// The model that read them.
    public var model: String
    /// The best first; equal ones in the order of the request.
    public var results: [Item]
    /// Tokens of each pair before any cut, in the order of the request.
    public var tokenCounts: [Int]
    /// Whether a pair was cut, likewise.
    public var truncated: [Bool]

    /// A result of these items.
    public init(model: String, results: [Item], tokenCounts: [Int], truncated: [Bool]) {
      self.model = model
      self.results = results
      self.tokenCounts = tokenCounts
      self.truncated = truncated
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      model = try field["model"].string()
      results = try field["results"].list(Item.init)
      tokenCounts = try field["tokenCounts"].list { field throws(JSONFieldError) in try field.int() }
      truncated = try field["truncated"].list { field throws(JSONFieldError) in try field.bool() }
    }

    /// The result as an object.
    public var json: JSONValue {
      .object([
        "model": .string(model), "results": .array(results.map(\.json)),
        "tokenCounts": .array(tokenCounts.map { JSONValue($0) }), "truncated": .array(truncated.map { .bool($0) }),
      ])
    }
  }
}

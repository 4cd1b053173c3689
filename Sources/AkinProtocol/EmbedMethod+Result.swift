import JSON

extension EmbedMethod {
  /// One entry a text in every array, in the order of `input`.
  public struct Result: ProtocolValue {
    /// Vectors of texts, or of the tokens of texts.
    public enum Embeddings: Sendable, Equatable {
      /// One vector a text.
      case sentence([EmbeddingVector])
      /// One vector a token, for each text.
      case tokens([[EmbeddingVector]])
      /// One sparse vector a text.
      case sparse([SparseEmbedding])
    }

    /// One scale a vector, in the nesting of the vectors; with dtype `int8` only.
    public enum Scales: Sendable, Equatable {
      /// One a text.
      case sentence([Float])
      /// One a token, for each text.
      case tokens([[Float]])
    }

    /// The model's name.
    public var model: String
    /// Components of each vector.
    public var dimensions: Int
    /// The vectors.
    public var embeddings: Embeddings
    /// What restores int8 components.
    public var scales: Scales?
    /// Tokens of each text before any cut, special tokens included.
    public var tokenCounts: [Int]
    /// Whether a text was cut at the model's length.
    public var truncated: [Bool]
    /// The tokens that the vectors stand for; with output `tokens` only.
    public var encodings: [TokenEncoding]?

    /// A result of these parts.
    public init(
      model: String, dimensions: Int, embeddings: Embeddings, scales: Scales? = nil, tokenCounts: [Int],
      truncated: [Bool],
      encodings: [TokenEncoding]? = nil
    ) {
      self.model = model
      self.dimensions = dimensions
      self.embeddings = embeddings
      self.scales = scales
      self.tokenCounts = tokenCounts
      self.truncated = truncated
      self.encodings = encodings
    }

    /// Reads a result; `encodings` and the vectors tell which output it is of.
    public init(_ field: JSONField) throws(JSONFieldError) {
      model = try field["model"].string()
      dimensions = try field["dimensions"].int(in: 1...Int.max)
      tokenCounts = try field["tokenCounts"].counts()
      truncated = try field["truncated"].list { field throws(JSONFieldError) in try field.bool() }
      encodings = try field["encodings"].optional { field throws(JSONFieldError) in
        try field.list(TokenEncoding.init)
      }
      let scales = field["scales"]
      if try field["embeddings"].array().first.map(SparseEmbedding.isSparse) ?? false {
        embeddings = .sparse(try field["embeddings"].list(SparseEmbedding.init))
        self.scales = nil
      } else if encodings == nil {
        embeddings = .sentence(try field["embeddings"].list(EmbeddingVector.init))
        self.scales = scales.isPresent ? .sentence(try scales.float32s()) : nil
      } else {
        embeddings = .tokens(
          try field["embeddings"].list { field throws(JSONFieldError) in try field.list(EmbeddingVector.init) })
        self.scales =
          scales.isPresent
          ? .tokens(try scales.list { field throws(JSONFieldError) in try field.float32s() }) : nil
      }
    }

    /// The result as an object.
    public var json: JSONValue {
      let vectors: JSONValue
      switch embeddings {
      case .sentence(let list): vectors = .array(list.map(\.json))
      case .tokens(let lists): vectors = .array(lists.map { .array($0.map(\.json)) })
      case .sparse(let list): vectors = .array(list.map(\.json))
      }
      let scaleValues: JSONValue?
      switch scales {
      case .sentence(let list)?: scaleValues = .float32s(list)
      case .tokens(let lists)?: scaleValues = .array(lists.map { .float32s($0) })
      case nil: scaleValues = nil
      }
      return .object(
        JSONObject(present: [
          "model": .string(model),
          "dimensions": .integer(Int64(dimensions)),
          "embeddings": vectors,
          "scales": scaleValues,
          "tokenCounts": .array(tokenCounts.map { .integer(Int64($0)) }),
          "truncated": .array(truncated.map { .bool($0) }),
          "encodings": encodings.map { .array($0.map(\.json)) },
        ]))
    }
  }
}

import JSON

/// `embed`: texts in, one vector a text, dense or sparse, or one a token out.
public enum EmbedMethod: RequestMethod {
  /// `embed`
  public static let name = "embed"

  /// One vector a text, dense or sparse, or one a token.
  public enum Output: String, Sendable, CaseIterable {
    /// One pooled vector a text.
    case sentence
    /// One vector a token, special tokens included: the model's last hidden state, or what its modules for tokens make of that.
    case tokens
    /// One vector a text over the model's vocabulary, of which only what is not zero is written.
    case sparse
  }

  /// What is embedded, and how.
  public struct Parameters: ProtocolParameters {
    /// The texts, at least one.
    public var input: [String]
    /// One vector a text, dense or sparse, or one a token.
    public var output = Output.sentence
    /// One of the models that the server was allowed; nil takes its own.
    public var model: String?
    /// Pooling, normalising, prompt, dimensions and overflow.
    public var options = EmbeddingOptions()
    /// What a component is.
    public var dataType = EmbeddingDataType.float32
    /// How a vector is written.
    public var encodingFormat = EmbeddingEncodingFormat.float
    /// The unit of `encodings[].offsets`; nil takes the session's. With output `tokens` only.
    public var positionEncoding: PositionEncodingKind?
    /// Asks for progress under this token.
    public var workDoneToken: ProgressToken?
    /// Asks for the result in parts, as they are made, under this token.
    public var partialResultToken: ProgressToken?

    /// The names of the parameters.
    public static let names =
      ["input", "output", "model"] + EmbeddingOptions.names
      + ["dtype", "encodingFormat", "positionEncoding", "workDoneToken", "partialResultToken"]

    /// Texts to embed with the model's settings.
    public init(input: [String]) {
      self.input = input
    }

    /// - Throws: also where an option has no effect with the chosen output.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      input = try field["input"].texts()
      output = try field["output"].optionalOneOf(Output.self) ?? .sentence
      model = try field["model"].optionalString()
      options = try EmbeddingOptions(field)
      dataType =
        try field["dtype"].optionalOneOf(EmbeddingDataType.self)
        ?? .float32
      encodingFormat =
        try field["encodingFormat"].optionalOneOf(EmbeddingEncodingFormat.self) ?? .float
      positionEncoding = try PositionEncodingKind.optional(field)
      workDoneToken = try ProgressToken.optional(field)
      partialResultToken = try ProgressToken.optional(field, "partialResultToken")
      try checkCombination(field)
    }

    private func checkCombination(_ field: JSONField) throws(JSONFieldError) {
      switch output {
      case .sentence where positionEncoding != nil, .sparse where positionEncoding != nil:
        throw field["positionEncoding"].mismatch("none with output \"\(output.rawValue)\", which has no offsets")
      case .tokens where options.pooling != nil:
        throw field["pooling"].mismatch("none with output \"tokens\", which pools nothing")
      case .sparse where options.pooling != nil:
        throw field["pooling"].mismatch("none with output \"sparse\", whose pooling is the model's")
      case .sparse where options.dimensions != nil:
        throw field["dimensions"].mismatch("none with output \"sparse\"")
      case .sparse where dataType != .float32:
        throw field["dtype"].mismatch("\"float32\" with output \"sparse\"", found: "\"\(dataType.rawValue)\"")
      case .tokens where options.overflow == .window:
        throw field["overflow"].mismatch("\"truncate\" or \"error\" with output \"tokens\"")
      default: return
      }
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      var object = JSONObject()
      object["input"] = .array(input.map { .string($0) })
      if output != .sentence { object["output"] = .string(output.rawValue) }
      if let model { object["model"] = .string(model) }
      options.write(into: &object)
      if dataType != .float32 { object["dtype"] = .string(dataType.rawValue) }
      if encodingFormat != .float { object["encodingFormat"] = .string(encodingFormat.rawValue) }
      if let positionEncoding { object["positionEncoding"] = .string(positionEncoding.rawValue) }
      if let workDoneToken { object["workDoneToken"] = workDoneToken.json }
      if let partialResultToken { object["partialResultToken"] = partialResultToken.json }
      return .object(object)
    }
  }
}

import JSON

/// `tokenize`: texts in, token ids with their places in the text out.
public enum TokenizeMethod: RequestMethod {
  /// `tokenize`
  public static let name = "tokenize"

  /// What is tokenised, and how.
  public struct Parameters: ProtocolParameters {
    /// The texts, at least one.
    public var input: [String]
    /// A second text for each, joined with `[SEP]`; as many as `input`.
    public var pair: [String]?
    /// Whether `[CLS]` and `[SEP]` are put around the texts.
    public var addSpecialTokens = true
    /// The most tokens, special tokens included; of a pair the longer text is cut first. Nil cuts nothing.
    public var maxLength: Int?
    /// One of the models that the server was allowed; nil takes its own.
    public var model: String?
    /// The unit of `offsets`; nil takes the session's.
    public var positionEncoding: PositionEncodingKind?

    /// The names of the parameters.
    public static let names = ["input", "pair", "addSpecialTokens", "maxLength", "model", "positionEncoding"]

    /// Texts to tokenise with special tokens and without a cut.
    public init(input: [String]) {
      self.input = input
    }

    /// - Throws: also where `pair` has not as many texts as `input`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      input = try field["input"].texts()
      pair = try field["pair"].optional { field throws(JSONFieldError) in try field.texts() }
      addSpecialTokens =
        try field["addSpecialTokens"].optionalBool() ?? true
      maxLength = try field["maxLength"].optionalInt(atLeast: 0)
      model = try field["model"].optionalString()
      positionEncoding = try PositionEncodingKind.optional(field)
      if let pair, pair.count != input.count {
        throw field["pair"].mismatch("as many texts as input has (\(input.count))", found: "\(pair.count)")
      }
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "input": .array(input.map { .string($0) }),
          "pair": pair.map { .array($0.map { .string($0) }) },
          "addSpecialTokens": addSpecialTokens ? .none : .bool(false),
          "maxLength": maxLength.map { .integer(Int64($0)) },
          "model": model.map { .string($0) },
          "positionEncoding": positionEncoding.map { .string($0.rawValue) },
        ]))
    }
  }

  /// One encoding a text, in the order of `input`.
  public struct Result: ProtocolValue {
    /// The encodings.
    public var encodings: [TokenEncoding]

    /// A result of these encodings.
    public init(encodings: [TokenEncoding]) {
      self.encodings = encodings
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      encodings = try field["encodings"].list(TokenEncoding.init)
    }

    /// The result as an object.
    public var json: JSONValue {
      .object(["encodings": .array(encodings.map(\.json))])
    }
  }
}

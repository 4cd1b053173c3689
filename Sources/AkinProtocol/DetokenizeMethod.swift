import JSON

/// `detokenize`: token ids in, text out.
public enum DetokenizeMethod: RequestMethod {
  /// `detokenize`
  public static let name = "detokenize"

  /// Which ids are decoded.
  public struct Parameters: ProtocolParameters {
    /// One list of ids a text.
    public var ids: [[Int32]]
    /// Whether `[CLS]`, `[SEP]` and the like are left out.
    public var skipSpecialTokens = true
    /// One of the models that the server was allowed; nil takes its own.
    public var model: String?

    /// The names of the parameters.
    public static let names = ["ids", "skipSpecialTokens", "model"]

    /// Ids to decode without special tokens.
    public init(ids: [[Int32]]) {
      self.ids = ids
    }

    /// Reads one list of ids, or a list of lists; an empty list is one text without tokens.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.named(Self.names)
      let lists = field["ids"]
      if case .array(let items)? = lists.value, case .array? = items.first {
        ids = try lists.list { list throws(JSONFieldError) in try list.tokenIDs() }
      } else {
        ids = [try lists.tokenIDs()]
      }
      skipSpecialTokens =
        try field["skipSpecialTokens"].optionalBool() ?? true
      model = try field["model"].optionalString()
    }

    /// The parameters that differ from their defaults.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "ids": .array(ids.map { .array($0.map { .integer(Int64($0)) }) }),
          "skipSpecialTokens": skipSpecialTokens ? .none : .bool(false),
          "model": model.map { .string($0) },
        ]))
    }
  }

  /// One text a list of ids.
  public struct Result: ProtocolValue {
    /// The texts, in the order of `ids`.
    public var texts: [String]

    /// A result of these texts.
    public init(texts: [String]) {
      self.texts = texts
    }

    /// Reads a result.
    public init(_ field: JSONField) throws(JSONFieldError) {
      texts = try field["texts"].strings()
    }

    /// The result as an object.
    public var json: JSONValue {
      .object(["texts": .array(texts.map { .string($0) })])
    }
  }
}

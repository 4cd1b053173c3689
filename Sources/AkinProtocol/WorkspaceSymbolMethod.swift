import JSON

/// `workspace/symbol` (LSP 3.17): the parts of the session's folders that answer a query best, as symbols.
///
/// Members that LSP has or will have are ignored, not refused.
public enum WorkspaceSymbolMethod: RequestMethod {
  /// `workspace/symbol`
  public static let name = "workspace/symbol"

  /// What is looked for.
  public struct Parameters: ProtocolParameters {
    /// The query; an empty one finds nothing.
    public var query: String
    /// The unit of ranges; nil takes the session's, as LSP has it.
    public var positionEncoding: PositionEncodingKind?
    /// Asks for the symbols in parts under this token.
    public var partialResultToken: ProgressToken?

    /// The members that have a meaning; others are ignored.
    public static let names = ["query", "positionEncoding", "partialResultToken"]

    /// This query.
    public init(query: String) {
      self.query = query
    }

    /// Reads `query`, `positionEncoding` and `partialResultToken`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.members()
      query = try field["query"].string()
      positionEncoding = try PositionEncodingKind.optional(field)
      partialResultToken = try ProgressToken.optional(field, "partialResultToken")
    }

    /// The parameters.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "query": .string(query), "positionEncoding": positionEncoding.map { .string($0.rawValue) },
          "partialResultToken": partialResultToken?.json,
        ]))
    }
  }

  /// LSP's `SymbolInformation`.
  public struct Symbol: ProtocolValue {
    /// A symbol's name, a heading, or a first line.
    public var name: String
    /// LSP's `SymbolKind`, 1 to 26; 15, a string, for text.
    public var kind: Int
    /// The document.
    public var uri: String
    /// Where in the document.
    public var range: TextRange
    /// The document's path in its folder.
    public var containerName: String?

    /// A symbol of these parts.
    public init(name: String, kind: Int, uri: String, range: TextRange, containerName: String? = nil) {
      self.name = name
      self.kind = kind
      self.uri = uri
      self.range = range
      self.containerName = containerName
    }

    /// Reads a symbol; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      name = try field["name"].string()
      kind = try field["kind"].int(in: 1...26)
      uri = try field["location"]["uri"].string()
      range = try TextRange(field["location"]["range"])
      containerName = try field["containerName"].optionalString()
    }

    /// The symbol as an object.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "name": .string(name),
          "kind": .integer(Int64(kind)),
          "location": ["uri": .string(uri), "range": range.json],
          "containerName": containerName.map { .string($0) },
        ]))
    }
  }

  /// The best first.
  public struct Result: ProtocolValue {
    /// The symbols.
    public var symbols: [Symbol]

    /// A result of these symbols.
    public init(symbols: [Symbol]) {
      self.symbols = symbols
    }

    /// Reads an array; `null` is an empty one.
    public init(_ field: JSONField) throws(JSONFieldError) {
      symbols = field.isPresent ? try field.list(Symbol.init) : []
    }

    /// The symbols as an array.
    public var json: JSONValue { .array(symbols.map(\.json)) }
  }
}

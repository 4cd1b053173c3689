import JSON

/// `textDocument/codeAction` (LSP 3.17): what may be done with a part of a document. There is one action: to find what is like it.
///
/// Members that LSP has or will have are ignored, not refused.
public enum CodeActionMethod: RequestMethod {
  /// `textDocument/codeAction`
  public static let name = "textDocument/codeAction"

  /// A part of a document.
  public struct Parameters: ProtocolParameters {
    /// The document.
    public var uri: String
    /// The part.
    public var range: TextRange
    /// LSP's kinds of actions that are wanted; nil for all.
    public var only: [String]?

    /// The members that have a meaning; others are ignored.
    public static let names = ["textDocument", "range", "context"]

    /// A part of a document.
    public init(uri: String, range: TextRange, only: [String]? = nil) {
      self.uri = uri
      self.range = range
      self.only = only
    }

    /// Reads `textDocument`, `range` and `context`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.members()
      uri = try field["textDocument"]["uri"].string()
      range = try TextRange(field["range"])
      only = try field["context"]["only"].optional { field throws(JSONFieldError) in try field.strings() }
    }

    /// The parameters as an object.
    public var json: JSONValue {
      let context = JSONObject(present: [
        "diagnostics": .array([]), "only": only.map { .array($0.map { .string($0) }) },
      ])
      return ["textDocument": ["uri": .string(uri)], "range": range.json, "context": .object(context)]
    }
  }

  /// LSP's `CodeAction`s, each with a command for ``ExecuteCommandMethod``.
  public struct Result: ProtocolValue {
    /// The actions.
    public var actions: [JSONValue]

    /// A result of these actions.
    public init(actions: [JSONValue]) {
      self.actions = actions
    }

    /// Reads an array; `null` is an empty one.
    public init(_ field: JSONField) throws(JSONFieldError) {
      actions = field.isPresent ? try field.array().compactMap(\.value) : []
    }

    /// The actions as an array.
    public var json: JSONValue { .array(actions) }
  }
}

import JSON

/// `textDocument/hover` (LSP 3.17): the passages of the folder that are most like the one at a place. A server says that it has this
/// only to clients that ask for it by `initializationOptions.hover`: another server mostly tells of the code itself.
///
/// Members that LSP has or will have are ignored, not refused.
public enum HoverMethod: RequestMethod {
  /// `textDocument/hover`
  public static let name = "textDocument/hover"

  /// A place in a document.
  public struct Parameters: ProtocolParameters {
    /// The document.
    public var uri: String
    /// The place.
    public var position: TextPosition

    /// The members that have a meaning; others are ignored.
    public static let names = ["textDocument", "position"]

    /// A place in a document.
    public init(uri: String, position: TextPosition) {
      self.uri = uri
      self.position = position
    }

    /// Reads `textDocument` and `position`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.members()
      uri = try field["textDocument"]["uri"].string()
      position = try TextPosition(field["position"])
    }

    /// The parameters as an object.
    public var json: JSONValue { ["textDocument": ["uri": .string(uri)], "position": position.json] }
  }

  /// What is shown, if anything.
  public struct Result: ProtocolValue {
    /// Markdown; nil where nothing is related.
    public var markdown: String?

    /// A result of this text.
    public init(markdown: String?) {
      self.markdown = markdown
    }

    /// Reads `contents`, or `null`.
    public init(_ field: JSONField) throws(JSONFieldError) {
      markdown = field.isPresent ? try field["contents"]["value"].string() : nil
    }

    /// LSP's `Hover`, or `null`.
    public var json: JSONValue {
      markdown.map { ["contents": ["kind": "markdown", "value": .string($0)]] } ?? .null
    }
  }
}

import JSON

/// `textDocument/didChange` (LSP 3.17): changes of an open document, one after the other.
public enum DidChangeTextDocumentNotification: NotificationMethod {
  /// `textDocument/didChange`
  public static let name = "textDocument/didChange"

  /// A new text for a part of the document.
  public struct Change: ProtocolValue {
    /// The part that is replaced, in the document as the changes before have left it; nil for all of it.
    public var range: TextRange?
    /// What stands there now.
    public var text: String

    /// This change.
    public init(range: TextRange? = nil, text: String) {
      self.range = range
      self.text = text
    }

    /// Reads a change; `rangeLength`, which LSP has deprecated, is ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      range = try field["range"].optional(TextRange.init)
      text = try field["text"].string()
    }

    /// The change as an object.
    public var json: JSONValue {
      .object(JSONObject(present: ["range": range?.json, "text": .string(text)]))
    }
  }

  /// The document and its changes.
  public struct Parameters: ProtocolValue {
    /// The document.
    public var uri: String
    /// Its version after the changes.
    public var version: Int
    /// The changes, in order.
    public var changes: [Change]

    /// These changes.
    public init(uri: String, version: Int, changes: [Change]) {
      self.uri = uri
      self.version = version
      self.changes = changes
    }

    /// Reads `textDocument` and `contentChanges`; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      uri = try field["textDocument"]["uri"].string()
      version = try field["textDocument"]["version"].int()
      changes = try field["contentChanges"].list(Change.init)
    }

    /// The parameters as an object.
    public var json: JSONValue {
      [
        "textDocument": ["uri": .string(uri), "version": .integer(Int64(version))],
        "contentChanges": .array(changes.map(\.json)),
      ]
    }
  }
}

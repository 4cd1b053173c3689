import JSON

/// `textDocument/didSave` (LSP 3.17): an open document has been written to its file.
public enum DidSaveTextDocumentNotification: NotificationMethod {
  /// `textDocument/didSave`
  public static let name = "textDocument/didSave"

  /// The document.
  public struct Parameters: ProtocolValue {
    /// Where it lives.
    public var uri: String
    /// What was written, where the client says so.
    public var text: String?

    /// This document.
    public init(uri: String, text: String? = nil) {
      self.uri = uri
      self.text = text
    }

    /// Reads `textDocument` and `text`; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      uri = try field["textDocument"]["uri"].string()
      text = try field["text"].optionalString()
    }

    /// The parameters as an object.
    public var json: JSONValue {
      .object(JSONObject(present: ["textDocument": ["uri": .string(uri)], "text": text.map { .string($0) }]))
    }
  }
}

import JSON

/// `textDocument/didOpen` (LSP 3.17): the client has a document open, whose text counts from now on.
public enum DidOpenTextDocumentNotification: NotificationMethod {
  /// `textDocument/didOpen`
  public static let name = "textDocument/didOpen"

  /// The document.
  public struct Parameters: ProtocolValue {
    /// Where it lives.
    public var uri: String
    /// Its language, such as `swift`.
    public var language: String
    /// Its version, which grows with every change.
    public var version: Int
    /// Its text.
    public var text: String

    /// This document.
    public init(uri: String, language: String, version: Int, text: String) {
      self.uri = uri
      self.language = language
      self.version = version
      self.text = text
    }

    /// Reads `textDocument`; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let document = field["textDocument"]
      uri = try document["uri"].string()
      language = try document["languageId"].optionalString() ?? ""
      version = try document["version"].int()
      text = try document["text"].string()
    }

    /// The parameters as an object.
    public var json: JSONValue {
      [
        "textDocument": [
          "uri": .string(uri), "languageId": .string(language), "version": .integer(Int64(version)),
          "text": .string(text),
        ]
      ]
    }
  }
}

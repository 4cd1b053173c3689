import JSON

/// `textDocument/didClose` (LSP 3.17): the client has closed a document, whose file counts from now on.
public enum DidCloseTextDocumentNotification: NotificationMethod {
  /// `textDocument/didClose`
  public static let name = "textDocument/didClose"

  /// The document.
  public struct Parameters: ProtocolValue {
    /// Where it lives.
    public var uri: String

    /// This document.
    public init(uri: String) {
      self.uri = uri
    }

    /// Reads `textDocument`; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      uri = try field["textDocument"]["uri"].string()
    }

    /// The parameters as an object.
    public var json: JSONValue { ["textDocument": ["uri": .string(uri)]] }
  }
}

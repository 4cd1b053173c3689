import JSON

/// `workspace/didChangeWatchedFiles` (LSP 3.17): files have been made, changed or deleted, by whatever program. The stored
/// collections of the session's folders that they lie in are brought up to date.
public enum DidChangeWatchedFilesNotification: NotificationMethod {
  /// `workspace/didChangeWatchedFiles`
  public static let name = "workspace/didChangeWatchedFiles"

  /// The files.
  public struct Parameters: ProtocolValue {
    /// Where they live. What has happened to each is seen on the disk.
    public var uris: [String]

    /// These files.
    public init(uris: [String]) {
      self.uris = uris
    }

    /// Reads `changes`; the `type` of a change and unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      uris = try field["changes"].list { change throws(JSONFieldError) in try change["uri"].string() }
    }

    /// The parameters as an object. 2 is LSP's `FileChangeType.Changed`.
    public var json: JSONValue {
      ["changes": .array(uris.map { ["uri": .string($0), "type": 2] })]
    }
  }
}

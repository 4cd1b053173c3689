import JSON

/// `workspace/didChangeWorkspaceFolders` (LSP 3.17): the client works in other folders than it said in `initialize`.
public enum DidChangeWorkspaceFoldersNotification: NotificationMethod {
  /// `workspace/didChangeWorkspaceFolders`
  public static let name = "workspace/didChangeWorkspaceFolders"

  /// What has changed.
  public struct Parameters: ProtocolValue {
    /// Folders that the client works in from now on.
    public var added: [CollectionName]
    /// Folders that it has left.
    public var removed: [CollectionName]

    /// These changes.
    public init(added: [CollectionName], removed: [CollectionName] = []) {
      self.added = added
      self.removed = removed
    }

    /// Reads `event`; unknown members are ignored, and folders that are not on this machine too.
    public init(_ field: JSONField) throws(JSONFieldError) {
      added = try Self.folders(field["event"]["added"])
      removed = try Self.folders(field["event"]["removed"])
    }

    private static func folders(_ field: JSONField) throws(JSONFieldError) -> [CollectionName] {
      try field.array().compactMap { try? CollectionName.folder($0["uri"]) }
    }

    /// The parameters as an object.
    public var json: JSONValue {
      [
        "event": [
          "added": .array(added.map(\.workspaceFolder)), "removed": .array(removed.map(\.workspaceFolder)),
        ]
      ]
    }
  }
}

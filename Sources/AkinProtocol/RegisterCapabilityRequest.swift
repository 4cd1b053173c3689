import JSON

/// `client/registerCapability` (LSP 3.17): the server's request that a client tell it of changed files. Sent only to clients that
/// say they can; its answer is not waited for.
public enum RegisterCapabilityRequest {
  /// `client/registerCapability`
  public static let name = "client/registerCapability"

  /// The parameters that ask for ``DidChangeWatchedFilesNotification`` of all files.
  /// - Parameter id: what the registration is called.
  public static func watchedFiles(id: String) -> JSONValue {
    [
      "registrations": [
        [
          "id": .string(id), "method": .string(DidChangeWatchedFilesNotification.name),
          "registerOptions": ["watchers": [["globPattern": "**/*"]]],
        ]
      ]
    ]
  }
}

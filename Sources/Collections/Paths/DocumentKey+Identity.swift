import Documents
import Platform

extension DocumentKey {
  /// The same document under the one name that it has in every collection: of a file its URI by ``FilePath/identity(_:)``,
  /// of anything else the name as it is. Blocks.
  public var located: DocumentKey {
    guard case .uri(let uri) = self, let path = FileURI.path(ofURI: uri) else { return self }
    return .uri(FileURI.uri(ofPath: FilePath.identity(path)))
  }

  /// The same documents under the names that they have in every collection.
  public static func located(_ keys: [DocumentKey]) async -> [DocumentKey] {
    await BlockingExecutor.reading.run { keys.map(\.located) }
  }
}

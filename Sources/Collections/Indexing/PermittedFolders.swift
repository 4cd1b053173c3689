import Documents
import Platform

/// The folders that a person has indexed, by the command line or by saying yes to a question: tools of assistants may look
/// into them. A file of one `file:` URI a line beside the collections, which a person may edit.
public struct PermittedFolders: Sendable {
  private static let largestFile = 1 << 24

  private let store: any CollectionCatalog

  /// Those of a store.
  public init(of store: any CollectionCatalog) {
    self.store = store
  }

  private var path: String { store.folder + "/permitted-folders" }

  /// Whether a person has indexed this folder.
  /// - Parameter folder: an absolute path without links.
  public func contains(_ folder: String) async -> Bool {
    await BlockingExecutor.reading.run { lines() }.contains { $0.utf8.elementsEqual(FileURI.uri(ofPath: folder).utf8) }
  }

  /// Remembers a folder.
  public func insert(_ folder: String) async throws(CollectionError) {
    let uri = FileURI.uri(ofPath: folder)
    try await change { lines in
      guard !lines.contains(where: { $0.utf8.elementsEqual(uri.utf8) }) else { return }
      lines.append(uri)
    }
  }

  /// Forgets a folder.
  public func remove(_ folder: String) async throws(CollectionError) {
    let uri = FileURI.uri(ofPath: folder)
    try await change { lines in lines.removeAll { $0.utf8.elementsEqual(uri.utf8) } }
  }

  private func lines() -> [String] {
    guard case .success(let bytes) = SourceFile.bytes(path, limit: Self.largestFile) else { return [] }
    return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Changes the file as a whole, while no other process does.
  private func change(_ body: (inout [String]) -> Void) async throws(CollectionError) {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in try replace(body) }
  }

  /// Blocks.
  private func replace(_ body: (inout [String]) -> Void) throws(CollectionError) {
    let before = lines()
    var after = before
    body(&after)
    guard after.count != before.count else { return }
    // Where the collections are on a server, nothing has made it yet.
    try store.makeFolder()
    try storing(path) {
      try alone(in: FilePath.parent(of: path)) {
        after = lines()
        body(&after)
        try PrivateFile.replace(path, with: Array((after + [""]).joined(separator: "\n").utf8))
      }
    }
  }
}

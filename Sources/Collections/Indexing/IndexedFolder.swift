import Platform

/// A folder that is searched, and the folder whose collection holds it: itself, or the nearest one above that is indexed.
public struct IndexedFolder: Sendable, Equatable {
  /// The folder of the collection: an absolute path without links, and the collection's name.
  public let root: String
  /// The folder that is searched, from the root; empty where it is the root.
  public let inside: String
  /// Whether there is no collection yet, and the folder is the whole disk or a person's home: nobody means that to be
  /// indexed who only searches.
  public let isVast: Bool

  /// - Parameter path: a folder, or anything in one.
  /// - Returns: nil where there is nothing at the path.
  public init?(_ path: String, store: CollectionStore) async {
    let found = await BlockingExecutor.reading.run { () -> (folder: String, indexed: String?, home: String?)? in
      guard let folder = FilePath.resolved(path) else { return nil }
      return (folder, Self.indexed(above: folder, store: store), store.home.flatMap(FilePath.resolved))
    }
    guard let (folder, indexed, home) = found else { return nil }
    root = indexed ?? folder
    isVast = indexed == nil && (folder == "/" || folder == home)
    inside = folder == root ? "" : String(folder.dropFirst(root == "/" ? 1 : root.count + 1))
  }

  /// Blocks.
  private static func indexed(above folder: String, store: CollectionStore) -> String? {
    var folder = folder
    while true {
      if store.isStored(folder) { return folder }
      guard folder != "/", let slash = folder.lastIndex(of: "/") else { return nil }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
  }

  /// Patterns that mean below the folder that is searched what these mean below any, for a search of the collection.
  public func globs(_ patterns: [String]) -> [String] {
    guard !inside.isEmpty else { return patterns }
    let escaped = inside.map { "*?[]{}\\!".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    let base = "/" + escaped + "/"
    let isSelecting = patterns.first.map { !$0.hasPrefix("!") } ?? false
    return (isSelecting ? [] : [base + "**"])
      + patterns.map { pattern in
        let isNegated = pattern.hasPrefix("!")
        let body = isNegated ? pattern.dropFirst() : pattern[...]
        let isAnchored = body.dropLast().contains("/")
        let rest = body.hasPrefix("/") ? body.dropFirst() : body
        return (isNegated ? "!" : "") + base + (isAnchored ? "" : "**/") + rest
      }
  }
}

import Platform

/// The scope of a place: the folder whose collection answers for it. Every face of Akin asks this one rule.
///
/// 1. The nearest folder above the place, or the folder itself, that is indexed, unless its rules leave the place out. A
///    collection without documents counts for nothing.
/// 2. Else the git checkout around it, unless that ignores it, or is vast.
/// 3. Else the folder itself; of a file the folder that it is in.
public struct IndexedFolder: Sendable, Equatable {
  /// The folder of the collection: an absolute path without links, and the collection's name.
  public let root: String
  /// The folder that is searched, from the root; empty where it is the root.
  public let inside: String
  /// What is searched, from the root: the folder, or of a file that alone; empty where it is the root.
  public let part: String
  /// Whether there is a collection already, by the first part of the rule.
  public let isIndexed: Bool
  /// Whether there is no collection yet, and the folder is one that nobody means who only searches: see ``isVast(_:of:)``.
  public let isVast: Bool
  /// Whether the root is a git checkout's.
  public let isCheckout: Bool

  /// - Parameter path: a folder, or a file in one.
  /// - Returns: nil where there is nothing at the path.
  public init?(_ path: String, store: any CollectionCatalog) async {
    let found = await BlockingExecutor.waiting.host { await Self.find(path, store: store) }
    guard let found else { return nil }
    self = found
  }

  private init(_ place: String, folder: String, indexed: String?, checkout: String?, home: String?) {
    root = indexed ?? checkout ?? folder
    isIndexed = indexed != nil
    isCheckout = checkout != nil && indexed == nil || Checkout(root) != nil
    isVast = indexed == nil && Self.isVast(root, home: home)
    inside = FilePath.path(folder, from: root) ?? ""
    part = FilePath.path(place, from: root) ?? ""
  }

  /// Blocks.
  private static func find(_ path: String, store: any CollectionCatalog) async -> IndexedFolder? {
    // What lies deeper than the system names by one path is nothing either.
    guard let place = FilePath.resolved(path), let kind = FilePath.kind(place) else { return nil }
    let folder = kind == S_IFDIR ? place : FilePath.parent(of: place)
    let indexed = await indexed(above: folder, store: store)
    let checkout = indexed == nil ? checkout(around: folder, home: store.home) : nil
    return IndexedFolder(place, folder: folder, indexed: indexed, checkout: checkout, home: store.home)
  }

  /// Blocks.
  private static func indexed(above folder: String, store: any CollectionCatalog) async -> String? {
    var above = folder
    while true {
      if await store.holdsDocuments(above), takes(folder, above) { return above }
      guard above != "/" else { return nil }
      above = FilePath.parent(of: above)
    }
  }

  private static func checkout(around folder: String, home: String?) -> String? {
    guard let checkout = Checkout.around(folder)?.folder, takes(folder, checkout), !isVast(checkout, home: home) else {
      return nil
    }
    return checkout
  }

  /// Whether the rules of a folder let a folder in it take part.
  private static func takes(_ folder: String, _ root: String) -> Bool {
    guard let inside = FilePath.path(folder, from: root), !inside.isEmpty else { return true }
    return FolderWalk.reason(leavingOutFolder: inside, of: root) == nil
  }

  /// Whether a folder is the whole disk, a person's home or one of all homes, or the root of a file system that is no git
  /// checkout: indexed only where a person says so.
  /// - Parameter folder: an absolute path without links.
  public static func isVast(_ folder: String, of store: any CollectionCatalog) async -> Bool {
    await BlockingExecutor.reading.run { isVast(folder, home: store.home) }
  }

  private static func isVast(_ folder: String, home: String?) -> Bool {
    if folder == "/" { return true }
    // The environment may name another home, or none.
    for home in [home, HostProcess.home].compactMap({ $0.flatMap(FilePath.resolved) })
    where FilePath.path(home, from: folder) != nil {
      return true
    }
    return FilePath.isMountPoint(folder) && Checkout(folder) == nil
  }

  /// Patterns over paths from the root that mean what these mean to a person who stands in a folder: absolute ones, and those
  /// with `./` or another slash in them, from there; others anywhere.
  /// - Parameter base: an absolute path; patterns count from the folder that is searched where it is not in the root.
  public func globs(_ patterns: [String], from base: String) -> [String] {
    let base = FilePath.path(base, from: root) ?? inside
    return patterns.map { pattern in
      let isNegated = pattern.hasPrefix("!")
      let body = String(isNegated ? pattern.dropFirst() : pattern[...])
      return (isNegated ? "!" : "") + anchored(body, base: base)
    }
  }

  private func anchored(_ pattern: String, base: String) -> String {
    if let inRoot = FilePath.path(pattern, from: PathGlobs.escaped(root)) { return "./" + inRoot }
    guard pattern.dropLast().contains("/") || pattern == "." || pattern == ".." else { return pattern }
    var parts = base.split(separator: "/").map { PathGlobs.escaped(String($0)) }
    for part in pattern.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(String(part)) }
    }
    return "./" + parts.joined(separator: "/") + (pattern.hasSuffix("/") ? "/" : "")
  }

  /// Patterns that mean below the folder that is searched what these mean below any, for a search of the collection.
  public func globs(_ patterns: [String]) -> [String] {
    guard !inside.isEmpty else { return patterns }
    let base = "/" + PathGlobs.escaped(inside) + "/"
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

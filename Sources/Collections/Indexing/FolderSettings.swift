import Platform

/// Which files of a folder are indexed, as a person has said at one time: it holds for every later update, by whatever program.
/// One line of `name=value` pairs in a file beside the collection's.
public struct FolderSettings: Sendable, Equatable {
  /// Hidden files, also where git does not track them.
  public var takesHidden = false
  /// What ignore files leave out.
  public var takesIgnored = false
  /// Larger files, in bytes, are left out.
  public var largestFile = FilePolicy.usualLargestFile

  static let suffix = ".settings"
  static let largestText = 1 << 12

  /// What holds where nobody has said anything.
  public init() {}

  /// What holds for a collection.
  /// - Parameter name: the collection's.
  public init(of name: String, in store: SQLiteCatalog) {
    guard case .success(let bytes) = SourceFile.bytes(store.path(of: name) + Self.suffix, limit: Self.largestText)
    else {
      return
    }
    for pair in bytes.split(whereSeparator: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }) {
      let parts = pair.split(separator: UInt8(ascii: "=")).map { String(decoding: $0, as: UTF8.self) }
      guard parts.count == 2, let value = Int(parts[1]) else { continue }
      switch parts[0] {
      case "hidden": takesHidden = value != 0
      case "ignored": takesIgnored = value != 0
      case "largest": largestFile = max(1, value)
      default: break
      }
    }
  }

  /// What holds for a collection.
  public static func stored(of name: String, in store: SQLiteCatalog) async -> FolderSettings {
    await BlockingExecutor.reading.run { FolderSettings(of: name, in: store) }
  }

  /// Remembers them, or forgets what was said where they are as by themselves.
  /// - Throws: `storageFailed`.
  public func write(of name: String, in store: SQLiteCatalog) throws(CollectionError) {
    guard self != FolderSettings(of: name, in: store) else { return }
    let text = "hidden=\(takesHidden ? 1 : 0) ignored=\(takesIgnored ? 1 : 0) largest=\(largestFile)\n"
    try store.makeFolder()
    try PrivateFile.replace(store.path(of: name) + Self.suffix, with: Array(text.utf8))
  }

  /// The walk's options.
  public var walk: WalkOptions {
    var options = WalkOptions()
    options.takesHidden = takesHidden
    options.takesIgnored = takesIgnored
    options.largestFile = largestFile
    return options
  }
}

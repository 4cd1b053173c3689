/// The ignore files of a folder tree: of the folders from the root to the one that is looked at, the lines of deeper
/// files over those of shallower ones, and of each file the later over the earlier.
struct IgnoreRules: Sendable {
  private struct File: Sendable {
    /// Bytes of the folder's path from the root, with the slash behind it; 0 for the root.
    let depth: Int
    let patterns: [IgnorePattern]
  }

  /// Bytes of the largest file that is read.
  static let largestFile = 1 << 20

  private var files: [File] = []

  /// Rules that ignore nothing.
  init() {}

  /// These rules with those of a file.
  /// - Parameters:
  ///   - text: the file's bytes.
  ///   - folder: where the file is, from the root, without a slash at the end; empty for the root.
  ///   - foldsCase: whether the case of ASCII letters does not count.
  func adding(_ text: [UInt8], in folder: [UInt8], foldsCase: Bool = false) -> IgnoreRules {
    var rules = self
    let text = text.starts(with: [0xEF, 0xBB, 0xBF]) ? text.dropFirst(3) : text[...]
    let patterns = text.split(separator: UInt8(ascii: "\n")).compactMap {
      IgnorePattern(line: $0, foldsCase: foldsCase)
    }
    if !patterns.isEmpty {
      rules.files.append(File(depth: folder.isEmpty ? 0 : folder.count + 1, patterns: patterns))
    }
    return rules
  }

  /// Whether a path is excluded by its own name (true), brought back by a line with `!` (false), or meant by no line; that a
  /// folder above it is excluded is the walk's to know.
  /// - Parameter path: from the root, inside the folders of the files.
  func decision(_ path: [UInt8], isFolder: Bool) -> Bool? {
    let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
    for file in files.reversed() {
      for pattern in file.patterns.reversed()
      where pattern.matches(path[file.depth...], name: name, isFolder: isFolder) {
        return !pattern.isNegated
      }
    }
    return nil
  }
}

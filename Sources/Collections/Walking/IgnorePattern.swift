/// One line of a `.gitignore` file, by the rules of gitignore(5).
struct IgnorePattern: Sendable {
  /// Whether the line brings back what an earlier one excludes.
  let isNegated: Bool
  /// Whether only folders match.
  let isFolderOnly: Bool
  /// Whether the pattern is held against the path from the file's folder, and not against the last name alone.
  private let isAnchored: Bool
  private let glob: PathGlob

  /// Nil for a blank line, a comment, and a pattern that matches nothing.
  /// - Parameter foldsCase: whether the case of ASCII letters does not count.
  init?(line: ArraySlice<UInt8>, foldsCase: Bool) {
    var text = Self.withoutTrailingBlanks(line)
    guard let first = text.first, first != UInt8(ascii: "#") else { return nil }
    isNegated = first == UInt8(ascii: "!")
    if isNegated { text = text.dropFirst() }
    isFolderOnly = text.last == UInt8(ascii: "/")
    if isFolderOnly { text = text.dropLast() }
    isAnchored = text.contains(UInt8(ascii: "/"))
    if text.first == UInt8(ascii: "/") { text = text.dropFirst() }
    guard !text.isEmpty, let glob = PathGlob(text, foldsCase: foldsCase) else { return nil }
    self.glob = glob
  }

  /// Whether a path below the pattern's folder is meant.
  /// - Parameters:
  ///   - path: from the folder of the file that holds the line; without a slash at the end.
  ///   - name: its last part.
  func matches(_ path: ArraySlice<UInt8>, name: ArraySlice<UInt8>, isFolder: Bool) -> Bool {
    guard isFolder || !isFolderOnly else { return false }
    return glob.matches(isAnchored ? path : name)
  }

  /// A blank that a backslash stands before is kept.
  private static func withoutTrailingBlanks(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    while line.last == UInt8(ascii: " ") {
      let backslashes = line.dropLast().reversed().prefix { $0 == UInt8(ascii: "\\") }.count
      if backslashes % 2 == 1 { break }
      line = line.dropLast()
    }
    return line
  }
}

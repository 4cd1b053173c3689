/// Path patterns as in .gitignore and ripgrep's --glob: `*` and `?` stop at `/`, `**` does not, `[a-z]` is a set, `{a,b}`
/// alternatives. A pattern without `/` fits the last component, one that ends in `/` everything below such a folder.
/// `!` before a pattern leaves out what fits it; the last pattern that fits decides. Where the first pattern has no `!`,
/// paths that nothing fits are left out.
public struct PathGlobs: Sendable {
  private struct Pattern: Sendable {
    let alternatives: [PathGlob]
    let isNegated: Bool
  }

  /// More alternatives than these make a pattern's braces letters: they would grow without bound.
  private static let mostAlternatives = 256
  private static let slash = UInt8(ascii: "/")

  private let patterns: [Pattern]

  /// Reads patterns.
  public init(_ globs: [String]) {
    patterns = globs.map { glob in
      let isNegated = glob.hasPrefix("!")
      let bytes = Array((isNegated ? glob.dropFirst() : glob[...]).utf8)
      return Pattern(
        alternatives: Self.expand(bytes).compactMap { PathGlob(Self.anchored($0)[...]) }, isNegated: isNegated)
    }
  }

  /// Whether a path takes part.
  /// - Parameter path: relative, with `/`.
  public func includes(_ path: String) -> Bool {
    let bytes = Array(path.utf8)
    let last = patterns.last { $0.alternatives.contains { $0.matches(bytes[...]) } }
    return last.map { !$0.isNegated } ?? (patterns.first?.isNegated ?? true)
  }

  /// A pattern that holds for whole paths.
  private static func anchored(_ pattern: [UInt8]) -> [UInt8] {
    var pattern = pattern
    let everything = Array("**".utf8)
    if pattern.last == slash { pattern += everything }
    if pattern.first == slash { return Array(pattern.dropFirst()) }
    let body = pattern.suffix(3).elementsEqual([slash] + everything) ? pattern.dropLast(3) : pattern[...]
    return body.contains(slash) ? pattern : everything + [slash] + pattern
  }

  /// The alternatives of the first braces, and of those after them. Braces that do not close are letters.
  private static func expand(_ pattern: [UInt8]) -> [[UInt8]] {
    guard let open = index(of: UInt8(ascii: "{"), in: pattern[...]),
      let close = index(of: UInt8(ascii: "}"), in: pattern[open...])
    else { return [pattern] }
    let middles = pattern[(open + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let ends = expand(Array(pattern[(close + 1)...]))
    guard middles.count * ends.count <= mostAlternatives else { return [pattern] }
    return middles.flatMap { middle in ends.map { pattern[..<open] + middle + $0 } }
  }

  /// The first such byte that no backslash stands before.
  private static func index(of byte: UInt8, in pattern: ArraySlice<UInt8>) -> Int? {
    var index = pattern.startIndex
    while index < pattern.endIndex, pattern[index] != byte {
      index += pattern[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index < pattern.endIndex ? index : nil
  }
}

/// Path patterns as in .gitignore and ripgrep's --glob: `*` and `?` stop at `/`, `**` does not, `[a-z]` is a set, `{a,b}`
/// alternatives. A pattern without `/` fits the last component; `./` before one holds it to the top. What fits a folder fits
/// everything in it.
/// `!` before a pattern leaves out what fits it; the last pattern that fits decides. Where the first pattern has no `!`,
/// paths that nothing fits are left out.
public struct PathGlobs: Sendable {
  private struct Pattern: Sendable {
    let alternatives: [PathGlob]
    let isNegated: Bool
  }

  /// Braces of one pattern that stand for more alternatives than these are refused: they would grow without bound.
  static let mostAlternatives = 256
  /// Of all alternatives of one pattern together.
  static let mostBytes = PathGlob.longest
  private static let slash = UInt8(ascii: "/")

  private let patterns: [Pattern]

  /// Reads patterns.
  /// - Throws: `invalid` for one that is broken, or whose braces stand for too many alternatives.
  public init(_ globs: [String]) throws(CollectionError) {
    var patterns: [Pattern] = []
    for glob in globs {
      let isNegated = glob.utf8.first == UInt8(ascii: "!")
      guard let alternatives = Self.expand(Array(glob.utf8.dropFirst(isNegated ? 1 : 0))) else {
        throw CollectionError(
          .invalid(
            parameter: "glob",
            expected:
              "patterns whose braces stand for \(Self.mostAlternatives) alternatives and \(Self.mostBytes) bytes at most",
            found: "more"))
      }
      var read: [PathGlob] = []
      for alternative in alternatives.flatMap(Self.whole) {
        guard let glob = PathGlob(alternative[...]) else { throw Self.broken(glob) }
        read.append(glob)
      }
      if Self.hasOpenBrace(glob) { throw Self.broken(glob) }
      patterns.append(Pattern(alternatives: read, isNegated: isNegated))
    }
    self.patterns = patterns
  }

  /// A pattern that fits this path alone.
  public static func escaped(_ path: String) -> String {
    path.map { "*?[]{}\\!".contains($0) ? "\\\($0)" : "\($0)" }.joined()
  }

  /// Whether a path takes part.
  /// - Parameter path: relative, with `/`.
  public func includes(_ path: String) -> Bool {
    var steps = 0
    return includes(path, steps: &steps)
  }

  /// - Parameter steps: grows by what was looked at of patterns, in words of 64 positions.
  package func includes(_ path: String, steps: inout Int) -> Bool {
    let bytes = Array(path.utf8)
    let last = patterns.last { $0.alternatives.contains { $0.matches(bytes[...], steps: &steps) } }
    return last.map { !$0.isNegated } ?? (patterns.first?.isNegated ?? true)
  }

  private static func broken(_ glob: String) -> CollectionError {
    CollectionError(
      .invalid(
        parameter: "glob", expected: "a pattern whose brackets and braces close, without a backslash at its end",
        found: "\"\(glob.prefix(200))\""))
  }

  private static func hasOpenBrace(_ glob: String) -> Bool {
    let bytes = Array(glob.utf8)
    var depth = 0
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "["):
        // Braces in a set are letters.
        let end = bytes[(index + 1)...].dropFirst().firstIndex(of: UInt8(ascii: "]"))
        index = end ?? index
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth = max(0, depth - 1)
      default: break
      }
      index += 1
    }
    return depth != 0
  }

  /// The patterns that a pattern stands for: itself, and what is in a folder that it fits.
  private static func whole(_ pattern: [UInt8]) -> [[UInt8]] {
    let held = pattern.starts(with: "./".utf8) ? Array(pattern.dropFirst()) : pattern
    // All that is here.
    if held.isEmpty || held.elementsEqual(".".utf8) || held.elementsEqual("/".utf8) { return [Array("**".utf8)] }
    let anchored = anchored(held)
    return anchored.suffix(2).elementsEqual("**".utf8) ? [anchored] : [anchored, anchored + Array("/**".utf8)]
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

  /// The alternatives that all braces together stand for; nil where they are too many. Braces that do not close are
  /// letters.
  private static func expand(_ pattern: [UInt8]) -> [[UInt8]]? {
    var expanded: [[UInt8]] = [[]]
    var rest = pattern[...]
    while let open = index(of: UInt8(ascii: "{"), in: rest),
      let close = index(of: UInt8(ascii: "}"), in: rest[open...])
    {
      let choices = rest[(open + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      guard expanded.count * choices.count <= mostAlternatives else { return nil }
      let bytes = expanded.reduce(0) { $0 + $1.count } * choices.count
      guard bytes <= mostBytes else { return nil }
      for index in expanded.indices { expanded[index] += rest[..<open] }
      if choices.count == 1 {
        for index in expanded.indices { expanded[index] += choices[0] }
      } else {
        expanded = expanded.flatMap { start in choices.map { start + $0 } }
      }
      rest = rest[(close + 1)...]
    }
    let whole = expanded.map { $0 + rest }
    return whole.reduce(0) { $0 + $1.count } <= mostBytes ? whole : nil
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

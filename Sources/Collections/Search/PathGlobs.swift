/// Path patterns as in .gitignore and ripgrep's --glob: `*` and `?` stop at `/`, `**` does not, `[a-z]` is a set, `{a,b}`
/// alternatives. A pattern without `/` fits the last component, one that ends in `/` everything below such a folder.
/// `!` before a pattern leaves out what fits it; the last pattern that fits decides. Where the first pattern has no `!`,
/// paths that nothing fits are left out.
public struct PathGlobs: Sendable, Equatable {
  private struct Pattern: Sendable, Equatable {
    let alternatives: [[UInt8]]
    let isNegated: Bool
  }

  private let patterns: [Pattern]

  /// Reads patterns.
  public init(_ globs: [String]) {
    patterns = globs.map { glob in
      let isNegated = glob.hasPrefix("!")
      let bytes = Array((isNegated ? glob.dropFirst() : glob[...]).utf8)
      return Pattern(alternatives: Self.expand(bytes).map(Self.anchored), isNegated: isNegated)
    }
  }

  /// Whether a path takes part.
  /// - Parameter path: relative, with `/`.
  public func includes(_ path: String) -> Bool {
    let bytes = Array(path.utf8)
    let last = patterns.last { $0.alternatives.contains { Self.fits(bytes[...], $0[...]) } }
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
    guard let open = pattern.firstIndex(of: UInt8(ascii: "{")),
      let close = pattern[open...].firstIndex(of: UInt8(ascii: "}"))
    else { return [pattern] }
    let middles = pattern[(open + 1)..<close].split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let ends = expand(Array(pattern[(close + 1)...]))
    // A pattern of many braces would grow without bound.
    guard middles.count * ends.count <= 256 else { return [pattern] }
    return middles.flatMap { middle in ends.map { pattern[..<open] + middle + $0 } }
  }

  private static let slash = UInt8(ascii: "/")

  /// Whether the whole path fits. The two kinds of star remember where to go on, so that the time stays within the product
  /// of the lengths.
  private static func fits(_ path: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var reachable: Set<Int> = [path.startIndex]
    var index = pattern.startIndex
    while index < pattern.endIndex, !reachable.isEmpty {
      let rest = pattern[index...]
      if rest.starts(with: Array("**/".utf8)), index == pattern.startIndex || pattern[index - 1] == slash {
        index += 3
        reachable = Set(
          reachable.flatMap { start in
            [start] + path[start...].indices.filter { path[$0] == slash }.map { $0 + 1 }
          })
      } else if rest.starts(with: Array("**".utf8)) {
        index += 2
        let first = reachable.min() ?? path.endIndex
        reachable = Set(first...path.endIndex)
      } else if rest.first == UInt8(ascii: "*") {
        index += 1
        reachable = Set(reachable.flatMap { start in start...(path[start...].firstIndex(of: slash) ?? path.endIndex) })
      } else {
        let (length, matches) = single(rest)
        index += length
        reachable = Set(reachable.filter { $0 < path.endIndex && matches(path[$0]) }.map { $0 + 1 })
      }
    }
    return reachable.contains(path.endIndex)
  }

  /// What one byte of the path must be: the pattern's bytes that say it, and the test.
  private static func single(_ pattern: ArraySlice<UInt8>) -> (length: Int, matches: (UInt8) -> Bool) {
    let first = pattern[pattern.startIndex]
    if first == UInt8(ascii: "?") { return (1, { $0 != slash }) }
    if first == UInt8(ascii: "\\"), pattern.count > 1 {
      let escaped = pattern[pattern.startIndex + 1]
      return (2, { $0 == escaped })
    }
    if first == UInt8(ascii: "["), let close = pattern.dropFirst(2).firstIndex(of: UInt8(ascii: "]")) {
      let set = pattern[(pattern.startIndex + 1)..<close]
      return (close + 1 - pattern.startIndex, { isIn(set, $0) })
    }
    return (1, { $0 == first })
  }

  private static func isIn(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
    let isNegated = set.first == UInt8(ascii: "!") || set.first == UInt8(ascii: "^")
    var rest = isNegated ? set.dropFirst() : set
    while let low = rest.popFirst() {
      var high = low
      if rest.first == UInt8(ascii: "-"), rest.count > 1 {
        rest = rest.dropFirst()
        high = rest.removeFirst()
      }
      if low <= byte, byte <= high { return !isNegated && byte != slash }
    }
    return isNegated && byte != slash
  }
}

/// Finds added tokens in bytes: leftmost first, the longest of those that start there, and without overlap.
struct AddedTokenMatcher: Sendable {
  private struct Pattern: Sendable {
    let bytes: [UInt8]
    let token: AddedToken
  }

  /// A token found, or the text between two of them.
  struct Split: Equatable {
    let range: Range<Int>
    let id: Int32?
  }

  /// For each first byte its patterns, longest first, and among equal ones the first that was given.
  private let patterns: [[Pattern]]
  /// Which bytes start a pattern.
  private let isFirst: [Bool]
  /// Whether there is nothing to find.
  let isEmpty: Bool

  private typealias Flag = UnicodeProperties.Flag

  /// - Parameter tokens: with the UTF-8 that each is found by, which must not be empty.
  init(_ tokens: [(token: AddedToken, bytes: [UInt8])]) {
    var patterns = [[Pattern]](repeating: [], count: 256)
    // The reference lists special tokens before the others; `sort` is stable.
    for special in [true, false] {
      for (token, bytes) in tokens where token.special == special && !bytes.isEmpty {
        patterns[Int(bytes[0])].append(Pattern(bytes: bytes, token: token))
      }
    }
    for first in patterns.indices { patterns[first].sort { $0.bytes.count > $1.bytes.count } }
    self.patterns = patterns
    isFirst = patterns.map { !$0.isEmpty }
    isEmpty = tokens.isEmpty
  }

  /// Cuts `bytes[range]` at the tokens in it. The splits cover the range, but where a token took white space that
  /// belongs to the next match too, they overlap, as in the reference.
  func split(_ bytes: [UInt8], _ range: Range<Int>) -> [Split] {
    guard !isEmpty else { return [Split(range: range, id: nil)] }
    var splits: [Split] = []
    var done = range.lowerBound
    var index = range.lowerBound
    while index < range.upperBound {
      guard isFirst[Int(bytes[index])], let pattern = longestPattern(in: bytes, index..<range.upperBound) else {
        index += 1
        continue
      }
      let match = index..<index + pattern.bytes.count
      index = match.upperBound
      if pattern.token.singleWord && touchesWord(match, bytes, range) { continue }
      let start =
        pattern.token.leftStrip ? max(spaceStart(before: match.lowerBound, bytes, range), done) : match.lowerBound
      let end = pattern.token.rightStrip ? spaceEnd(after: match.upperBound, bytes, range) : match.upperBound
      if done < start { splits.append(Split(range: done..<start, id: nil)) }
      splits.append(Split(range: start..<end, id: pattern.token.id))
      done = end
    }
    if done != range.upperBound { splits.append(Split(range: done..<range.upperBound, id: nil)) }
    return splits
  }

  private func longestPattern(in bytes: [UInt8], _ range: Range<Int>) -> Pattern? {
    patterns[Int(bytes[range.lowerBound])].first { pattern in
      pattern.bytes.count <= range.count
        && pattern.bytes.indices.allSatisfy { bytes[range.lowerBound + $0] == pattern.bytes[$0] }
    }
  }

  private func touchesWord(_ match: Range<Int>, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    let properties = UnicodeProperties.shared
    if match.lowerBound > range.lowerBound,
      properties.flags(of: UTF8Bytes.scalar(in: bytes, before: match.lowerBound).value) & Flag.word != 0
    {
      return true
    }
    return match.upperBound < range.upperBound
      && properties.flags(of: UTF8Bytes.scalar(in: bytes, at: match.upperBound).value) & Flag.word != 0
  }

  private func spaceStart(before index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var start = index
    while start > range.lowerBound {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, before: start)
      guard UnicodeProperties.shared.flags(of: scalar) & Flag.whiteSpace != 0 else { break }
      start -= length
    }
    return start
  }

  private func spaceEnd(after index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Int {
    var end = index
    while end < range.upperBound {
      let (scalar, length) = UTF8Bytes.scalar(in: bytes, at: end)
      guard UnicodeProperties.shared.flags(of: scalar) & Flag.whiteSpace != 0 else { break }
      end += length
    }
    return end
  }
}

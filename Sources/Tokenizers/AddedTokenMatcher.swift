/// Finds added tokens in bytes: leftmost first, the longest of those that start there, and without overlap.
struct AddedTokenMatcher: Sendable {
  /// A token found, or the text between two of them.
  struct Split: Equatable {
    let range: Range<Int>
    let id: Int32?
  }

  private let tokens: [AddedToken]
  /// What each is found by, and where that is found.
  private let patterns: TokenList
  private let table: TokenTable
  /// For each first byte the lengths of its patterns, the greatest first.
  private let lengths: [[Int]]
  /// Which bytes a pattern begins with.
  private let begins: [Bool]
  private let splitsSpecial: Bool
  /// Whether there is nothing to find.
  let isEmpty: Bool

  private typealias Flag = UnicodeProperties.Flag

  /// - Parameter tokens: with the UTF-8 that each is found by, which must not be empty. Of equal ones the first special one
  ///   counts, else the first.
  init(_ tokens: [(token: AddedToken, bytes: [UInt8])], splitsSpecial: Bool = false) {
    self.splitsSpecial = splitsSpecial
    let ordered = tokens.filter(\.token.special) + tokens.filter { !$0.token.special }
    var patterns = TokenList()
    for (_, bytes) in ordered { patterns.append(bytes) }
    var table = TokenTable(capacity: ordered.count)
    var lengths = [Set<Int>](repeating: [], count: 256)
    for index in ordered.indices where table.insert(Int32(index), patterns) == nil {
      guard let first = ordered[index].bytes.first else { continue }
      lengths[Int(first)].insert(ordered[index].bytes.count)
    }
    self.tokens = ordered.map(\.token)
    self.patterns = patterns
    self.table = table
    self.lengths = lengths.map { $0.sorted(by: >) }
    begins = lengths.map { !$0.isEmpty }
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
      guard begins[Int(bytes[index])],
        let (token, match) = longestPattern(in: bytes, index..<range.upperBound)
      else {
        index += 1
        continue
      }
      index = match.upperBound
      if token.special && splitsSpecial { continue }
      if token.singleWord && touchesWord(match, bytes, range) { continue }
      let start =
        token.leftStrip ? max(spaceStart(before: match.lowerBound, bytes, range), done) : match.lowerBound
      let end = token.rightStrip ? spaceEnd(after: match.upperBound, bytes, range) : match.upperBound
      if done < start { splits.append(Split(range: done..<start, id: nil)) }
      splits.append(Split(range: start..<end, id: token.id))
      done = end
    }
    if done != range.upperBound { splits.append(Split(range: done..<range.upperBound, id: nil)) }
    return splits
  }

  private func longestPattern(in bytes: [UInt8], _ range: Range<Int>) -> (AddedToken, Range<Int>)? {
    for length in lengths[Int(bytes[range.lowerBound])] where length <= range.count {
      let match = range.lowerBound..<range.lowerBound + length
      if let index = table.find(bytes, match, patterns) { return (tokens[Int(index)], match) }
    }
    return nil
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

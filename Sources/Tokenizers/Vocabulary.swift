/// The tokens of a model by id, and two hash tables over their bytes: whole tokens, and what follows the
/// continuing prefix.
struct Vocabulary: Sendable {
  private let texts: TokenTexts
  private let whole: TokenTable
  private let continuing: TokenTable

  /// The number of ids that are accepted; leaves room in the tables' 32-bit slots.
  static let limit = 1 << 30

  /// - Parameters:
  ///   - bytes: the UTF-8 of all tokens, end to end.
  ///   - starts: where each token starts in `bytes`, and behind them where the last one ends.
  init(bytes: [UInt8], starts: [Int], continuingPrefix: String) throws(TokenizerError) {
    guard starts.count > 1 else { throw .emptyVocabulary }
    guard starts.count <= Self.limit, bytes.count <= Int(Int32.max) else { throw .vocabularyTooLarge }
    let texts = TokenTexts(bytes: bytes, starts: starts.map { Int32($0) })
    var whole = TokenTable(capacity: texts.count, skip: 0)
    let prefix = Array(continuingPrefix.utf8)
    var continuations: [Int32] = []
    for id in 0..<Int32(texts.count) {
      if let first = whole.insert(id, texts) {
        throw .duplicateToken(texts.text(id), first: Int(first), second: Int(id))
      }
      if texts.token(id, continues: prefix) { continuations.append(id) }
    }
    var continuing = TokenTable(capacity: continuations.count, skip: prefix.count)
    for id in continuations { _ = continuing.insert(id, texts) }
    self.texts = texts
    self.whole = whole
    self.continuing = continuing
  }

  /// The number of tokens.
  var count: Int { texts.count }

  /// The token of an id; nil where there is none.
  func token(_ id: Int32) -> String? {
    id >= 0 && Int(id) < texts.count ? texts.text(id) : nil
  }

  /// The id of a token, by its bytes.
  func id(_ token: String) -> Int32? {
    let bytes = Array(token.utf8)
    return whole.find(bytes, 0..<bytes.count, hash: TokenTable.hash(bytes, 0..<bytes.count), texts)
  }

  /// The longest token that `bytes[range]` starts with, at the start of a word or inside it.
  /// - Parameter hashes: room for the hash of every prefix; kept by the caller to be used again.
  /// - Returns: the token and where it ends.
  @inline(__always)
  func longestPrefix(
    of bytes: [UInt8], _ range: Range<Int>, inside: Bool, hashes: inout [UInt32]
  ) -> (id: Int32, end: Int)? {
    let table = inside ? continuing : whole
    let longest = min(range.count, table.longest)
    guard longest > 0 else { return nil }
    // Most words are tokens: those cost one look.
    if longest == range.count,
      let id = table.find(bytes, range, hash: TokenTable.hash(bytes, range), texts)
    {
      return (id, range.upperBound)
    }
    hashes.removeAll(keepingCapacity: true)
    var hash = TokenTable.seed
    for index in range.lowerBound..<range.lowerBound + longest {
      hash = TokenTable.extend(hash, bytes[index])
      hashes.append(TokenTable.finish(hash))
    }
    var end = range.lowerBound + longest
    while end > range.lowerBound {
      // A piece ends where a scalar ends.
      if end == bytes.count || !UTF8Bytes.isContinuation(bytes[end]),
        let id = table.find(
          bytes, range.lowerBound..<end, hash: hashes[end - range.lowerBound - 1], texts)
      {
        return (id, end)
      }
      end -= 1
    }
    return nil
  }
}

/// The tokens' bytes, end to end.
private struct TokenTexts: Sendable {
  let bytes: [UInt8]
  /// Where each token starts in `bytes`, and the end of the last.
  let starts: [Int32]

  var count: Int { starts.count - 1 }

  @inline(__always)
  func range(_ id: Int32) -> Range<Int> { Int(starts[Int(id)])..<Int(starts[Int(id) + 1]) }

  func text(_ id: Int32) -> String { String(decoding: bytes[range(id)], as: UTF8.self) }

  /// Whether the token is the prefix with something behind it.
  func token(_ id: Int32, continues prefix: [UInt8]) -> Bool {
    let range = range(id)
    return range.count > prefix.count && prefix.indices.allSatisfy { bytes[range.lowerBound + $0] == prefix[$0] }
  }
}

/// Open addressing with linear probing over tokens, or over what follows a prefix of them; at most half full.
private struct TokenTable: Sendable {
  struct Slot {
    var hash: UInt32
    /// -1 in a free slot.
    var id: Int32
  }

  /// Length in bytes of the longest entry.
  private(set) var longest = 0
  private var slots: [Slot]
  private let mask: Int
  /// Bytes at a token's start that are no part of its entry.
  private let skip: Int

  init(capacity: Int, skip: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(hash: 0, id: -1), count: size)
    mask = size - 1
    self.skip = skip
  }

  // FNV-1a (Fowler, Noll, Vo), 64 bits: one step a byte, so that every prefix has its hash on the way.
  static let seed: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  /// Folds the halves together: the low bits of FNV see only the low bits of the text.
  @inline(__always)
  static func finish(_ hash: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: hash ^ hash >> 29)
  }

  static func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var hash = seed
    for index in range { hash = extend(hash, bytes[index]) }
    return finish(hash)
  }

  /// Inserts a token.
  /// - Returns: the id that has these bytes already; nothing is inserted then.
  mutating func insert(_ id: Int32, _ texts: TokenTexts) -> Int32? {
    let range = texts.range(id).dropFirst(skip)
    let hash = Self.hash(texts.bytes, range)
    if let found = find(texts.bytes, range, hash: hash, texts) { return found }
    var index = Int(hash) & mask
    while slots[index].id >= 0 { index = (index + 1) & mask }
    slots[index] = Slot(hash: hash, id: id)
    longest = max(longest, range.count)
    return nil
  }

  /// The id of `bytes[range]`, whose hash is `hash`.
  @inline(__always)
  func find(_ bytes: [UInt8], _ range: Range<Int>, hash: UInt32, _ texts: TokenTexts) -> Int32? {
    var index = Int(hash) & mask
    while slots[index].id >= 0 {
      let slot = slots[index]
      if slot.hash == hash {
        let entry = texts.range(slot.id)
        let start = entry.lowerBound + skip
        var same = entry.upperBound - start == range.count ? 0 : range.count + 1
        while same < range.count, bytes[range.lowerBound + same] == texts.bytes[start + same] { same += 1 }
        if same == range.count { return slot.id }
      }
      index = (index + 1) & mask
    }
    return nil
  }
}

/// The tokens of a model by id, and two hash tables over their bytes: whole tokens, and what follows the
/// continuing prefix.
struct Vocabulary: Sendable {
  /// Index = id.
  let tokens: [String]
  /// The UTF-8 of all tokens, end to end.
  private let pool: [UInt8]
  /// Where each token starts in `pool`, and the end of the last.
  private let starts: [Int32]
  private let whole: TokenTable
  private let continuing: TokenTable

  /// The number of ids that are accepted; leaves room in the tables' 32-bit slots.
  static let limit = 1 << 30

  init(_ tokens: [String], continuingPrefix: String) throws(TokenizerError) {
    guard !tokens.isEmpty else { throw .emptyVocabulary }
    var pool: [UInt8] = []
    var starts: [Int32] = [0]
    pool.reserveCapacity(tokens.count * 8)
    starts.reserveCapacity(tokens.count + 1)
    for token in tokens {
      pool.append(contentsOf: token.utf8)
      starts.append(Int32(truncatingIfNeeded: pool.count))
    }
    guard tokens.count < Self.limit, pool.count <= Int(Int32.max) else { throw .vocabularyTooLarge }

    var whole = TokenTable(capacity: tokens.count)
    let prefix = Array(continuingPrefix.utf8)
    var continuations: [Int32] = []
    for id in tokens.indices {
      let range = Int(starts[id])..<Int(starts[id + 1])
      if let first = whole.insert(range, id: Int32(id), pool: pool) {
        throw .duplicateToken(tokens[id], first: Int(first), second: id)
      }
      if range.count > prefix.count, prefix.indices.allSatisfy({ pool[range.lowerBound + $0] == prefix[$0] }) {
        continuations.append(Int32(id))
      }
    }
    var continuing = TokenTable(capacity: continuations.count)
    for id in continuations {
      let range = Int(starts[Int(id)]) + prefix.count..<Int(starts[Int(id) + 1])
      _ = continuing.insert(range, id: id, pool: pool)
    }
    self.tokens = tokens
    self.pool = pool
    self.starts = starts
    self.whole = whole
    self.continuing = continuing
  }

  /// The id of a token, by its bytes.
  func id(_ token: String) -> Int32? {
    let bytes = Array(token.utf8)
    return whole.find(bytes, 0..<bytes.count, hash: TokenTable.hash(bytes, 0..<bytes.count), pool: pool)
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
      let id = table.find(bytes, range, hash: TokenTable.hash(bytes, range), pool: pool)
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
          bytes, range.lowerBound..<end, hash: hashes[end - range.lowerBound - 1], pool: pool)
      {
        return (id, end)
      }
      end -= 1
    }
    return nil
  }
}

/// Open addressing with linear probing over ranges of a byte pool; at most half full.
private struct TokenTable: Sendable {
  struct Slot {
    var hash: UInt32
    /// Start of the token's bytes in the pool.
    var start: Int32
    var length: Int32
    /// -1 in a free slot.
    var id: Int32
  }

  /// Length in bytes of the longest entry.
  private(set) var longest = 0
  private var slots: [Slot]
  private let mask: Int

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = Array(repeating: Slot(hash: 0, start: 0, length: 0, id: -1), count: size)
    mask = size - 1
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

  /// Inserts the token `pool[range]`.
  /// - Returns: the id that has these bytes already; nothing is inserted then.
  mutating func insert(_ range: Range<Int>, id: Int32, pool: [UInt8]) -> Int32? {
    let hash = Self.hash(pool, range)
    if let found = find(pool, range, hash: hash, pool: pool) { return found }
    var index = Int(hash) & mask
    while slots[index].id >= 0 { index = (index + 1) & mask }
    slots[index] = Slot(
      hash: hash, start: Int32(truncatingIfNeeded: range.lowerBound), length: Int32(truncatingIfNeeded: range.count),
      id: id)
    longest = max(longest, range.count)
    return nil
  }

  /// The id of `bytes[range]`, whose hash is `hash`.
  @inline(__always)
  func find(_ bytes: [UInt8], _ range: Range<Int>, hash: UInt32, pool: [UInt8]) -> Int32? {
    var index = Int(hash) & mask
    while slots[index].id >= 0 {
      let slot = slots[index]
      if slot.hash == hash, Int(slot.length) == range.count {
        var same = 0
        while same < range.count, bytes[range.lowerBound + same] == pool[Int(slot.start) + same] { same += 1 }
        if same == range.count { return slot.id }
      }
      index = (index + 1) & mask
    }
    return nil
  }
}

/// Finds tokens of a list by their bytes, or by what follows a prefix of them: open addressing with linear probing, at most
/// half full.
struct TokenTable: Sendable {
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

  init(capacity: Int, skip: Int = 0) {
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
  /// - Parameter replaces: takes the place of one with the same bytes.
  /// - Returns: the id that had these bytes already.
  mutating func insert(_ id: Int32, _ tokens: TokenList, replaces: Bool = false) -> Int32? {
    let range = tokens.range(Int(id)).dropFirst(skip)
    let hash = Self.hash(tokens.bytes, range)
    var index = Int(hash) & mask
    while slots[index].id >= 0 {
      let found = slots[index].id
      if slots[index].hash == hash, isEntry(found, tokens.bytes, range, tokens) {
        if replaces { slots[index].id = id }
        return found
      }
      index = (index + 1) & mask
    }
    slots[index] = Slot(hash: hash, id: id)
    longest = max(longest, range.count)
    return nil
  }

  /// Whether `bytes[range]` are those of an entry.
  @inline(__always)
  private func isEntry(_ id: Int32, _ bytes: [UInt8], _ range: Range<Int>, _ tokens: TokenList) -> Bool {
    let entry = tokens.range(Int(id))
    let start = entry.lowerBound + skip
    guard entry.upperBound - start == range.count else { return false }
    var same = 0
    while same < range.count, bytes[range.lowerBound + same] == tokens.bytes[start + same] { same += 1 }
    return same == range.count
  }

  /// The id of `bytes[range]`, whose hash is `hash`.
  @inline(__always)
  func find(_ bytes: [UInt8], _ range: Range<Int>, hash: UInt32, _ tokens: TokenList) -> Int32? {
    var index = Int(hash) & mask
    while slots[index].id >= 0 {
      let slot = slots[index]
      if slot.hash == hash, isEntry(slot.id, bytes, range, tokens) { return slot.id }
      index = (index + 1) & mask
    }
    return nil
  }

  /// The id of `bytes[range]`.
  @inline(__always)
  func find(_ bytes: [UInt8], _ range: Range<Int>, _ tokens: TokenList) -> Int32? {
    range.count <= longest ? find(bytes, range, hash: Self.hash(bytes, range), tokens) : nil
  }
}

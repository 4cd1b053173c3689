/// Finds the rank of a pair of tokens: open addressing with linear probing, at most half full.
struct MergeTable: Sendable {
  /// The rank of pairs that are not joined.
  static let none = UInt32.max

  private struct Slot {
    var hash: UInt32
    /// `none` in a free slot.
    var rank: UInt32
  }

  private let merges: MergeList
  private var slots: [Slot]
  private let mask: Int

  /// Of a pair that comes twice the last rank counts, as in the reference.
  init(_ merges: MergeList) {
    self.merges = merges
    var size = 16
    while size < merges.count * 2 { size *= 2 }
    mask = size - 1
    slots = Array(repeating: Slot(hash: 0, rank: Self.none), count: size)
    for rank in 0..<merges.count {
      let (left, right) = (merges.left[rank], merges.right[rank])
      let hash = Self.hash(left, right)
      var index = Int(hash) & mask
      while slots[index].rank != Self.none, !isPair(slots[index], hash, left, right) { index = (index + 1) & mask }
      slots[index] = Slot(hash: hash, rank: UInt32(rank))
    }
  }

  @inline(__always)
  private static func hash(_ left: Int32, _ right: Int32) -> UInt32 {
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    let product = key.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return UInt32(truncatingIfNeeded: product.high ^ product.low)
  }

  @inline(__always)
  private func isPair(_ slot: Slot, _ hash: UInt32, _ left: Int32, _ right: Int32) -> Bool {
    slot.hash == hash && merges.left[Int(slot.rank)] == left && merges.right[Int(slot.rank)] == right
  }

  /// The rank of a pair; `none` where it is not joined.
  @inline(__always)
  func rank(_ left: Int32, _ right: Int32) -> UInt32 {
    let hash = Self.hash(left, right)
    var index = Int(hash) & mask
    while slots[index].rank != Self.none {
      if isPair(slots[index], hash, left, right) { return slots[index].rank }
      index = (index + 1) & mask
    }
    return Self.none
  }

  /// What the pair of a rank becomes.
  @inline(__always)
  func joined(_ rank: UInt32) -> Int32 { merges.joined[Int(rank)] }
}

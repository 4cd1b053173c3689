/// Canonical composition and compatibility decomposition, as the reference does them.
struct Composition: Sendable {
  static let shared = Composition()

  private struct Pair {
    let key: UInt64
    let composed: UInt32
  }

  /// Sorted by key: the first scalar above the second one.
  private let pairs: [Pair]
  /// Sorted scalars, where each one's parts start in `parts`, and behind them where the last one's end.
  private let scalars: [UInt32]
  private let starts: [Int]
  private let parts: [UInt32]

  private init() {
    var table = UnicodeTableReader(CompositionTables.pairs)
    var pairs: [Pair] = []
    var first = 0
    while let gap = table.next(), let second = table.next(), let change = table.nextSigned() {
      first += gap
      pairs.append(Pair(key: UInt64(first) << 32 | UInt64(second), composed: UInt32(first + change)))
    }
    self.pairs = pairs
    table = UnicodeTableReader(CompositionTables.compatibility)
    var (scalars, starts, parts): ([UInt32], [Int], [UInt32]) = ([], [0], [])
    var scalar = 0
    while let gap = table.next(), let count = table.next() {
      scalar += gap
      scalars.append(UInt32(scalar))
      for _ in 0..<count { parts.append(UInt32(scalar + (table.nextSigned() ?? 0))) }
      starts.append(parts.count)
      scalar += 1
    }
    (self.scalars, self.starts, self.parts) = (scalars, starts, parts)
  }

  /// The scalar that two stand for together; `nil` where they stay two.
  func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if let syllable = Hangul.composed(first, second) { return syllable }
    let key = UInt64(first) << 32 | UInt64(second)
    let index = pairs.partition { $0.key >= key }
    return index < pairs.count && pairs[index].key == key ? pairs[index].composed : nil
  }

  /// Calls `body` with each scalar of the full compatibility decomposition, in order.
  func forEachPart(of scalar: UInt32, _ body: (UInt32) -> Void) {
    let index = scalars.partition { $0 >= scalar }
    guard index < scalars.count, scalars[index] == scalar else {
      return UnicodeProperties.shared.forEachPart(of: scalar, body)
    }
    for part in parts[starts[index]..<starts[index + 1]] { body(part) }
  }
}

extension Hangul {
  /// A syllable of a leading consonant and a vowel, or of a syllable without a trailing consonant and one.
  static func composed(_ first: UInt32, _ second: UInt32) -> UInt32? {
    switch (first, second) {
    case (0x1100...0x1112, 0x1161...0x1175): 0xAC00 + (first - 0x1100) * 588 + (second - 0x1161) * 28
    case (syllables, 0x11A8...0x11C2) where (first - 0xAC00) % 28 == 0: first + (second - 0x11A7)
    default: nil
    }
  }
}

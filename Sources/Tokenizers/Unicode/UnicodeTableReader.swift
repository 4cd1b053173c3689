/// Reads the numbers of a table of `UnicodeTables`; white space between letters means nothing.
struct UnicodeTableReader {
  private let letters: [UInt8]
  private var position = 0

  init(_ text: String) {
    letters = Array(text.utf8)
  }

  /// Five bits a letter, lowest first; bit 5 where the number goes on. `nil` at the end.
  mutating func next() -> Int? {
    var number = 0
    var shift = 0
    while position < letters.count {
      let letter = letters[position]
      position += 1
      guard letter >= 0x30 else { continue }
      number |= Int((letter - 0x30) & 31) << shift
      if letter - 0x30 < 32 { return number }
      shift += 5
    }
    return nil
  }

  /// A zigzag-coded number.
  mutating func nextSigned() -> Int? {
    next().map { $0 & 1 == 0 ? $0 / 2 : -($0 + 1) / 2 }
  }
}

extension UnicodeTableReader {
  /// The ranges of a table of them: gap since the last one, length - 1.
  static func forEachRange(in letters: String, _ body: (ClosedRange<Int>) -> Void) {
    var table = UnicodeTableReader(letters)
    var next = 0
    while let gap = table.next(), let rest = table.next() {
      body(next + gap...next + gap + rest)
      next += gap + rest + 1
    }
  }
}

extension Array {
  /// The first index for which `predicate` holds, where it holds for every later one too; `count` if for none.
  @inline(__always)
  func partition(_ predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

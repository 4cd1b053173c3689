/// What regular expressions and some steps of a tokenizer take a scalar for: a set of classes.
///
/// Not `Unicode.Scalar.Properties`, for the reason that `UnicodeProperties` gives.
struct ScalarClass: OptionSet, Sendable {
  let rawValue: UInt16

  /// `\p{Lu}`
  static let uppercase = ScalarClass(rawValue: 1 << 0)
  /// `\p{Ll}`
  static let lowercase = ScalarClass(rawValue: 1 << 1)
  /// `\p{Lt}`
  static let titlecase = ScalarClass(rawValue: 1 << 2)
  /// `\p{Lm}`
  static let modifier = ScalarClass(rawValue: 1 << 3)
  /// `\p{Lo}`
  static let otherLetter = ScalarClass(rawValue: 1 << 4)
  /// `\p{M}`
  static let mark = ScalarClass(rawValue: 1 << 5)
  /// `\p{N}`
  static let number = ScalarClass(rawValue: 1 << 6)
  /// `\p{P}`
  static let punctuation = ScalarClass(rawValue: 1 << 7)
  /// `\p{S}`
  static let symbol = ScalarClass(rawValue: 1 << 8)
  /// `\s`
  static let space = ScalarClass(rawValue: 1 << 9)
  /// `[\r\n]`
  static let newline = ScalarClass(rawValue: 1 << 10)
  /// What Digits takes for a digit.
  static let digit = ScalarClass(rawValue: 1 << 11)
  /// What StripAccents drops.
  static let accent = ScalarClass(rawValue: 1 << 12)

  /// `\p{L}`
  static let letter: ScalarClass = [.uppercase, .lowercase, .titlecase, .modifier, .otherLetter]

  /// The classes of a scalar.
  @inline(__always)
  static func of(_ scalar: UInt32) -> ScalarClass {
    scalar < 0x80 ? ascii[Int(scalar)] : sets[Int(table[scalar])]
  }

  static let ascii: [ScalarClass] = (0..<0x80).map { sets[Int(table[UInt32($0)])] }

  /// In the order of `CATEGORIES` in scripts/unicode_classes.py.
  private static let categories: [ScalarClass] = [
    .uppercase, .lowercase, .titlecase, .modifier, .otherLetter, .mark, .number, .punctuation, .symbol,
  ]

  private enum Bits {
    static let space: UInt8 = 16
    static let digit: UInt8 = 32
    static let accent: UInt8 = 64
    static let newline: UInt8 = 128
  }

  /// The set that each byte of `table` stands for: a category and one in the low four bits, and `Bits`.
  private static let sets: [ScalarClass] = (0...255).map { byte in
    let category = Int(byte & 15)
    var set: ScalarClass = category > 0 && category <= categories.count ? categories[category - 1] : []
    if UInt8(byte) & Bits.space != 0 { set.insert(.space) }
    if UInt8(byte) & Bits.digit != 0 { set.insert(.digit) }
    if UInt8(byte) & Bits.accent != 0 { set.insert(.accent) }
    if UInt8(byte) & Bits.newline != 0 { set.insert(.newline) }
    return set
  }

  private static let table = ScalarTable { flat in
    var reader = UnicodeTableReader(ClassTables.categories)
    var scalar = 0
    while let gap = reader.next(), let rest = reader.next(), let category = reader.next() {
      scalar += gap
      for index in scalar...scalar + rest { flat[index] = UInt8(category + 1) }
      scalar += rest + 1
    }
    let bits = [
      (ClassTables.space, Bits.space), (ClassTables.numeric, Bits.digit), (ClassTables.marks, Bits.accent),
    ]
    for (letters, bit) in bits {
      UnicodeTableReader.forEachRange(in: letters) { for index in $0 { flat[index] |= bit } }
    }
    flat[0x0A] |= Bits.newline
    flat[0x0D] |= Bits.newline
  }
}

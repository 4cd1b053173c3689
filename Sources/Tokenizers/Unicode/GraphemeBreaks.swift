/// Where grapheme clusters end (UAX 29), as far as it shows in clusters of a few bytes, which alone the charsmap of
/// SentencePiece looks at as a whole: what regional indicators and the conjuncts of Indic scripts join is longer.
struct GraphemeBreaks: Sendable {
  private enum Kind {
    static let other: UInt8 = 0
    static let extend: UInt8 = 1
    static let joiner: UInt8 = 2
    static let control: UInt8 = 3
    static let prepend: UInt8 = 4
    static let pictograph: UInt8 = 5
    static let leading: UInt8 = 6
    static let vowel: UInt8 = 7
    static let trailing: UInt8 = 8
    static let open: UInt8 = 9
    static let closed: UInt8 = 10
    static let carriageReturn: UInt8 = 11
    static let lineFeed: UInt8 = 12
  }

  private static let table = ScalarTable { flat in
    let kinds = [
      (GraphemeTables.extends, Kind.extend), (GraphemeTables.controls, Kind.control),
      (GraphemeTables.prepends, Kind.prepend), (GraphemeTables.pictographs, Kind.pictograph),
    ]
    for (letters, kind) in kinds {
      UnicodeTableReader.forEachRange(in: letters) { for index in $0 { flat[index] = kind } }
    }
    flat[0x200D] = Kind.joiner
    flat[0x0D] = Kind.carriageReturn
    flat[0x0A] = Kind.lineFeed
    for (range, kind) in [
      (0x1100...0x115F, Kind.leading), (0xA960...0xA97C, Kind.leading), (0x1160...0x11A7, Kind.vowel),
      (0xD7B0...0xD7C6, Kind.vowel), (0x11A8...0x11FF, Kind.trailing), (0xD7CB...0xD7FB, Kind.trailing),
    ] {
      for index in range { flat[index] = kind }
    }
    for syllable in Hangul.syllables {
      flat[Int(syllable)] = (syllable - Hangul.syllables.lowerBound) % 28 == 0 ? Kind.open : Kind.closed
    }
  }

  private var last: UInt8 = Kind.control
  /// Whether a pictograph and only marks behind it stand before a joiner that was seen last.
  private var joinsPictograph = false
  private var isPictograph = false

  /// Whether a cluster ends between the scalar before and this one; they come in the order of the text.
  mutating func isBreak(before scalar: UInt32) -> Bool {
    let kind = Self.table[scalar]
    defer {
      joinsPictograph = kind == Kind.joiner && isPictograph
      isPictograph = kind == Kind.pictograph || isPictograph && kind == Kind.extend
      last = kind
    }
    if kind == Kind.pictograph, joinsPictograph { return false }
    return Self.isBreak(last, kind)
  }

  private static func isBreak(_ left: UInt8, _ right: UInt8) -> Bool {
    switch (left, right) {
    case (Kind.carriageReturn, Kind.lineFeed): false
    case (Kind.control, _), (Kind.carriageReturn, _), (Kind.lineFeed, _): true
    case (_, Kind.control), (_, Kind.carriageReturn), (_, Kind.lineFeed): true
    case (_, Kind.extend), (_, Kind.joiner), (Kind.prepend, _): false
    case (Kind.leading, Kind.leading), (Kind.leading, Kind.vowel), (Kind.leading, Kind.open),
      (Kind.leading, Kind.closed):
      false
    case (Kind.open, Kind.vowel), (Kind.open, Kind.trailing), (Kind.vowel, Kind.vowel), (Kind.vowel, Kind.trailing):
      false
    case (Kind.closed, Kind.trailing), (Kind.trailing, Kind.trailing): false
    default: true
    }
  }
}

/// Cuts text into words: runs of letters, digits, marks and `_`, in lower case and folded (``WordFolding``). An identifier
/// (`camelCase`, `snake_case`, `HTTPServer`) gives its parts as well. Ideographs and kana, which are written without blanks, are words
/// by themselves; of Thai, Lao, Khmer and Burmese two syllables that follow each other are; a Korean word gives its noun as well.
struct WordScanner {
  /// UTF-8 of a lowercased word. Bytes, and not a `String`: comparing strings normalises them, which takes quadratic time
  /// on long runs of combining marks.
  typealias Term = [UInt8]

  /// What is read of a word so far.
  private var whole: Term = []
  private var part: Term = []
  private var parts: [Term] = []
  /// Where the last scalar of `part` starts, for `HTTPServer`, whose `S` belongs to what follows.
  private var lastStart = 0
  private var previous = Kind.none

  private enum Kind {
    case none, upper, lower, other
  }

  /// Calls `body` for every word of the text: its parts, and the whole word where it is more than its only part.
  static func scan(_ text: String, _ body: (_ parts: [Term], _ compound: Term?) -> Void) {
    var scanner = WordScanner()
    for scalar in WordFolding.folded(text).unicodeScalars {
      if isIdeograph(scalar) {
        scanner.finish(body)
        body([Array(String(scalar).utf8)], nil)
      } else if isUnspaced(scalar) {
        if !scanner.whole.isEmpty { scanner.finish(body) }
        scanner.appendSyllable(scalar)
      } else if scalar == "_" || isWordScalar(scalar) {
        scanner.append(scalar)
      } else {
        scanner.finish(body)
      }
    }
    scanner.finish(body)
  }

  /// Syllables of a script without blanks that are not words yet.
  private var syllables: [Term] = []
  private var isLeading = false
  /// The word as long as it is Korean alone.
  private var hangul: [Unicode.Scalar] = []

  /// A letter begins a syllable, but behind a vowel that is written before it; marks and vowels behind it belong to it.
  private mutating func appendSyllable(_ scalar: Unicode.Scalar) {
    let isMark = [.nonspacingMark, .spacingMark].contains(scalar.properties.generalCategory)
    let isFollowing = isMark || [0x0E30, 0x0E32, 0x0E33, 0x0E45, 0x0EB0, 0x0EB2, 0x0EB3].contains(scalar.value)
    if syllables.isEmpty || !isFollowing && !isLeading { syllables.append([]) }
    syllables[syllables.count - 1] += String(scalar).utf8
    isLeading = (0x0E40...0x0E44).contains(scalar.value) || (0x0EC0...0x0EC4).contains(scalar.value)
  }

  private mutating func finishSyllables(_ body: (_ parts: [Term], _ compound: Term?) -> Void) {
    guard let first = syllables.first else { return }
    if syllables.count == 1 { body([first], nil) }
    for (left, right) in zip(syllables, syllables.dropFirst()) { body([left + right], nil) }
    syllables = []
    isLeading = false
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
    if (0xAC00...0xD7A3).contains(scalar.value), hangul.count == whole.count / 3 { hangul.append(scalar) }
    if scalar == "_" {
      whole.append(UInt8(ascii: "_"))
      endPart()
      return
    }
    let kind = Self.kind(scalar)
    switch (previous, kind) {
    case (.lower, .upper), (.other, .upper): endPart()
    case (.upper, .lower) where lastStart > 0: splitBeforeLast()
    default: break
    }
    lastStart = part.count
    if scalar.isASCII {
      let byte = UInt8(scalar.value)
      let lowercase = kind == .upper ? byte | 0x20 : byte
      whole.append(lowercase)
      part.append(lowercase)
    } else {
      let lowercase = scalar.properties.lowercaseMapping.utf8
      whole += lowercase
      part += lowercase
    }
    previous = kind
  }

  private mutating func splitBeforeLast() {
    let last = Array(part[lastStart...])
    part.removeLast(last.count)
    endPart()
    part = last
  }

  private mutating func endPart() {
    if !part.isEmpty { parts.append(part) }
    part = []
    lastStart = 0
    previous = .none
  }

  private mutating func finish(_ body: (_ parts: [Term], _ compound: Term?) -> Void) {
    finishSyllables(body)
    guard !whole.isEmpty else { return }
    endPart()
    if let first = parts.first { body(parts, parts.count > 1 || first != whole ? whole : nil) }
    if !hangul.isEmpty, hangul.count * 3 == whole.count, let noun = KoreanParticles.noun(of: hangul) {
      var scalars = String.UnicodeScalarView()
      scalars.append(contentsOf: noun)
      body([Array(String(scalars).utf8)], nil)
    }
    whole = []
    parts = []
    hangul = []
  }

  /// Digits belong to what stands before them: `utf8String` is `utf8` and `string`.
  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    if scalar.isASCII {
      switch scalar.value {
      case 0x41...0x5A: return .upper
      case 0x61...0x7A, 0x30...0x39: return .lower
      default: return .other
      }
    }
    return scalar.properties.isUppercase ? .upper : .other
  }

  private static func isIdeograph(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3041...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
    default: false
    }
  }

  /// Thai and Lao, Burmese, Khmer; their digits and signs are as others'.
  private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E01...0x0E3A, 0x0E40...0x0E4E, 0x0E81...0x0ECF, 0x1000...0x103F, 0x1050...0x108F, 0x1780...0x17D3,
      0x17DC...0x17DD:
      true
    default: false
    }
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x30...0x39).contains(scalar.value) || (0x61...0x7A).contains(scalar.value | 0x20)
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark:
      return true
    default: return false
    }
  }
}

/// Cuts text into words: runs of letters, digits, marks and `_`, in lower case. An identifier (`camelCase`, `snake_case`,
/// `HTTPServer`) gives its parts as well. Ideographs and kana, which are written without blanks, are words by themselves.
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
    for scalar in text.unicodeScalars {
      if isIdeograph(scalar) {
        scanner.finish(body)
        body([Array(String(scalar).utf8)], nil)
      } else if scalar == "_" || isWordScalar(scalar) {
        scanner.append(scalar)
      } else {
        scanner.finish(body)
      }
    }
    scanner.finish(body)
  }

  private mutating func append(_ scalar: Unicode.Scalar) {
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
    guard !whole.isEmpty else { return }
    endPart()
    if let first = parts.first { body(parts, parts.count > 1 || first != whole ? whole : nil) }
    whole = []
    parts = []
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

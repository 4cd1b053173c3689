/// Strings and numbers.
extension JSONScanner {
  /// Reads a string from its opening quote to behind its closing one.
  mutating func string(_ text: Span<UInt8>, isName: Bool) throws(JSONParseError) {
    position += 1
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "\""):
        position += 1
        return
      case UInt8(ascii: "\\"):
        try escape(text, isName: isName)
      case 0x00..<0x20:
        throw unexpected(text, "an escaped control character")
      case 0x20..<0x80:
        position += 1
      default:
        try multibyte(text)
      }
    }
    throw unexpected(text, "'\"'")
  }

  private mutating func escape(_ text: Span<UInt8>, isName: Bool) throws(JSONParseError) {
    let start = position
    position += 1
    guard position < text.count else { throw unexpected(text, "an escape") }
    switch text[position] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      position += 1
    case UInt8(ascii: "u"):
      position += 1
      try unicodeEscape(text, start: start, isName: isName)
    default:
      throw unexpected(text, "an escape")
    }
  }

  /// Reads the digits after `\u`, and a second escape where the first is the high half of a pair.
  private mutating func unicodeEscape(
    _ text: Span<UInt8>, start: Int, isName: Bool
  ) throws(JSONParseError) {
    let unit = try hexadecimal(text)
    switch unit {
    case 0 where isName:
      outline.unrepresentable = outline.unrepresentable ?? JSONParseError(.nulInName, offset: start)
    case 0xD800..<0xDC00:
      guard position + 6 <= text.count, text[position] == UInt8(ascii: "\\"),
        text[position + 1] == UInt8(ascii: "u")
      else { return outline.repairs.append(.replaceSurrogate(offset: start)) }
      let second = position
      position += 2
      if try !(0xDC00..<0xE000).contains(hexadecimal(text)) {
        // The second escape is not this one's other half: it is read again for itself.
        position = second
        outline.repairs.append(.replaceSurrogate(offset: start))
      }
    case 0xDC00..<0xE000:
      outline.repairs.append(.replaceSurrogate(offset: start))
    default:
      break
    }
  }

  private mutating func hexadecimal(_ text: Span<UInt8>) throws(JSONParseError) -> Int {
    var unit = 0
    for _ in 0..<4 {
      guard position < text.count else { throw unexpected(text, "four hexadecimal digits") }
      let digit =
        switch text[position] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(text[position]) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(text[position]) - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(text[position]) - 0x37
        default: throw unexpected(text, "four hexadecimal digits")
        }
      unit = unit << 4 | digit
      position += 1
    }
    return unit
  }

  /// Reads one code point of two to four bytes: Unicode 16, table 3-7, which excludes overlong forms, surrogates and
  /// what lies beyond U+10FFFF by the range of the second byte.
  private mutating func multibyte(_ text: Span<UInt8>) throws(JSONParseError) {
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch text[position] {
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xE1...0xEF: (3, 0x80...0xBF)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: throw JSONParseError(.invalidUTF8, offset: position)
      }
    guard position + length <= text.count, second.contains(text[position + 1]) else {
      throw JSONParseError(.invalidUTF8, offset: position)
    }
    for offset in 2..<max(length, 2) where text[position + offset] & 0xC0 != 0x80 {
      throw JSONParseError(.invalidUTF8, offset: position)
    }
    position += length
  }

  /// Reads a number and notes whether it needs a repair or cannot be held.
  mutating func number(_ text: Span<UInt8>) throws(JSONParseError) {
    let start = position
    if text[position] == UInt8(ascii: "-") { position += 1 }
    let digits = position
    if position < text.count, text[position] == UInt8(ascii: "0") {
      position += 1
    } else {
      try skipDigits(text)
    }
    let integerDigits = position - digits
    var isInteger = true
    if position < text.count, text[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      try skipDigits(text)
    }
    var exponent = 0
    if position < text.count, text[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      exponent = try self.exponent(text)
    }
    // 18 digits always fit 64 bits, and 308 places before the point always fit float64: only longer ones are converted.
    if isInteger, integerDigits > 18, Int64(Self.string(text, start..<position)) == nil {
      outline.repairs.append(.widenInteger(offset: position))
    }
    if integerDigits + exponent > 308, outline.unrepresentable == nil,
      Double(Self.string(text, start..<position))?.isFinite != true
    {
      outline.unrepresentable = JSONParseError(.numberOutOfRange, offset: start)
    }
  }

  /// Reads an exponent from its letter.
  /// - Returns: its value, cut to a million either way, which is beyond float64 for any text that fits memory limits.
  private mutating func exponent(_ text: Span<UInt8>) throws(JSONParseError) -> Int {
    position += 1
    var isNegative = false
    if position < text.count, text[position] == UInt8(ascii: "-") || text[position] == UInt8(ascii: "+") {
      isNegative = text[position] == UInt8(ascii: "-")
      position += 1
    }
    let start = position
    try skipDigits(text)
    var value = 0
    for offset in start..<position {
      value = min(value * 10 + Int(text[offset]) - 0x30, 1_000_000)
    }
    return isNegative ? -value : value
  }

  /// Reads one digit or more.
  private mutating func skipDigits(_ text: Span<UInt8>) throws(JSONParseError) {
    let start = position
    while position < text.count, (0x30...0x39).contains(text[position]) {
      position += 1
    }
    guard position > start else { throw unexpected(text, "a digit") }
  }

  private static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
    String(decoding: range.map { text[$0] }, as: UTF8.self)
  }
}

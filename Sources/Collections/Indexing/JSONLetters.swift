/// Letters that stand as escapes in JSON (`\u00e9`), as what they are. It stays JSON of as many lines.
enum JSONLetters {
  private static let backslash = UInt8(ascii: "\\")

  static func readable(_ text: String) -> String {
    let bytes = Array(text.utf8)
    guard bytes.contains(backslash) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == backslash, index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      if let (scalar, end) = letter(bytes, index) {
        result += UTF8.encode(scalar).map(Array.init) ?? []
        index = end
      } else {
        // An escaped backslash begins nothing.
        result += bytes[index..<index + 2]
        index += 2
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The letter that is escaped there, of one unit of UTF-16 or of two, and where the text goes on; nil for signs of ASCII, what ends
  /// lines, and halves.
  private static func letter(_ bytes: [UInt8], _ start: Int) -> (Unicode.Scalar, Int)? {
    guard let first = unit(bytes, start), first >= 0xA0, first != 0x2028, first != 0x2029 else { return nil }
    if let scalar = Unicode.Scalar(first) { return (scalar, start + 6) }
    guard (0xD800...0xDBFF).contains(first), let second = unit(bytes, start + 6), (0xDC00...0xDFFF).contains(second)
    else { return nil }
    let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    return Unicode.Scalar(value).map { ($0, start + 12) }
  }

  /// `\u00e9`
  private static func unit(_ bytes: [UInt8], _ start: Int) -> UInt16? {
    guard start + 6 <= bytes.count, bytes[start] == backslash, bytes[start + 1] == UInt8(ascii: "u") else { return nil }
    return bytes[start + 2..<start + 6].reduce(0 as UInt16?) { value, byte in
      guard let value, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      return value << 4 | UInt16(digit)
    }
  }
}

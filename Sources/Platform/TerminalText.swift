/// Text on its way to a person's terminal. What comes from files, models, networks and clients may hold anything; a terminal
/// obeys escape sequences, and shows text in another order than it is where bidirectional controls say so.
package enum TerminalText {
  /// The text with U+FFFD for control characters (C0, DEL and C1, escape sequences among them) but tabs and line feeds, and
  /// without bidirectional controls.
  package static func harmless(_ text: String) -> String {
    guard text.utf8.contains(where: mayBegin) else { return text }
    let bytes = replaced(Array(text.utf8)) {
      isControl($0) ? Array("\u{FFFD}".utf8) : isBidirectionalControl($0) ? [] : nil
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// JSON on one line in which such characters, and line separators, are written as escapes: the same value, and harmless.
  package static func escaped(json: [UInt8]) -> [UInt8] {
    guard json.contains(where: mayBegin) else { return json }
    // In JSON they stand in strings alone.
    return replaced(json) { value in
      guard isControl(value) || isBidirectionalControl(value) || isLineSeparator(value) else { return nil }
      let digits = String(value, radix: 16)
      return Array("\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
    }
  }

  /// Marks of left-to-right and right-to-left text: Unicode Standard Annex 9.
  package static func isBidirectionalControl(_ value: UInt32) -> Bool {
    switch value {
    case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func isControl(_ value: UInt32) -> Bool {
    switch value {
    case 0x09, 0x0A: false
    case 0...0x1F, 0x7F...0x9F: true
    default: false
    }
  }

  private static func isLineSeparator(_ value: UInt32) -> Bool {
    value == 0x2028 || value == 0x2029
  }

  /// Whether a byte may begin one of these characters in UTF-8. They have three bytes at most.
  private static func mayBegin(_ byte: UInt8) -> Bool {
    byte < 0x20 && byte != 0x09 && byte != 0x0A || byte == 0x7F || byte == 0xC2 || byte == 0xD8 || byte == 0xE2
  }

  /// A copy with what `replacement` gives for characters that may be such; nil leaves one as it is.
  private static func replaced(_ bytes: [UInt8], _ replacement: (UInt32) -> [UInt8]?) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 16)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      let length = byte < 0x80 ? 1 : byte == 0xE2 ? 3 : 2
      guard mayBegin(byte), position + length <= bytes.count else {
        result.append(byte)
        position += 1
        continue
      }
      let head = UInt32(byte) & (length == 1 ? 0x7F : length == 2 ? 0x1F : 0x0F)
      let value = bytes[(position + 1)..<(position + length)].reduce(head) { $0 << 6 | UInt32($1 & 0x3F) }
      result += replacement(value) ?? Array(bytes[position..<(position + length)])
      position += length
    }
    return result
  }
}

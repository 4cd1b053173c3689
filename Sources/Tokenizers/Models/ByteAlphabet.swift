/// The characters that stand for bytes in the vocabularies of GPT-2's kind: bytes that print stand for themselves, the
/// others for the characters from U+0100 on.
enum ByteAlphabet {
  /// The character of each byte.
  static let scalars: [UInt32] = {
    var next: UInt32 = 0x100
    return (0...255).map { byte -> UInt32 in
      switch byte {
      case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return UInt32(byte)
      default:
        defer { next += 1 }
        return next
      }
    }
  }()

  /// The byte of each character up to U+0143.
  private static let bytes: [Int16] = {
    var bytes = [Int16](repeating: -1, count: 0x144)
    for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
    return bytes
  }()

  /// The byte that a character stands for.
  static func byte(_ scalar: UInt32) -> UInt8? {
    guard scalar < bytes.count, bytes[Int(scalar)] >= 0 else { return nil }
    return UInt8(bytes[Int(scalar)])
  }

  /// The bytes that a token spells; `nil` where a character stands for none.
  static func decoded(_ token: some Collection<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(token.count)
    var lead: UInt32 = 0
    for byte in token {
      // All of the alphabet has one byte or two.
      let scalar = byte < 0x80 ? UInt32(byte) : lead << 6 | UInt32(byte & 0x3F)
      if byte >= 0xC0 {
        guard byte < 0xE0 else { return nil }
        lead = UInt32(byte & 0x1F)
        continue
      }
      guard let decoded = self.byte(scalar) else { return nil }
      output.append(decoded)
    }
    return output
  }

  /// The characters that bytes are spelled with.
  static func spelled(_ bytes: some Sequence<UInt8>) -> String {
    var text = String.UnicodeScalarView()
    for byte in bytes { text.append(Unicode.Scalar(scalars[Int(byte)]) ?? "?") }
    return String(text)
  }

  /// A vocabulary's tokens as the bytes that they spell, and apart from these those that spell none.
  static func words(_ tokens: TokenList) -> (TokenList, others: [Int32: String]) {
    var words = TokenList()
    var others: [Int32: String] = [:]
    words.reserveCapacity(tokens.count)
    for id in tokens.indices {
      let bytes = decoded(tokens.bytes[tokens.range(id)])
      words.append(bytes ?? [])
      if bytes == nil { others[Int32(id)] = tokens[id] }
    }
    return (words, others)
  }

  /// The number of bytes of the character that a byte is spelled with.
  static func width(_ byte: UInt8) -> Int { scalars[Int(byte)] < 0x80 ? 1 : 2 }
}

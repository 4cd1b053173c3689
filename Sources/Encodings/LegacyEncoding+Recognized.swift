extension LegacyEncoding {
  /// The encodings of Windows with the same letters as ISO's, and more where ISO's have control characters, which are in no text.
  private static let windows = [
    "ISO-8859-1": "WINDOWS-1252", "ISO-8859-2": "WINDOWS-1250", "ISO-8859-5": "WINDOWS-1251",
    "ISO-8859-6": "WINDOWS-1256",
    "ISO-8859-7": "WINDOWS-1253", "ISO-8859-8": "WINDOWS-1255", "ISO-8859-9": "WINDOWS-1254",
    "ISO-8859-13": "WINDOWS-1257",
    "ISO-8859-15": "WINDOWS-1252",
  ]
  /// Encodings of Latin letters that hardly any file is in; of few letters the detector cannot know them from the usual one.
  private static let rare: Set<String> = [
    "ISO-8859-3", "ISO-8859-4", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-16", "WINDOWS-1257",
    "WINDOWS-1258",
    "VISCII", "IBM852", "IBM865", "MAC-CENTRALEUROPE",
  ]
  private static let usual = "WINDOWS-1252"
  /// Letters beyond ASCII from which on the detector is believed about Latin encodings.
  private static let telling = 12

  /// The text of bytes that are neither UTF-8 nor binary, in the encoding that uchardet recognises, decoded to the last byte.
  /// - Returns: nil where the encoding is not recognised, or the bytes are not of it.
  public static func recognized(_ bytes: [UInt8]) -> (text: String, encoding: String)? {
    let letters = bytes.count { $0 >= 0x80 }
    var encoding = detected(in: bytes).uppercased()
    if rare.contains(encoding) || letters < telling && (encoding == "ISO-8859-2" || encoding == "WINDOWS-1250") {
      encoding = usual
    }
    if encoding.isEmpty || encoding == "ASCII" || encoding == "UTF-8" { return nil }
    guard let sibling = windows[encoding] else { return decoded(bytes, encoding) }
    let decoded = decoded(bytes, encoding)
    let hasControls = decoded?.text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) } ?? true
    return hasControls ? Self.decoded(bytes, sibling) : decoded
  }

  private static func decoded(_ bytes: [UInt8], _ encoding: String) -> (text: String, encoding: String)? {
    let text =
      switch encoding {
      case "ISO-8859-1": latin1(bytes)
      case usual: windows1252(bytes, keepsControls: false)
      default: self.text(bytes, from: encoding)
      }
    return text.map { ($0, encoding) }
  }
}

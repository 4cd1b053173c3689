import Encodings

/// The text of a file's bytes, whatever encoding it is in: UTF-8, what a byte order mark says, or a legacy encoding that
/// uchardet recognises and iconv decodes to the last byte. Nothing is replaced: bytes that are not of the encoding make no text.
enum TextEncoding {
  /// A text, and the name of the encoding that it was in.
  struct Decoded: Equatable {
    let text: String
    let encoding: String
  }

  private static let marks: [(mark: [UInt8], encoding: String)] = [
    ([0xFF, 0xFE, 0, 0], "UTF-32LE"), ([0, 0, 0xFE, 0xFF], "UTF-32BE"), ([0xFF, 0xFE], "UTF-16LE"),
    ([0xFE, 0xFF], "UTF-16BE"),
  ]
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

  /// - Returns: nil where the encoding is not recognised, or the bytes are not of it.
  static func decode(_ bytes: [UInt8]) -> Decoded? {
    for (mark, encoding) in marks where bytes.starts(with: mark) {
      return decode(bytes.dropFirst(mark.count), from: encoding)
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    if let text = String(validating: body, as: UTF8.self) { return Decoded(text: text, encoding: "UTF-8") }
    guard !FilePolicy.isBinary(bytes) else { return nil }
    let letters = bytes.count { $0 >= 0x80 }
    var encoding = LegacyEncoding.detected(in: bytes).uppercased()
    if rare.contains(encoding) || letters < telling && (encoding == "ISO-8859-2" || encoding == "WINDOWS-1250") {
      encoding = usual
    }
    if encoding.isEmpty || encoding == "ASCII" || encoding == "UTF-8" { return nil }
    guard let sibling = windows[encoding] else { return decode(bytes[...], from: encoding) }
    let decoded = decode(bytes[...], from: encoding)
    let hasControls = decoded?.text.unicodeScalars.contains { (0x80...0x9F).contains($0.value) } ?? true
    return hasControls ? decode(bytes[...], from: sibling) : decoded
  }

  private static func decode(_ bytes: ArraySlice<UInt8>, from encoding: String) -> Decoded? {
    let text =
      switch encoding {
      case "UTF-16LE", "UTF-16BE":
        units(bytes, of: UInt16.self, isLittle: encoding == "UTF-16LE").flatMap {
          String(validating: $0, as: UTF16.self)
        }
      case "UTF-32LE", "UTF-32BE":
        units(bytes, of: UInt32.self, isLittle: encoding == "UTF-32LE").flatMap {
          String(validating: $0, as: UTF32.self)
        }
      case "ISO-8859-1": LegacyEncoding.latin1(bytes)
      case usual: LegacyEncoding.windows1252(bytes, keepsControls: false)
      default: LegacyEncoding.text(bytes, from: encoding)
      }
    return text.map { Decoded(text: $0, encoding: encoding) }
  }

  private static func units<Unit: FixedWidthInteger & UnsignedInteger>(
    _ bytes: ArraySlice<UInt8>, of type: Unit.Type, isLittle: Bool
  ) -> [Unit]? {
    let size = Unit.bitWidth / 8
    guard bytes.count.isMultiple(of: size) else { return nil }
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map { start in
      let unit = bytes[start..<start + size]
      return (isLittle ? Array(unit.reversed()) : Array(unit)).reduce(0) { $0 << 8 | Unit($1) }
    }
  }
}

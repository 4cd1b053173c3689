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

  /// - Returns: nil where the encoding is not recognised, or the bytes are not of it.
  static func decode(_ bytes: [UInt8]) -> Decoded? {
    for (mark, encoding) in marks where bytes.starts(with: mark) {
      return decode(bytes.dropFirst(mark.count), from: encoding)
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    if let text = String(validating: body, as: UTF8.self) { return Decoded(text: text, encoding: "UTF-8") }
    guard !FilePolicy.isBinary(bytes) else { return nil }
    return LegacyEncoding.recognized(bytes).map { Decoded(text: $0.text, encoding: $0.encoding) }
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
      default: nil as String?
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

import CUchardet

/// Texts in the encodings that messages and old documents name.
enum Encodings {
  /// Names for what is most often written, and for bytes beyond ASCII where ASCII is named.
  private static let aliases = [
    "": "UTF-8", "utf8": "UTF-8", "us-ascii": "UTF-8", "ascii": "UTF-8", "unicode-1-1-utf-7": "UTF-7",
    "ks_c_5601-1987": "CP949", "gb2312": "GB18030", "iso-8859-1": "WINDOWS-1252", "latin1": "WINDOWS-1252",
    "x-sjis": "CP932", "shift_jis": "CP932", "cp-850": "CP850",
  ]

  /// The text; what no encoding explains becomes U+FFFD.
  /// - Parameter name: as it stands in the document, in any case.
  static func text(_ bytes: some Collection<UInt8>, _ name: String = "") -> String {
    let bytes = Array(bytes)
    let name = aliases[name.lowercased()] ?? name
    if let text = String(validating: bytes, as: UTF8.self) {
      // Escapes of ISO 2022 and UTF-7 are ASCII too.
      let isStateful =
        name.lowercased().hasPrefix("iso-2022") || name.lowercased() == "utf-7" || name.lowercased() == "hz-gb-2312"
      if !isStateful { return text }
    }
    if name == "UTF-8" { return windows1252(bytes) }
    return converted(bytes, name) ?? windows1252(bytes)
  }

  private static func converted(_ bytes: [UInt8], _ name: String) -> String? {
    guard name.utf8.count < 64, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }) else {
      return nil
    }
    // No character of three bytes of UTF-8 has less than one in an encoding.
    let capacity = bytes.count * 4 + 16
    var count = -1
    let output = [UInt8](unsafeUninitializedCapacity: capacity) { output, written in
      bytes.withUnsafeBytes { bytes in
        let letters = bytes.assumingMemoryBound(to: CChar.self)
        output.withMemoryRebound(to: CChar.self) {
          count = cuchardet_decode(name, letters.baseAddress, letters.count, $0.baseAddress, capacity)
        }
      }
      written = max(0, count)
    }
    return count >= 0 ? String(validating: output, as: UTF8.self) : nil
  }

  /// Every byte is a letter or a sign but five: encoding.spec.whatwg.org.
  private static func windows1252(_ bytes: [UInt8]) -> String {
    let high: [UInt32] = [
      0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
      0x017D,
      0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
      0x017E, 0x0178,
    ]
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      let value = (0x80...0x9F).contains(byte) ? high[Int(byte) - 0x80] : UInt32(byte)
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }
}

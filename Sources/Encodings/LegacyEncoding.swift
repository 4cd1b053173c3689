import CUchardet

/// Encodings of text that are not Unicode's: which one bytes are in, and their text. Nothing is replaced.
public enum LegacyEncoding {
  /// The name of the encoding that bytes are most likely in, as uchardet has it; empty where it has none.
  public static func detected(in bytes: [UInt8]) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: longestName) { name in
      bytes.withUnsafeBytes { bytes in
        let letters = bytes.assumingMemoryBound(to: CChar.self)
        cuchardet_detect(letters.baseAddress, letters.count, name.baseAddress, name.count)
      }
      return name.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  /// The text of bytes by the C library's iconv.
  /// - Parameter encoding: a name, in any case; an empty one would be what the process's locale says.
  /// - Returns: nil where bytes are not of the encoding, or the C library has no converter of this name.
  public static func text(_ bytes: some Collection<UInt8>, from encoding: String) -> String? {
    let isName = encoding.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    guard isName, !encoding.isEmpty, encoding.utf8.count < longestName else { return nil }
    let bytes = Array(bytes)
    // No character of three bytes of UTF-8 has less than one in an encoding.
    let capacity = bytes.count * 4 + 16
    var count = -1
    let output = [UInt8](unsafeUninitializedCapacity: capacity) { output, written in
      bytes.withUnsafeBytes { bytes in
        let letters = bytes.assumingMemoryBound(to: CChar.self)
        output.withMemoryRebound(to: CChar.self) {
          count = cuchardet_decode(encoding, letters.baseAddress, letters.count, $0.baseAddress, capacity)
        }
      }
      written = max(0, count)
    }
    return count >= 0 ? String(validating: output, as: UTF8.self) : nil
  }

  /// Bytes of the longest name of an encoding, and one more.
  private static let longestName = 64

  /// What Windows-1252 has from 0x80 to 0x9F (encoding.spec.whatwg.org); 0 where it has nothing.
  private static let windows1252: [UInt32] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
    0x0178,
  ]

  /// The text of bytes in Windows-1252, which every program knows.
  /// - Parameter keepsControls: whether the five bytes that it has nothing for are the control characters of ISO 8859-1, as pages
  ///   of the web have it.
  /// - Returns: nil where they are not, and there is one.
  public static func windows1252(_ bytes: some Collection<UInt8>, keepsControls: Bool) -> String? {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      var value = UInt32(byte)
      if (0x80...0x9F).contains(byte) {
        let letter = windows1252[Int(byte) - 0x80]
        if letter == 0, !keepsControls { return nil }
        if letter != 0 { value = letter }
      }
      guard let scalar = Unicode.Scalar(value) else { return nil }
      scalars.append(scalar)
    }
    return String(scalars)
  }

  /// The text of bytes in ISO 8859-1, each of which is the character of its number.
  public static func latin1(_ bytes: some Collection<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}

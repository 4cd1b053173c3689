import Digests

/// The first 16 bytes of SHA-256: names a text, so that what was computed from it is found again. Two texts with one hash
/// are out of reach of chance and of an adversary alike (2^64 tries).
public struct TextHash: Sendable, Hashable {
  /// 16 bytes.
  let bytes: [UInt8]

  /// The hash of a text's UTF-8.
  public init(_ text: String) {
    self.init(utf8: Array(text.utf8))
  }

  /// The hash of bytes, such as a file's.
  public init(utf8 bytes: [UInt8]) {
    self.bytes = Array(SHA256.hash(bytes).prefix(16))
  }

  /// A hash that was stored; nil where it has not 16 bytes.
  init?(stored bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// 16 bytes that are a hash's.
  init(words bytes: [UInt8]) {
    precondition(bytes.count == 16, "a hash of \(bytes.count) bytes")
    self.bytes = bytes
  }

  /// 32 digits.
  public var hexadecimal: String { bytes.hexadecimal }

  /// Nil where the text has not 32 hexadecimal digits.
  public init?(hexadecimal text: String) {
    let digits = text.unicodeScalars.map { Character($0).hexDigitValue }
    guard digits.count == 32, digits.allSatisfy({ $0 != nil }) else { return nil }
    let values = digits.compactMap { $0 }
    bytes = stride(from: 0, to: 32, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
  }
}

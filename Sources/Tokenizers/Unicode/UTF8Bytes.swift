/// Reading and writing scalars in arrays of valid UTF-8.
enum UTF8Bytes {
  /// The scalar that starts at `index` and its length in bytes. Bytes that are no UTF-8 give U+FFFD and 1, so that a
  /// caller's loop always ends.
  @inline(__always)
  static func scalar(in bytes: [UInt8], at index: Int) -> (value: UInt32, length: Int) {
    let lead = UInt32(bytes[index])
    if lead < 0x80 { return (lead, 1) }
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, index + length <= bytes.count else { return (0xFFFD, 1) }
    let second = UInt32(bytes[index + 1]) & 0x3F
    if length == 2 { return ((lead & 0x1F) << 6 | second, 2) }
    let third = UInt32(bytes[index + 2]) & 0x3F
    if length == 3 { return ((lead & 0x0F) << 12 | second << 6 | third, 3) }
    return ((lead & 0x07) << 18 | second << 12 | third << 6 | UInt32(bytes[index + 3]) & 0x3F, 4)
  }

  /// The scalar that ends before `index`, which must be greater than 0.
  static func scalar(in bytes: [UInt8], before index: Int) -> (value: UInt32, length: Int) {
    var start = index - 1
    while start > 0, isContinuation(bytes[start]) { start -= 1 }
    return (scalar(in: bytes, at: start).value, index - start)
  }

  /// Whether the byte continues a scalar.
  @inline(__always)
  static func isContinuation(_ byte: UInt8) -> Bool {
    byte & 0xC0 == 0x80
  }

  /// Appends a scalar.
  /// - Returns: the number of bytes.
  @inline(__always)
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) -> Int {
    switch scalar {
    case ..<0x80:
      bytes.append(UInt8(truncatingIfNeeded: scalar))
      return 1
    case ..<0x800:
      bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
      return 2
    case ..<0x10000:
      bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
      return 3
    default:
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
      return 4
    }
  }
}

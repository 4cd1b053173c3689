/// Data that is written as letters, such as base64: it has no words, whatever its runs of letters look like.
enum EncodedData {
  /// Shorter runs may be anybody's.
  private static let shortest = 40
  /// Of its bytes, at least so many in a hundred are digits, and so many of another kind than the one before. Random base64 has
  /// 16 and 62; of names and paths few have either.
  private static let leastDigits = 5
  private static let leastChanges = 45

  /// Whether a run without blanks is base64 or the like: capitals, small letters and digits in no order. Hexadecimal is not: people
  /// look for hashes.
  static func isData(_ run: some StringProtocol) -> Bool {
    guard run.utf8.count >= shortest else { return false }
    var counts = [0, 0, 0, 0]
    var changes = 0
    var before: Int?
    for byte in run.utf8 {
      guard let kind = kind(byte) else { return false }
      counts[kind] += 1
      if let before, before != kind { changes += 1 }
      before = kind
    }
    let length = run.utf8.count
    return counts[0] > 0 && counts[1] > 0 && 100 * counts[2] >= leastDigits * length
      && 100 * changes >= leastChanges * length
  }

  /// 0 for a capital, 1 for a small letter, 2 for a digit, 3 for what else base64 is written in; nil for other bytes.
  private static func kind(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x41...0x5A: 0
    case 0x61...0x7A: 1
    case 0x30...0x39: 2
    case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: "_"): 3
    default: nil
    }
  }
}

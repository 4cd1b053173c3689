import JSON

/// Sizes as people write them.
public enum FileSize {
  /// `500`, `64K`, `1.5M`; nil for anything else.
  public static func bytes(_ text: String) -> Int? {
    var digits = text.lowercased()
    if digits.hasSuffix("b") { digits.removeLast() }
    if digits.hasSuffix("i") { digits.removeLast() }
    let units: [Character: Double] = ["k": 1024, "m": 1_048_576, "g": 1_073_741_824]
    let factor = digits.last.flatMap { units[$0] }
    if factor != nil { digits.removeLast() }
    guard let number = Double(digits), number > 0, number * (factor ?? 1) < Double(1 << 40) else { return nil }
    return Int(number * (factor ?? 1))
  }

  /// Of a configuration: a number of bytes, or a text.
  public static func bytes(_ field: JSONField) throws(JSONFieldError) -> Int {
    let written: String? =
      switch field.value {
      case .integer(let number)?: String(number)
      case .string(let text)?: text
      default: nil
      }
    guard let size = written.flatMap({ bytes($0) }) else {
      throw field.mismatch("bytes, or a number with K, M or G")
    }
    return size
  }
}

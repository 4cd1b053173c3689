import JSON

/// The unit in which offsets count, with the names of LSP.
public enum PositionEncodingKind: String, Sendable, CaseIterable {
  /// Bytes of UTF-8.
  case utf8 = "utf-8"
  /// UTF-16 code units, as in JavaScript, Java and C#.
  case utf16 = "utf-16"
  /// Unicode code points, as in Python.
  case utf32 = "utf-32"

  /// The parameter `positionEncoding` of a method.
  static func optional(_ parameters: JSONField) throws(JSONFieldError) -> PositionEncodingKind? {
    try parameters["positionEncoding"].optionalOneOf(PositionEncodingKind.self)
  }
}

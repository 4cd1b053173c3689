import JSON

/// A text that is to be embedded, or a vector that already is.
public enum TextOrVector: ProtocolValue {
  /// A text.
  case text(String)
  /// Components, at least one, all finite.
  case vector([Float])

  private static let expected =
    "a string, an array of numbers or {\"base64\": little-endian float32}"

  /// Reads a string, an array of numbers, or an object whose only member `base64` holds little-endian float32.
  public init(_ field: JSONField) throws(JSONFieldError) {
    switch field.value {
    case .string(let text)?:
      self = .text(text)
    case .array?:
      _ = try field.nonEmptyArray(Self.expected)
      self = .vector(try field.float32s())
    case .object?:
      self = .vector(try Self.bytes(field))
    default:
      throw field.mismatch(Self.expected)
    }
  }

  /// One item or an array of at least one. An array that starts with a number is one vector.
  static func list(_ field: JSONField) throws(JSONFieldError) -> [TextOrVector] {
    guard case .array? = field.value else { return [try TextOrVector(field)] }
    let items = try field.nonEmptyArray("a text, a vector, or an array of them")
    switch items[0] {
    case .integer, .number: return [try TextOrVector(field)]
    default: return try field.list(TextOrVector.init)
    }
  }

  private static func bytes(_ object: JSONField) throws(JSONFieldError) -> [Float] {
    try object.allowOnly(["base64"])
    let field = object["base64"]
    guard let values = Base64.decode(try field.string()).flatMap(Float32Bytes.decode), !values.isEmpty else {
      throw field.mismatch("base64 of little-endian float32, at least one")
    }
    guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return values }
    throw field.mismatch("finite components", found: "\(values[bad]) at component \(bad)")
  }

  /// A string or an array of numbers.
  public var json: JSONValue {
    switch self {
    case .text(let text): .string(text)
    case .vector(let values): .float32s(values)
    }
  }
}

extension TextOrVector {
  /// Whether it needs no embedding.
  public var isVector: Bool {
    if case .vector = self { return true }
    return false
  }
}

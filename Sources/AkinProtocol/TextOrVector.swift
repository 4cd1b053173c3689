import JSON

/// A text that is to be embedded, or a vector that already is.
public enum TextOrVector: ProtocolValue {
  /// A text.
  case text(String)
  /// Components, at least one, all finite.
  case vector([Float])

  private static let expected =
    "a string, an array of numbers or {\"base64\": bytes, \"dtype\": \"float32\" or \"int8\"}"

  /// Reads a string, an array of numbers, or an object as `embed` answers it: `base64` of the components' bytes, their `dtype`
  /// (`float32` unless given, or `int8`), and for int8 maybe a `scale`, which every component is multiplied by.
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

  /// Reads what ``init(_:)`` does, but no text.
  static func vector(_ field: JSONField) throws(JSONFieldError) -> [Float] {
    if case .vector(let values) = try TextOrVector(field) { return values }
    throw field.mismatch("an array of numbers or {\"base64\": bytes, \"dtype\": \"float32\" or \"int8\"}")
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
    try object.allowOnly(["base64", "dtype", "scale"])
    let field = object["base64"]
    let dataType = try object["dtype"].optionalOneOf(EmbeddingDataType.self) ?? .float32
    let bytes = Base64.decode(try field.string())
    let values: [Float]?
    switch dataType {
    case .float32:
      guard !object["scale"].isPresent else { throw object["scale"].mismatch("none with dtype \"float32\"") }
      values = bytes.flatMap(Float32Bytes.decode)
    case .int8:
      let scale = try object["scale"].optional { field throws(JSONFieldError) in try field.float32() } ?? 1
      values = bytes.map { $0.map { Float(Int8(bitPattern: $0)) * scale } }
    case .ubinary:
      throw object["dtype"].mismatch(
        "\"float32\" or \"int8\", since bits are compared by their Hamming distance", found: "\"ubinary\"")
    }
    guard let values, !values.isEmpty else {
      throw field.mismatch("base64 of \(dataType == .int8 ? "int8" : "little-endian float32"), at least one")
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

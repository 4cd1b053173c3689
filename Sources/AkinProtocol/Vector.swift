import JSON

/// One embedding as it stands in a result.
public enum EmbeddingVector: ProtocolValue {
  /// Components of dtype `float32`.
  case float32s([Float])
  /// Components of dtype `int8` (-127 to 127), or the bytes (0 to 255) of dtype `ubinary`.
  case integers([Int])
  /// The bytes of any dtype, in base64.
  case base64(String)

  /// A vector in the form that a request asked for, with its scale where the form has one.
  public static func encoded(
    _ vector: [Float], dataType: EmbeddingDataType, format: EmbeddingEncodingFormat
  ) -> (vector: EmbeddingVector, scale: Float?) {
    switch (dataType, format) {
    case (.float32, .float):
      return (.float32s(vector), nil)
    case (.float32, .base64):
      return (.base64(Base64.encode(Float32Bytes.encode(vector))), nil)
    case (.int8, _):
      let (values, scale) = VectorQuantizer.int8(vector)
      let encoded: EmbeddingVector =
        format == .float
        ? .integers(values.map(Int.init)) : .base64(Base64.encode(values.map(UInt8.init(bitPattern:))))
      return (encoded, scale)
    case (.ubinary, _):
      let bytes = VectorQuantizer.ubinary(vector)
      return (format == .float ? .integers(bytes.map(Int.init)) : .base64(Base64.encode(bytes)), nil)
    }
  }

  /// Reads an array of integers as ``integers(_:)``, any other array of numbers as ``float32s(_:)``.
  public init(_ field: JSONField) throws(JSONFieldError) {
    if case .string(let text)? = field.value {
      guard Base64.decode(text) != nil else {
        throw field.mismatch("base64", found: "other text")
      }
      self = .base64(text)
      return
    }
    if case .array(let items)? = field.value {
      let integers = items.compactMap { item -> Int? in
        if case .integer(let value) = item { return Int(value) }
        return nil
      }
      if integers.count == items.count, !items.isEmpty {
        self = .integers(integers)
        return
      }
    }
    self = .float32s(try field.float32s())
  }

  /// An array of numbers, or a string.
  public var json: JSONValue {
    switch self {
    case .float32s(let values): .float32s(values)
    case .integers(let values): .array(values.map { .integer(Int64($0)) })
    case .base64(let text): .string(text)
    }
  }
}

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
    switch items[0].value {
    case .integer?, .number?: return [try TextOrVector(field)]
    default: break
    }
    var list: [TextOrVector] = []
    list.reserveCapacity(items.count)
    for item in items { list.append(try TextOrVector(item)) }
    return list
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

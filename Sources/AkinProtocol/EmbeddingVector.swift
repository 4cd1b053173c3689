import JSON

/// One embedding as it stands in a result.
public enum EmbeddingVector: ProtocolValue {
  /// Components of dtype `float32`.
  case float32s([Float])
  /// Components of dtype `int8` (-127 to 127), or the bytes (0 to 255) of dtype `ubinary`.
  case integers([Int])
  /// The bytes of components of a dtype, in base64: an object with both, which may be handed back where a vector may stand.
  case base64(String, EmbeddingDataType)

  /// A vector in the form that a request asked for, with its scale where the form has one.
  public static func encoded(
    _ vector: [Float], dataType: EmbeddingDataType, format: EmbeddingEncodingFormat
  ) -> (vector: EmbeddingVector, scale: Float?) {
    switch (dataType, format) {
    case (.float32, .float):
      return (.float32s(vector), nil)
    case (.float32, .base64):
      return (.base64(Base64.encode(Float32Bytes.encode(vector)), .float32), nil)
    case (.int8, _):
      let (values, scale) = VectorQuantizer.int8(vector)
      let encoded: EmbeddingVector =
        format == .float
        ? .integers(values.map(Int.init)) : .base64(Base64.encode(values.map(UInt8.init(bitPattern:))), .int8)
      return (encoded, scale)
    case (.ubinary, _):
      let bytes = VectorQuantizer.ubinary(vector)
      return (format == .float ? .integers(bytes.map(Int.init)) : .base64(Base64.encode(bytes), .ubinary), nil)
    }
  }

  /// Reads an array of integers as ``integers(_:)``, any other array of numbers as ``float32s(_:)``.
  public init(_ field: JSONField) throws(JSONFieldError) {
    if case .object? = field.value {
      let text = try field["base64"].string()
      guard Base64.decode(text) != nil else { throw field["base64"].mismatch("base64", found: "other text") }
      self = .base64(text, try field["dtype"].oneOf(EmbeddingDataType.self))
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

  /// An array of numbers, or an object.
  public var json: JSONValue {
    switch self {
    case .float32s(let values): .float32s(values)
    case .integers(let values): .array(values.map { .integer(Int64($0)) })
    case .base64(let text, let dataType): ["base64": .string(text), "dtype": .string(dataType.rawValue)]
    }
  }
}

import JSON

/// A vector over a model's vocabulary: what is not zero of it. The places are ids of tokens, which `detokenize` and `tokenize` speak of
/// too.
public struct SparseEmbedding: ProtocolValue {
  /// Ascending.
  public var indices: [Int]
  /// As many.
  public var values: [Float]
  /// How both are written.
  public var format: EmbeddingEncodingFormat

  /// A vector that is written as arrays of numbers unless `format` says otherwise.
  public init(indices: [Int], values: [Float], format: EmbeddingEncodingFormat = .float) {
    self.indices = indices
    self.values = values
    self.format = format
  }

  private static let places = "base64 of little-endian int32"

  /// Reads an object with two arrays of one length, or with the bytes of both in base64.
  public init(_ field: JSONField) throws(JSONFieldError) {
    let (places, numbers) = (field["indices"], field["values"])
    if case .object? = places.value {
      format = .base64
      guard let bytes = Base64.decode(try places["base64"].string()), bytes.count % 4 == 0 else {
        throw places["base64"].mismatch(Self.places)
      }
      indices = bytes.withUnsafeBytes { source in
        stride(from: 0, to: source.count, by: 4).map { start in
          Int(Int32(littleEndian: source.loadUnaligned(fromByteOffset: start, as: Int32.self)))
        }
      }
      guard let found = Base64.decode(try numbers["base64"].string()).flatMap(Float32Bytes.decode) else {
        throw numbers["base64"].mismatch("base64 of little-endian float32")
      }
      values = found
    } else {
      format = .float
      indices = try places.list { field throws(JSONFieldError) in try field.int(in: 0...Int(Int32.max)) }
      values = try numbers.float32s()
    }
    guard indices.count == values.count else { throw numbers.mismatch("\(indices.count) numbers, as many as indices") }
  }

  /// Whether a value is of this kind.
  static func isSparse(_ field: JSONField) -> Bool {
    if case .object(let object)? = field.value { object["indices"] != nil } else { false }
  }

  /// An object.
  public var json: JSONValue {
    switch format {
    case .float:
      return ["indices": .array(indices.map { .integer(Int64($0)) }), "values": .float32s(values)]
    case .base64:
      var bytes: [UInt8] = []
      for index in indices { withUnsafeBytes(of: Int32(truncatingIfNeeded: index).littleEndian) { bytes += $0 } }
      return [
        "indices": ["base64": .string(Base64.encode(bytes)), "dtype": "int32"],
        "values": ["base64": .string(Base64.encode(Float32Bytes.encode(values))), "dtype": "float32"],
      ]
    }
  }
}

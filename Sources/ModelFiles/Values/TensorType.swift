/// How the numbers of a tensor are stored. Files hold other types too; their readers name them, and using such a
/// tensor is an error.
public enum TensorType: String, Sendable, CaseIterable {
  /// IEEE 754 binary32, 4 bytes a value.
  case f32
  /// IEEE 754 binary16, 2 bytes a value.
  case f16
  /// The upper half of a binary32, 2 bytes a value.
  case bf16
  /// IEEE 754 binary64, 8 bytes a value; widened where it is read, to the nearest binary32.
  case f64
  /// Whole numbers with a sign, 1 byte a value.
  case i8
  /// GGML's block_q8_0: 32 values along the last dimension in 34 bytes, a binary16 scale and 32 int8.
  case q8 = "q8_0"
  /// GGML's smaller blocks of 32 values (ggml-common.h), which files hold and nothing computes with: they are widened when a model
  /// is loaded.
  case q4 = "q4_0"
  case q4WithMinimum = "q4_1"
  case q5 = "q5_0"
  case q5WithMinimum = "q5_1"
  /// Likewise of 256 values, whose sixteenths or eighths have scales of their own.
  case q4K = "q4_K"
  case q5K = "q5_K"
  case q6K = "q6_K"

  /// Values that are stored together, along the last dimension.
  public var blockLength: Int {
    switch self {
    case .f32, .f16, .bf16, .f64, .i8: 1
    case .q8, .q4, .q4WithMinimum, .q5, .q5WithMinimum: 32
    case .q4K, .q5K, .q6K: 256
    }
  }

  /// Bytes of `blockLength` values.
  public var blockBytes: Int {
    switch self {
    case .f32: 4
    case .f16, .bf16: 2
    case .f64: 8
    case .i8: 1
    case .q8: 34
    case .q4: 18
    case .q4WithMinimum: 20
    case .q5: 22
    case .q5WithMinimum: 24
    case .q4K: 144
    case .q5K: 176
    case .q6K: 210
    }
  }

  /// Bytes of a tensor of this type.
  /// - Parameter shape: outermost dimension first; empty for a single value.
  /// - Returns: nil where a dimension is negative, the last one is no multiple of the block length, or the product
  ///   does not fit an `Int`.
  public func byteCount(shape: [Int]) -> Int? {
    guard let elements = Self.elementCount(shape: shape), (shape.last ?? 1) % blockLength == 0 else { return nil }
    let (bytes, overflow) = (elements / blockLength).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }

  /// The product of the dimensions; nil where one is negative or the product does not fit an `Int`.
  public static func elementCount(shape: [Int]) -> Int? {
    var product = 1
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }
}

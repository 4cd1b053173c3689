/// How the numbers of a tensor are stored. Files hold other types too; their readers name them, and using such a
/// tensor is an error.
public enum TensorType: String, Sendable, CaseIterable {
  /// IEEE 754 binary32, 4 bytes a value.
  case f32
  /// IEEE 754 binary16, 2 bytes a value.
  case f16
  /// The upper half of a binary32, 2 bytes a value.
  case bf16
  /// GGML's block_q8_0: 32 values along the last dimension in 34 bytes, a binary16 scale and 32 int8.
  case q8 = "q8_0"

  /// Values that are stored together: 32 for `q8`, 1 for the others.
  public var blockLength: Int {
    self == .q8 ? 32 : 1
  }

  /// Bytes of `blockLength` values.
  public var blockBytes: Int {
    switch self {
    case .f32: 4
    case .f16, .bf16: 2
    case .q8: 34
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

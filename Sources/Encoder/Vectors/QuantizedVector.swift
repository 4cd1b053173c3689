/// A vector in int8: a component is its code times the scale, which is the greatest magnitude over 127.
public struct QuantizedVector: Sendable, Equatable {
  /// -127 to 127, one a component.
  public let codes: [Int8]
  /// 0 for a vector of zeros.
  public let scale: Float

  /// Stores the values as they are given.
  public init(codes: [Int8], scale: Float) {
    self.codes = codes
    self.scale = scale
  }

  /// - Parameter vector: finite numbers.
  public init(_ vector: [Float]) {
    let greatest = vector.reduce(0) { max($0, abs($1)) }
    scale = greatest / 127
    let inverse = greatest > 0 ? 127 / greatest : 0
    codes = vector.map { Int8(max(-127, min(127, ($0 * inverse).rounded(.toNearestOrEven)))) }
  }
}

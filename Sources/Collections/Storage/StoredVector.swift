import Encoder

/// The one form in which vectors are stored.
enum StoredVector {
  /// What rounding leaves of a length of 1.
  private static let rounding: ClosedRange<Float> = 1 - 1e-5...1 + 1e-5

  /// A vector scaled to length 1. One that has it already but for rounding stays as it is, so that a vector keeps its bits from
  /// the engine to a collection, and from there to a pack and to other collections.
  static func unit(_ vector: [Float]) -> [Float] {
    if isOne(vector) { return vector }
    var unit = vector
    Vectors.normalize(&unit)
    return unit
  }

  /// Whether a vector has finite components, and the length 1 or, as of a text without tokens, 0.
  static func isOne(_ vector: [Float]) -> Bool {
    let squares = Vectors.dot(vector, vector)
    return rounding.contains(squares) || squares == 0 && vector.allSatisfy { $0 == 0 }
  }
}

import Encoder

/// A vector as its rows have it; of a place without components.
struct PostgresVector {
  let quantized: QuantizedVector
  var components: [Float]?
}

extension PostgresCollection {
  /// The vector of a place; nil for one that has none.
  func place(_ vector: QuantizedVector?) -> PostgresVector? {
    guard let vector, vector.codes.count == space.dimensions, vector.scale.isFinite else { return nil }
    return PostgresVector(quantized: vector)
  }

  /// A text's vector, of length 1.
  func unit(_ vector: [Float]) throws -> PostgresVector {
    guard vector.count == space.dimensions, vector.allSatisfy(\.isFinite) else {
      throw missing(found: "\(vector.count) components, or not finite")
    }
    let unit = StoredVector.unit(vector)
    return PostgresVector(quantized: QuantizedVector(unit), components: unit)
  }

  func missing(found: String) -> CollectionError {
    CollectionError(
      .invalid(parameter: "vectors", expected: "\(space.dimensions) finite numbers a chunk", found: found),
      path: path)
  }
}

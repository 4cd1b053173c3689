/// Vectors in int8 of one length, scanned as one.
public struct VectorBlock: Sendable {
  /// Components of a vector.
  public let dimensions: Int
  private var codes: [Int8] = []
  private var scales: [Float] = []

  /// An empty block with room for `capacity` vectors.
  public init(dimensions: Int, capacity: Int) {
    self.dimensions = dimensions
    codes.reserveCapacity(capacity * dimensions)
    scales.reserveCapacity(capacity)
  }

  /// Vectors in it.
  public var count: Int { scales.count }

  /// Adds a vector.
  /// - Parameters:
  ///   - codes: of ``QuantizedVector``; the count is checked.
  ///   - scale: of ``QuantizedVector``.
  public mutating func append(codes: UnsafeRawBufferPointer, scale: Float) {
    precondition(codes.count == dimensions, "\(codes.count) codes for \(dimensions) dimensions")
    self.codes.append(contentsOf: codes.bindMemory(to: Int8.self))
    scales.append(scale)
  }

  /// The product of a query and every vector, in their order: near to the exact one, for choosing candidates.
  public func scores(_ query: QuantizedVector) -> [Float] {
    precondition(query.codes.count == dimensions, "a query of \(query.codes.count) for \(dimensions) dimensions")
    return scales.indices.map { row in
      var sum: Int32 = 0
      let start = row * dimensions
      for column in 0..<dimensions {
        sum &+= Int32(codes[start + column]) &* Int32(query.codes[column])
      }
      return Float(sum) * scales[row] * query.scale
    }
  }
}

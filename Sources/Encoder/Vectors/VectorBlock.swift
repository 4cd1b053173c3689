/// Vectors in int8 of one length, scanned as one, in memory that neither moves nor changes: vectors are only added.
///
/// Sound to share between threads as long as one at a time appends, and readers look at rows that were there when they
/// got the block's count from the one who appends.
public final class VectorBlock: Sendable {
  /// Components of a vector.
  public let dimensions: Int
  /// Vectors that have room in it.
  public let capacity: Int
  private let codes: KernelMemory<Int8>
  private let scales: KernelMemory<Float>

  /// An empty block with room for `capacity` vectors.
  public init(dimensions: Int, capacity: Int) {
    self.dimensions = dimensions
    self.capacity = capacity
    codes = KernelMemory(count: capacity * dimensions)
    scales = KernelMemory(count: capacity)
  }

  /// Writes the vector of a row that was not written before.
  /// - Parameters:
  ///   - row: the next one; below the capacity.
  ///   - codes: of ``QuantizedVector``; the count is checked.
  ///   - scale: of ``QuantizedVector``.
  public func set(_ row: Int, codes source: UnsafeRawBufferPointer, scale: Float) {
    precondition(source.count == dimensions, "\(source.count) codes for \(dimensions) dimensions")
    let target = codes[from: row * dimensions, dimensions]
    UnsafeMutableRawBufferPointer(start: target.pointer, count: dimensions).copyMemory(from: source)
    scales[from: row, 1].pointer.pointee = scale
  }

  /// The product of a query and each of some rows, in their order, but for the query's scale: near to the exact one, for
  /// choosing candidates.
  public func scores(_ query: QuantizedVector, rows: Range<Int>) -> [Float] {
    precondition(query.codes.count == dimensions, "a query of \(query.codes.count) for \(dimensions) dimensions")
    let codes = codes[from: rows.lowerBound * dimensions, rows.count * dimensions]
    let scales = scales[rows]
    return withExtendedLifetime(self) {
      let products = [Int32](unsafeUninitializedCapacity: rows.count) { target, count in
        count = rows.count
        query.codes.withUnsafeBufferPointer { query in
          ByteVectors.scores(
            queries: query, rows: UnsafeBufferPointer(start: codes.pointer, count: codes.count), dimensions: dimensions,
            into: UnsafeMutableBufferPointer(rebasing: target[0..<count]))
        }
      }
      return [Float](unsafeUninitializedCapacity: rows.count) { target, count in
        for row in 0..<rows.count { target[row] = Float(products[row]) * scales.pointer[row] }
        count = rows.count
      }
    }
  }

  /// The codes of a row.
  public func codes(_ row: Int) -> [Int8] { codes[from: row * dimensions, dimensions].array }

  /// Where the codes and scales are, for a graph that keeps the block.
  var storage: (codes: UnsafePointer<Int8>, scales: UnsafePointer<Float>) {
    (UnsafePointer(codes.all.pointer), UnsafePointer(scales.all.pointer))
  }
}

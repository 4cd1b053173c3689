import Encoder

/// The directions in which vectors differ most, or in which they lie, the greatest first (Pearson 1901), found by orthogonal iteration.
public struct PrincipalComponents: Sendable {
  /// What is taken from a vector before it is projected.
  public let mean: [Float]
  /// `[count][dimensions]`, of length 1 and at right angles; the sign is that of the greatest component.
  public let directions: [[Float]]

  /// Vectors that are looked at, evenly out of more.
  private static let sampleCount = 8192
  private static let iterations = 24

  /// - Parameters:
  ///   - vectors: `[any][dimensions]`.
  ///   - count: directions at most; there are no more than dimensions.
  ///   - centered: whether the mean is taken off first. Else products of projections are near those of the vectors.
  /// - Throws: where the task is cancelled.
  public init(of vectors: [[Float]], count: Int, centered: Bool = true) throws(CancellationError) {
    let dimensions = vectors.first?.count ?? 0
    let step = max(1, vectors.count / Self.sampleCount)
    let rows = stride(from: 0, to: vectors.count, by: step).map { vectors[$0] }
    var mean = [Float](repeating: 0, count: dimensions)
    for row in rows where centered { for index in row.indices { mean[index] += row[index] } }
    for index in mean.indices { mean[index] /= Float(max(rows.count, 1)) }
    // A column a component, so that a covariance is one product of two columns.
    let columns = (0..<dimensions).map { column in rows.map { $0[column] - mean[column] } }
    var covariance = [[Float]](repeating: [Float](repeating: 0, count: dimensions), count: dimensions)
    for first in 0..<dimensions {
      if Task.isCancelled { throw CancellationError() }
      for second in first..<dimensions {
        let product = Vectors.dot(columns[first], columns[second]) / Float(max(rows.count, 1))
        covariance[first][second] = product
        covariance[second][first] = product
      }
    }
    var random = SplitMix64(seed: 2)
    var directions = (0..<min(count, dimensions)).map { _ in
      (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) }
    }
    Self.orthonormalize(&directions)
    for _ in 0..<Self.iterations {
      if Task.isCancelled { throw CancellationError() }
      directions = directions.map { direction in covariance.map { Vectors.dot($0, direction) } }
      Self.orthonormalize(&directions)
    }
    self.mean = mean
    self.directions = directions.map { direction in
      let greatest = direction.max { abs($0) < abs($1) } ?? 0
      return greatest < 0 ? direction.map { -$0 } : direction
    }
  }

  /// Where a vector stands along the directions.
  public func projected(_ vector: [Float]) -> [Float] {
    let centered = zip(vector, mean).map { $0 - $1 }
    return directions.map { Vectors.dot($0, centered) }
  }

  /// Gram and Schmidt, twice for the digits that are lost. A direction that lies in those before it becomes zero.
  private static func orthonormalize(_ directions: inout [[Float]]) {
    for index in directions.indices {
      for _ in 0..<2 {
        for before in 0..<index {
          let product = Vectors.dot(directions[index], directions[before])
          for component in directions[index].indices {
            directions[index][component] -= product * directions[before][component]
          }
        }
      }
      Vectors.normalize(&directions[index])
    }
  }
}

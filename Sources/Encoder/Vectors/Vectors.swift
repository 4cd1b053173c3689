/// Arithmetic of finished vectors: sums are taken in float32, and once more in float64 where that overflows or has no digits
/// left, so that what is said of finite vectors is a number and right.
public enum Vectors {
  /// Sums of squares that float32 has taken without loss.
  static let exactSquares: ClosedRange<Float> = 1e-24...1e36

  /// Scales to length 1; a vector of zeros stays one.
  public static func normalize(_ vector: inout [Float]) {
    let squares = dot(vector, vector)
    if exactSquares.contains(squares) {
      let norm = squares.squareRoot()
      for index in vector.indices { vector[index] /= norm }
    } else {
      let norm = preciseDot(vector, vector).squareRoot()
      guard norm > 0 else { return }
      for index in vector.indices { vector[index] = Float(Double(vector[index]) / norm) }
    }
  }

  /// Sum of products. The vectors have the same length, here and below.
  public static func dot(_ a: [Float], _ b: [Float]) -> Float {
    Kernels.vectorTable.reduce(a, b, .dot)
  }

  /// Euclidean distance; infinite where it is beyond float32.
  public static func euclidean(_ a: [Float], _ b: [Float]) -> Float {
    let squares = Kernels.vectorTable.reduce(a, b, .squaredDistance)
    guard !exactSquares.contains(squares) else { return squares.squareRoot() }
    return Float(preciseSum(a, b) { ($0 - $1) * ($0 - $1) }.squareRoot())
  }

  /// Sum of the absolute differences; infinite where it is beyond float32.
  public static func manhattan(_ a: [Float], _ b: [Float]) -> Float {
    let sum = Kernels.vectorTable.reduce(a, b, .absoluteDistance)
    return sum.isFinite ? sum : Float(preciseSum(a, b) { abs($0 - $1) })
  }

  /// Cosine of the angle, in -1...1; 0 where a vector is zero.
  public static func cosine(_ a: [Float], _ b: [Float]) -> Float {
    cosine(a, squares: dot(a, a), b, squares: dot(b, b))
  }

  /// - Parameter squares: each vector's product with itself.
  static func cosine(_ a: [Float], squares aSquares: Float, _ b: [Float], squares bSquares: Float) -> Float {
    if exactSquares.contains(aSquares), exactSquares.contains(bSquares) {
      return withinUnit(dot(a, b) / (aSquares.squareRoot() * bSquares.squareRoot()))
    }
    let norms = preciseDot(a, a).squareRoot() * preciseDot(b, b).squareRoot()
    return norms > 0 ? withinUnit(Float(preciseDot(a, b) / norms)) : 0
  }

  /// Cosine of the angle, in -1...1, of vectors of length 1.
  public static func unitCosine(_ a: [Float], _ b: [Float]) -> Float {
    withinUnit(dot(a, b))
  }

  /// What rounding has brought beyond -1 or 1, of which no cosine is, is that.
  public static func withinUnit(_ cosine: Float) -> Float {
    max(-1, min(1, cosine))
  }

  /// Sum of products in float64, which no finite float32 brings to overflow.
  static func preciseDot(_ a: [Float], _ b: [Float]) -> Double {
    preciseSum(a, b) { $0 * $1 }
  }

  private static func preciseSum(_ a: [Float], _ b: [Float], _ term: (Double, Double) -> Double) -> Double {
    zip(a, b).reduce(0) { $0 + term(Double($1.0), Double($1.1)) }
  }
}

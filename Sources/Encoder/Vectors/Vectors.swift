/// Arithmetic of finished vectors.
public enum Vectors {
  /// Norms below this count as this, as in PyTorch's `normalize`: a vector of zeros stays one.
  static let smallestNorm: Float = 1e-12

  /// Scales to length 1.
  public static func normalize(_ vector: inout [Float]) {
    let norm = max(dot(vector, vector).squareRoot(), smallestNorm)
    for index in vector.indices { vector[index] /= norm }
  }

  /// Sum of products. The vectors have the same length, here and below.
  public static func dot(_ a: [Float], _ b: [Float]) -> Float {
    Kernels.vectorTable.reduce(a, b, .dot)
  }

  /// Euclidean distance.
  public static func euclidean(_ a: [Float], _ b: [Float]) -> Float {
    Kernels.vectorTable.reduce(a, b, .squaredDistance).squareRoot()
  }

  /// Sum of the absolute differences.
  public static func manhattan(_ a: [Float], _ b: [Float]) -> Float {
    Kernels.vectorTable.reduce(a, b, .absoluteDistance)
  }

  /// Cosine of the angle; 0 where a vector is zero.
  public static func cosine(_ a: [Float], _ b: [Float]) -> Float {
    dot(a, b) / (norm(a) * norm(b))
  }

  static func norm(_ vector: [Float]) -> Float {
    max(dot(vector, vector).squareRoot(), smallestNorm)
  }
}

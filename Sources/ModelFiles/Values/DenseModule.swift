/// The activation after a Dense module.
public enum DenseActivation: String, Sendable, CaseIterable {
  /// tanh(x): sentence-transformers' default.
  case tanh
  /// x
  case identity
  /// max(x, 0)
  case relu
  /// x * Phi(x) by the error function
  case gelu
  /// 1 / (1 + exp(-x))
  case sigmoid
}

/// A linear layer after pooling (`sentence_transformers.models.Dense`); its tensors are `akin.dense.N.weight`
/// [outFeatures, inFeatures] and `akin.dense.N.bias` [outFeatures].
public struct DenseModule: Sendable, Equatable {
  /// Width of what comes in.
  public var inFeatures: Int
  /// Width of what goes out.
  public var outFeatures: Int
  /// Whether there is a bias tensor.
  public var hasBias: Bool
  /// Applied last.
  public var activation: DenseActivation

  /// Stores the values as they are given; the readers of files check them.
  public init(inFeatures: Int, outFeatures: Int, hasBias: Bool = true, activation: DenseActivation = .tanh) {
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    self.hasBias = hasBias
    self.activation = activation
  }
}

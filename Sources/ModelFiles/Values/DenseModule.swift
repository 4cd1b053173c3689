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
/// [outFeatures, inFeatures], `akin.dense.N.bias` [outFeatures] and `akin.dense.N.residual.weight` [outFeatures, inFeatures].
public struct DenseModule: Sendable, Equatable {
  /// Width of what comes in.
  public var inFeatures: Int
  /// Width of what goes out.
  public var outFeatures: Int
  /// Whether there is a bias tensor.
  public var hasBias: Bool
  /// Applied last, but for what is added.
  public var activation: DenseActivation
  /// Whether what comes in is added at the end: through another linear layer, where it is not as wide as what goes out.
  public var hasResidual = false

  /// Stores the values as they are given; the readers of files check them.
  public init(inFeatures: Int, outFeatures: Int, hasBias: Bool = true, activation: DenseActivation = .tanh) {
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    self.hasBias = hasBias
    self.activation = activation
  }
}

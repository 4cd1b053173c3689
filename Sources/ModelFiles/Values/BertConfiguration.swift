/// The activation between the two linear layers of a BERT block.
public enum Activation: String, Sendable, CaseIterable {
  /// x * Phi(x) by the error function (transformers' `gelu`).
  case gelu
  /// The approximation of GELU by tanh (transformers' `gelu_new` and `gelu_pytorch_tanh`).
  case geluTanh
  /// max(x, 0)
  case relu
}

/// The sizes of a BERT encoder (Devlin et al. 2019, arXiv:1810.04805), named as transformers' `BertConfig` does.
public struct BertConfiguration: Sendable, Equatable {
  /// Rows of the word-embedding table.
  public var vocabularySize: Int
  /// Width of a token's vector; a multiple of `headCount`.
  public var hiddenSize: Int
  /// Transformer blocks.
  public var layerCount: Int
  /// Attention heads a block.
  public var headCount: Int
  /// Width inside the feed-forward layer.
  public var intermediateSize: Int
  /// Rows of the position table: the longest sequence in tokens.
  public var maxPositions: Int
  /// Rows of the token-type table.
  public var typeVocabularySize: Int
  /// Added to the variance in every layer norm.
  public var layerNormEpsilon: Float
  /// Inside the feed-forward layer.
  public var activation: Activation

  /// Stores the sizes as they are given; the readers of files check them.
  public init(
    vocabularySize: Int, hiddenSize: Int, layerCount: Int, headCount: Int, intermediateSize: Int, maxPositions: Int,
    typeVocabularySize: Int = 2, layerNormEpsilon: Float = 1e-12, activation: Activation = .gelu
  ) {
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    self.intermediateSize = intermediateSize
    self.maxPositions = maxPositions
    self.typeVocabularySize = typeVocabularySize
    self.layerNormEpsilon = layerNormEpsilon
    self.activation = activation
  }
}

/// What makes a sparse vector of a sequence's token vectors: the scores of a masked language model over its vocabulary, of which
/// each token of the vocabulary keeps the greatest or the sum (SPLADE, Formal et al. 2021, arXiv:2107.05720):
/// pool over tokens of log(1 + max(0, words norm(activation(hidden x)) + bias)).
public struct SparseHead: Sendable, Equatable {
  /// Width of what is compared with the words.
  public var width: Int
  /// Behind the hidden layer.
  public var activation: Activation
  /// Whether the hidden layer has a bias.
  public var hasHiddenBias = true
  /// Added to the variance in the norm that follows.
  public var normEpsilon: Float
  /// Whether the words are those of the embedding table; else the head has a table of its own.
  public var isTied = true
  /// Whether each word has a bias.
  public var hasBias = true
  /// How the scores of the tokens become one.
  public var pooling = SparsePooling.max
  /// Whether the logarithm is taken twice.
  public var takesLogTwice = false
  /// Entries that are kept of a vector, the greatest; nil for all.
  public var mostActive: Int?

  /// Words of the embedding table, and the greatest score of each.
  public init(width: Int, activation: Activation, normEpsilon: Float) {
    self.width = width
    self.activation = activation
    self.normEpsilon = normEpsilon
  }

  /// Names and shapes of its tensors.
  public func tensors(_ model: TransformerDescription) -> [(name: String, shape: [Int])] {
    var tensors: [(name: String, shape: [Int])] = [("mlm.weight", [width, model.hiddenSize])]
    if hasHiddenBias { tensors.append(("mlm.bias", [width])) }
    tensors.append(("mlm.norm.weight", [width]))
    if model.norm == .layer(hasBias: true) { tensors.append(("mlm.norm.bias", [width])) }
    if !isTied { tensors.append(("mlm.output.weight", [model.vocabularySize, width])) }
    if hasBias { tensors.append(("mlm.output.bias", [model.vocabularySize])) }
    return tensors
  }
}

/// How a word's scores for the tokens of a text become one.
public enum SparsePooling: String, Sendable, CaseIterable {
  /// The greatest (SPLADE v2).
  case max
  /// Their sum.
  case sum
}

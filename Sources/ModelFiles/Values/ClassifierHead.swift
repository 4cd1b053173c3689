/// What makes scores of a sequence's token vectors, as transformers' `...ForSequenceClassification` has it:
/// output(norm(activation(hidden(pooled)))), each step where the model has it.
public struct ClassifierHead: Sendable, Equatable {
  /// Scores a sequence. A cross-encoder has one: how well a document answers a query.
  public var labels: Int
  /// `cls`, `mean` or `lastToken`.
  public var pooling: PoolingMode
  /// The activation behind the hidden layer; nil where there is no such layer.
  public var hidden: DenseActivation?
  /// Whether the hidden layer has a bias.
  public var hasHiddenBias = true
  /// Whether a norm follows it, as the model's other norms.
  public var hasNorm = false
  /// Whether the last layer has a bias.
  public var hasBias = true
  /// What the scores of a pair are beside their logits.
  public var scores = ScoreFunction.sigmoid

  /// A layer of its own behind the pooling with tanh, and sigmoid for scores: BERT's.
  public init(labels: Int, pooling: PoolingMode = .cls, hidden: DenseActivation? = .tanh) {
    self.labels = labels
    self.pooling = pooling
    self.hidden = hidden
  }

  /// Names and shapes of its tensors, which are llama.cpp's where that has them.
  public func tensors(_ model: TransformerDescription) -> [(name: String, shape: [Int])] {
    let size = model.hiddenSize
    var tensors: [(name: String, shape: [Int])] = []
    if hidden != nil {
      tensors.append(("cls.weight", [size, size]))
      if hasHiddenBias { tensors.append(("cls.bias", [size])) }
    }
    if hasNorm {
      tensors.append(("cls.norm.weight", [size]))
      if model.norm == .layer(hasBias: true) { tensors.append(("cls.norm.bias", [size])) }
    }
    tensors.append(("cls.output.weight", [labels, size]))
    if hasBias { tensors.append(("cls.output.bias", [labels])) }
    return tensors
  }
}

/// What a cross-encoder's configuration makes of a logit.
public enum ScoreFunction: String, Sendable, CaseIterable {
  /// 1 / (1 + exp(-logit)): 0 to 1.
  case sigmoid
  /// The logit itself.
  case identity
}

import Tokenizers

/// Everything about a model but its weights.
public struct ModelDescription: Sendable, Equatable {
  /// The name as on the hub (`org/name`), or the file's or folder's own.
  public var name: String
  /// Sizes of the encoder.
  public var transformer: TransformerDescription
  /// At least one; several are concatenated in this order, sentence-transformers' own.
  public var poolings: [PoolingMode] = [.mean]
  /// Whether a prompt's tokens take part in pooling.
  public var includePrompt = true
  /// Applied to the pooled vector in order.
  public var dense: [DenseModule] = []
  /// What scores pairs of texts, where the model is a cross-encoder and gives no vectors.
  public var classifier: ClassifierHead?
  /// What makes sparse vectors, where the model is a masked language model and is not asked for anything else.
  public var sparse: SparseHead?
  /// What makes vectors of tokens, where the model compares texts token by token and gives no vectors of texts.
  public var tokenHead: TokenHead?
  /// Whether the vector is scaled to length 1 at the end.
  public var normalize = false
  /// Components that are kept of a vector where a request does not say it; nil for all.
  public var truncateDimensions: Int?
  /// The longest sequence in tokens, special tokens included; at most `transformer.maxPositions`.
  public var maxSequenceLength: Int
  /// Texts put before the input, by name.
  public var prompts: [String: String] = [:]
  /// The prompt used where none is asked for; a key of `prompts`.
  public var defaultPromptName: String?
  /// sentence-transformers' `similarity_fn_name`: cosine, dot, euclidean or manhattan; nil where the model names none.
  public var similarity: String?
  /// How text becomes ids.
  public var tokenizer: TokenizerDefinition

  /// A plain encoder: mean pooling, no Dense modules, no normalising, no prompts.
  public init(
    name: String, transformer: TransformerDescription, maxSequenceLength: Int, tokenizer: TokenizerDefinition
  ) {
    self.name = name
    self.transformer = transformer
    self.maxSequenceLength = maxSequenceLength
    self.tokenizer = tokenizer
  }

  /// Whether the model gives a text's vector without being told how to pool.
  public var hasTextVectors: Bool { classifier == nil && sparse == nil && tokenHead == nil }

  /// Width of a token's vector.
  public var tokenDimensions: Int { tokenHead?.dimensions(transformer) ?? transformer.hiddenSize }

  /// Width of a text's vector, where a request does not cut it.
  public var embeddingDimensions: Int { min(truncateDimensions ?? .max, projectedDimensions) }

  /// Width of a text's vector before any cut: that of the last Dense module, else the hidden size times the number of poolings.
  public var projectedDimensions: Int {
    dense.last?.outFeatures ?? transformer.hiddenSize * poolings.count
  }
}

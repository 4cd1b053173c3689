/// What a transformer encoder computes: everything about it but its weights and the names that files give these. Every family
/// that Akin knows is one value of this; readers of files make it, and layers, tensor names and GGUF keys follow from it.
///
/// The words are those of the field: a block is self-attention and a feed-forward network, each added to what came in.
public struct TransformerDescription: Sendable, Equatable {
  /// Whose tensor names and keys the files have.
  public var family: ModelFamily
  /// Rows of the word-embedding table.
  public var vocabularySize: Int
  /// Width of a token's vector between blocks.
  public var hiddenSize: Int
  /// Transformer blocks; a static model has none.
  public var layerCount: Int
  /// Heads of queries a block.
  public var headCount: Int
  /// Heads of keys and values; a divisor of `headCount`, each serves as many queries in turn.
  public var keyValueHeadCount: Int
  /// Components of a head.
  public var headSize: Int
  /// Width inside the feed-forward network.
  public var intermediateSize: Int
  /// The longest sequence in tokens.
  public var maxPositions: Int
  /// Rows of the token-type table; 0 where there is none.
  public var typeVocabularySize: Int
  /// Added to the variance, or the mean square, in every norm.
  public var normEpsilon: Float
  /// Inside the feed-forward network.
  public var activation: Activation

  /// Width of the tables' rows.
  public var embeddingSize: Int
  /// Whether a linear layer stands between the tables and the first block; needed where their widths differ.
  public var hasEmbeddingProjection = false
  /// Where words share rows of their table, or count by weights: the table then need not have `vocabularySize` rows.
  public var wordRows: WordRows?
  /// Words' vectors are multiplied by it.
  public var embeddingScale: Float = 1
  /// Whether embeddings are normalised before the first block.
  public var hasEmbeddingNorm = true
  /// A table of vectors added by position.
  public var positionTable: PositionTable?
  /// Queries and keys turned by their position.
  public var rotary: Rotary?
  /// What attention adds to its scores.
  public var scoreBias = ScoreBias.none

  /// Of every norm.
  public var norm = NormKind.layer(hasBias: true)
  /// Where the norms of a block stand.
  public var normPlacement = NormPlacement.after
  /// Whether the first block's attention reads its input as it is, where others normalise theirs.
  public var skipsFirstNorm = false
  /// Whether what leaves the last block is normalised once more.
  public var hasFinalNorm = false

  /// Whether a token sees none behind itself.
  public var isCausal = false
  /// How many tokens to each side a token sees in the blocks of ``localLayers``.
  public var window: Int?
  /// The blocks that see the window only, one for each block; empty where all see everything.
  public var localLayers: [Bool] = []
  /// Whether each head's queries and keys are normalised before they are turned.
  public var hasHeadNorms = false
  /// Scores are multiplied by it; nil for 1 / sqrt(`headSize`).
  public var scoreScale: Float?
  /// Whether the projections to queries, keys and values have biases.
  public var hasAttentionBias = true
  /// Whether the projection of attention's output has a bias.
  public var hasOutputBias = true

  /// Whether the activation of one layer multiplies the outputs of another (GLU).
  public var isGated = false
  /// Whether the layers to the inside have biases.
  public var hasUpBias = true
  /// Whether the layer to the outside has a bias.
  public var hasDownBias = true
  /// Whether all blocks have the same weights, kept once.
  public var sharesLayers = false

  /// BERT's shape (Devlin et al. 2019, arXiv:1810.04805); other families change what differs. Stores the sizes as they are
  /// given; the readers of files check them.
  public init(
    family: ModelFamily = .bert, vocabularySize: Int, hiddenSize: Int, layerCount: Int, headCount: Int,
    intermediateSize: Int, maxPositions: Int, typeVocabularySize: Int = 2, normEpsilon: Float = 1e-12,
    activation: Activation = .gelu
  ) {
    self.family = family
    self.vocabularySize = vocabularySize
    self.hiddenSize = hiddenSize
    self.layerCount = layerCount
    self.headCount = headCount
    keyValueHeadCount = headCount
    headSize = headCount > 0 ? hiddenSize / headCount : 0
    self.intermediateSize = intermediateSize
    self.maxPositions = maxPositions
    self.typeVocabularySize = typeVocabularySize
    self.normEpsilon = normEpsilon
    self.activation = activation
    embeddingSize = hiddenSize
    positionTable = PositionTable(rows: maxPositions)
  }

  /// Whether a block sees the window only.
  public func isLocal(_ layer: Int) -> Bool {
    localLayers.indices.contains(layer) && localLayers[layer]
  }
}

/// The families whose files are read, named as transformers' `model_type`.
public enum ModelFamily: String, Sendable, CaseIterable {
  case bert
  case roberta
  case xlmRoberta = "xlm-roberta"
  case camembert
  case mpnet
  case distilbert
  case nomicBert = "nomic_bert"
  case modernBert = "modernbert"
  case qwen3
  case gemma3 = "gemma3_text"
  /// Whose own files say `bert`.
  case jinaBert = "jina_bert_v2"
  case gte
  case new
  case electra
  case albert
  /// Words' vectors without a transformer.
  case staticEmbedding = "static"
}

/// The activation between the two linear layers of a feed-forward network.
public enum Activation: String, Sendable, CaseIterable {
  /// x * Phi(x) by the error function (transformers' `gelu`).
  case gelu
  /// The approximation of GELU by tanh (transformers' `gelu_new` and `gelu_pytorch_tanh`).
  case geluTanh
  /// max(x, 0)
  case relu
  /// x / (1 + exp(-x)) (transformers' `silu` and `swish`).
  case silu
}

/// Which row of the word table a token has, and how much it counts (model2vec's vocabulary quantisation).
public struct WordRows: Sendable, Equatable {
  /// Rows of the table.
  public var count: Int
  /// A token's row, by its id; empty where each has its own.
  public var rows: [Int32]
  /// What a token's row is multiplied by, by its id; empty where all count alike.
  public var weights: [Float]

  /// Stores them as they are given: rows are below `count`, and where there are rows and weights, as many of both.
  public init(count: Int, rows: [Int32], weights: [Float]) {
    self.count = count
    self.rows = rows
    self.weights = weights
  }
}

/// Learned vectors, one a position.
public struct PositionTable: Sendable, Equatable {
  /// Rows of the table.
  public var rows: Int
  /// The first token's row.
  public var offset: Int
  /// A token with this id stands at the row `offset - 1`, and is not counted (RoBERTa's way); nil where every token counts.
  public var uncounted: Int32?

  /// A table whose first row is the first token's, unless `offset` says otherwise.
  public init(rows: Int, offset: Int = 0, uncounted: Int32? = nil) {
    self.rows = rows
    self.offset = offset
    self.uncounted = uncounted
  }
}

/// Rotary position embedding (Su et al. 2021, arXiv:2104.09864): component i of a head's first half and i of its second are
/// turned by position * base^(-2i/dimensions).
public struct Rotary: Sendable, Equatable {
  /// The base of the angles, usually 10,000.
  public var base: Double
  /// That of the blocks that see a window only.
  public var localBase: Double
  /// Positions are divided by it, but for blocks that see a window only.
  public var factor: Double
  /// Components of a head that are turned, from the first on; even.
  public var dimensions: Int

  /// The same base in all blocks unless `localBase` says otherwise.
  public init(base: Double, localBase: Double? = nil, factor: Double = 1, dimensions: Int) {
    self.base = base
    self.localBase = localBase ?? base
    self.factor = factor
    self.dimensions = dimensions
  }

  /// The angle between neighbouring positions of each of `dimensions / 2` pairs, rounded to float32 as transformers does.
  public func steps(isLocal: Bool, power: (_ base: Double, _ exponent: Double) -> Double) -> [Float] {
    let base = isLocal ? localBase : base, divisor = isLocal ? 1 : factor
    return (0..<dimensions / 2).map { pair in
      let exponent = Float(2 * pair) / Float(dimensions)
      return 1 / Float(power(base, Double(exponent))) / Float(divisor)
    }
  }
}

/// What attention adds to the score of a query and a key, by the distance between them.
public enum ScoreBias: Sendable, Equatable {
  case none
  /// -distance times a slope a head (Press et al. 2022, arXiv:2108.12409), in both directions.
  case linear
  /// A learned number a head and bucket of distances (Raffel et al. 2020, arXiv:1910.10683).
  /// - buckets: half of them for keys before the query, half for those behind.
  /// - maxDistance: from here on all distances share the last bucket.
  case buckets(Int, maxDistance: Int)
}

/// How a vector is normalised.
public enum NormKind: Sendable, Equatable {
  /// By mean and variance, then times a weight and, where there is one, plus a bias.
  case layer(hasBias: Bool)
  /// By the mean square, then times a weight.
  case rootMeanSquare
  /// Likewise, times 1 + weight.
  case rootMeanSquarePlusOne
}

/// Where the norms of a block stand.
public enum NormPlacement: String, Sendable, CaseIterable {
  /// norm(x + f(x))
  case after
  /// x + f(norm(x))
  case before
  /// x + norm(f(norm(x)))
  case both
}

extension TransformerDescription {
  /// What of the sizes does not fit the others, in a sentence's words; nil where all do.
  var problem: String? {
    if let words = wordRows {
      let counts = [words.rows.count, words.weights.count].filter { $0 > 0 }
      let isWhole = counts.allSatisfy { $0 == vocabularySize } && (!words.rows.isEmpty || words.count == vocabularySize)
      let areRows = words.rows.allSatisfy { $0 >= 0 && $0 < words.count }
      if !isWhole || !areRows || !words.weights.allSatisfy(\.isFinite) {
        return "\(vocabularySize) words, \(words.rows.count) of which share \(words.count) rows, "
          + "with \(words.weights.count) weights"
      }
    }
    if embeddingSize != hiddenSize, !hasEmbeddingProjection {
      return "tables of \(embeddingSize) for blocks of \(hiddenSize)"
    }
    if headSize == hiddenSize / headCount, hiddenSize % headCount != 0 {
      return "\(headCount) heads for a width of \(hiddenSize)"
    }
    if headCount % keyValueHeadCount != 0 {
      return "\(headCount) heads cannot share \(keyValueHeadCount) heads of keys and values"
    }
    if !localLayers.isEmpty, localLayers.count != layerCount || window == nil {
      return "a window and \(layerCount) blocks that see it or not, not \(localLayers.count)"
    }
    if let rotary {
      let bases = [rotary.base, rotary.localBase, rotary.factor]
      if rotary.dimensions % 2 != 0 || rotary.dimensions > headSize || !bases.allSatisfy({ $0 > 0 && $0.isFinite }) {
        return "\(rotary.dimensions) components of heads of \(headSize) cannot be turned"
      }
    }
    if let positionTable, positionTable.rows - positionTable.offset < maxPositions {
      return "\(positionTable.rows) positions from \(positionTable.offset) on are fewer than \(maxPositions)"
    }
    if !(normEpsilon > 0 && normEpsilon < 1) { return "\(normEpsilon) cannot be added to a variance" }
    return nil
  }
}

/// A tensor that a transformer's description asks for, under its canonical name, which is llama.cpp's. Linear weights are
/// [outputs, inputs].
public struct TransformerTensor: Sendable, Equatable {
  /// Such as `token_embd.weight` or `blk.3.ffn_up.bias`.
  public let name: String
  /// Outermost dimension first.
  public let shape: [Int]
  /// Whether files of type q8_0 hold it in q8_0: the weights of linear layers and the word table, where rows are whole blocks.
  public let isQuantized: Bool

  private init(_ name: String, _ shape: [Int], isQuantized: Bool = false) {
    self.name = name
    self.shape = shape
    self.isQuantized = isQuantized
  }

  /// The word-embedding table, the largest tensor of a small model.
  public static let wordTable = "token_embd.weight"

  /// The vectors added by position.
  static let positionTable = "position_embd.weight"

  /// Every tensor of an encoder.
  public static func all(_ model: TransformerDescription) -> [TransformerTensor] {
    let width = model.embeddingSize
    var tensors = [TransformerTensor(wordTable, [model.wordRowCount, width], isQuantized: true)]
    if let table = model.positionTable {
      tensors.append(TransformerTensor(positionTable, [table.rows, width]))
    }
    if model.typeVocabularySize > 0 {
      tensors.append(TransformerTensor("token_types.weight", [model.typeVocabularySize, width]))
    }
    if model.hasEmbeddingNorm { tensors += norm("token_embd_norm", width, model) }
    if model.hasEmbeddingProjection {
      tensors += linear("token_embd_proj", outputs: model.hiddenSize, inputs: width, hasBias: true)
    }
    if case .buckets(let buckets, _) = model.scoreBias {
      tensors.append(TransformerTensor("attn_rel_b.weight", [buckets, model.headCount]))
    }
    for layer in 0..<model.storedLayerCount { tensors += block(layer, model) }
    if model.hasFinalNorm { tensors += norm("output_norm", model.hiddenSize, model) }
    return tensors
  }

  private static func block(_ layer: Int, _ model: TransformerDescription) -> [TransformerTensor] {
    let prefix = "blk.\(layer).", hidden = model.hiddenSize, wide = model.intermediateSize
    var tensors: [TransformerTensor] = []
    for part in AttentionPart.allCases {
      tensors += linear(
        prefix + part.rawValue, outputs: model.outputs(part), inputs: hidden, hasBias: model.hasAttentionBias)
    }
    if model.hasHeadNorms {
      for name in ["attn_q_norm", "attn_k_norm"] { tensors += norm(prefix + name, model.headSize, model) }
    }
    tensors += linear(
      prefix + "attn_output", outputs: hidden, inputs: model.outputs(.query), hasBias: model.hasOutputBias)
    if model.isGated {
      tensors += linear(prefix + "ffn_gate", outputs: wide, inputs: hidden, hasBias: model.hasUpBias)
    }
    tensors += linear(prefix + "ffn_up", outputs: wide, inputs: hidden, hasBias: model.hasUpBias)
    tensors += linear(prefix + "ffn_down", outputs: hidden, inputs: wide, hasBias: model.hasDownBias)
    for name in model.blockNorms(layer) { tensors += norm(prefix + name, hidden, model) }
    return tensors
  }

  private static func linear(_ name: String, outputs: Int, inputs: Int, hasBias: Bool) -> [TransformerTensor] {
    let weight = TransformerTensor(name + ".weight", [outputs, inputs], isQuantized: true)
    return hasBias ? [weight, TransformerTensor(name + ".bias", [outputs])] : [weight]
  }

  private static func norm(_ name: String, _ size: Int, _ model: TransformerDescription) -> [TransformerTensor] {
    let weight = TransformerTensor(name + ".weight", [size])
    return model.norm == .layer(hasBias: true) ? [weight, TransformerTensor(name + ".bias", [size])] : [weight]
  }
}

/// The projections that attention reads from a block's input, by their canonical names.
public enum AttentionPart: String, Sendable, CaseIterable {
  case query = "attn_q"
  case key = "attn_k"
  case value = "attn_v"
}

extension TransformerDescription {
  /// Width of a projection's outputs.
  public func outputs(_ part: AttentionPart) -> Int {
    headSize * (part == .query ? headCount : keyValueHeadCount)
  }

  /// Rows of the word table.
  public var wordRowCount: Int { wordRows?.count ?? vocabularySize }

  /// Blocks whose weights are stored.
  public var storedLayerCount: Int {
    sharesLayers ? min(layerCount, 1) : max(layerCount, 0)
  }

  /// The norms around a block's steps, by their canonical names.
  public func blockNorms(_ layer: Int) -> [String] {
    switch normPlacement {
    case .after: ["attn_output_norm", "layer_output_norm"]
    case .before: (skipsFirstNorm && layer == 0 ? [] : ["attn_norm"]) + ["ffn_norm"]
    case .both: ["attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"]
    }
  }
}

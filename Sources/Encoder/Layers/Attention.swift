import ModelFiles

/// A block's self-attention: softmax(scale q k^T + bias) v for every head, with [q k v] = input W + b, and the projection of
/// what all heads give.
final class Attention: Sendable {
  let slabs: HeadSlabs
  /// hidden -> slab by slab of heads, queries, keys and values.
  let parts: LinearLayer
  /// Of each head's queries and keys.
  let headNorms: (query: Norm, key: Norm)?
  /// All heads -> hidden.
  let output: LinearLayer
  /// Times a query and a key.
  let scale: Float
  /// How many tokens to the left and to the right a token sees; nil for all.
  let before: Int?
  let after: Int?
  /// Which of the model's tables of angles counts.
  let isLocal: Bool

  init(
    _ layer: Int, of model: TransformerDescription, precision: Precision, from reader: TensorReader
  ) throws(EncoderError) {
    let prefix = "blk.\(layer).", hidden = model.hiddenSize, slabs = HeadSlabs(model)
    let rows = (0..<slabs.count).flatMap { slab in
      AttentionPart.allCases.map { part in
        LinearLayer.Rows(
          weight: prefix + part.rawValue + ".weight",
          bias: model.hasAttentionBias ? prefix + part.rawValue + ".bias" : nil,
          range: slabs.columns(slab, of: part), count: model.outputs(part))
      }
    }
    self.slabs = slabs
    parts = try LinearLayer(rows, inputs: hidden, precision: precision, from: reader)
    output = try LinearLayer(
      prefix + "attn_output", outputs: hidden, inputs: model.outputs(.query), hasBias: model.hasOutputBias,
      precision: precision, from: reader)
    if model.hasHeadNorms {
      headNorms = (
        query: try Norm(prefix + "attn_q_norm", size: model.headSize, of: model, from: reader),
        key: try Norm(prefix + "attn_k_norm", size: model.headSize, of: model, from: reader)
      )
    } else {
      headNorms = nil
    }
    scale = model.scoreScale ?? 1 / Float(model.headSize).squareRoot()
    isLocal = model.isLocal(layer)
    before = isLocal ? model.window : nil
    after = model.isCausal ? 0 : before
  }

  /// Whether the products of a sequence are worth computing in integers. In float32 those of the window alone are computed, which is
  /// less work where the sequence is much longer; a past only stays in float32, as no model that has it could be measured.
  func prefersIntegers(tokens: Int) -> Bool {
    guard after != 0 else { return false }
    guard let before, let after else { return true }
    return tokens <= 4 * (before + after + 1)
  }
}

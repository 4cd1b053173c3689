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

  /// Whether the products of a sequence are worth computing in integers. Not where heads are normalised: the weights of such norms make
  /// some components many times as large as others, which eight bits a row do not hold. In float32 those of the window alone are
  /// computed, which is less work where the sequence is much longer.
  func prefersIntegers(tokens: Int) -> Bool {
    guard headNorms == nil else { return false }
    guard let before, let after else { return true }
    return tokens <= 4 * (before + after + 1)
  }
}

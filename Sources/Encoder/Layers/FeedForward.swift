import ModelFiles

/// A block's two linear layers with an activation between; the activation of a third multiplies what comes of the first, where
/// the model is gated.
final class FeedForward: Sendable {
  let gate: LinearLayer?  // hidden -> wide
  let up: LinearLayer  // hidden -> wide
  let down: LinearLayer  // wide -> hidden
  let activation: Activation

  init(
    _ layer: Int, of model: TransformerDescription, precision: Precision, from reader: TensorReader
  ) throws(EncoderError) {
    let prefix = "blk.\(layer).", hidden = model.hiddenSize, wide = model.intermediateSize
    func inwards(_ name: String) throws(EncoderError) -> LinearLayer {
      try LinearLayer(
        prefix + name, outputs: wide, inputs: hidden, hasBias: model.hasUpBias, precision: precision, from: reader)
    }
    gate = model.isGated ? try inwards("ffn_gate") : nil
    up = try inwards("ffn_up")
    down = try LinearLayer(
      prefix + "ffn_down", outputs: hidden, inputs: wide, hasBias: model.hasDownBias, precision: precision, from: reader
    )
    activation = model.activation
  }
}

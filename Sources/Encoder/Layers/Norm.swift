import ModelFiles

/// A norm's parameters, laid out for the kernels.
struct Norm: Sendable {
  /// What is divided by.
  enum Kind: Sendable {
    /// The deviation from the mean; this is added at the end.
    case layer(bias: KernelMemory<Float>)
    case rootMeanSquare
  }

  let kind: Kind
  let weight: KernelMemory<Float>
  /// Added to the variance or the mean square.
  let epsilon: Float

  /// Values a row.
  var size: Int { weight.count }

  /// - Parameter name: tensors `name.weight` and, where the model's norms have one, `name.bias`, [size].
  init(_ name: String, size: Int, of model: TransformerDescription, from reader: TensorReader) throws(EncoderError) {
    weight = KernelMemory(count: size)
    epsilon = model.normEpsilon
    try reader.read(name + ".weight", shape: [size], into: weight.all)
    switch model.norm {
    case .layer(let hasBias):
      let bias = KernelMemory<Float>(count: size)
      if hasBias { try reader.read(name + ".bias", shape: [size], into: bias.all) }
      kind = .layer(bias: bias)
    case .rootMeanSquare: kind = .rootMeanSquare
    case .rootMeanSquarePlusOne:
      weight.all.copy(from: weight.all.array.map { 1 + $0 })
      kind = .rootMeanSquare
    }
  }
}

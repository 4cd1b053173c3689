import ModelFiles

/// From token vectors to a text's vector.
extension TransformerEncoder {
  /// Pools the token vectors of one sequence. What each mode computes is defined by sentence-transformers'
  /// `Pooling.forward`; several modes are concatenated in their order.
  /// - Parameters:
  ///   - tokens: [tokens, hiddenSize].
  ///   - rows: which of the tokens take part; all where nil. `cls` takes the first of them, and `weightedMean` weighs tokens
  ///     by their place in the whole sequence. Where no token takes part, the vector is zero.
  /// - Returns: as many times the hidden size as there are modes.
  public func pool(_ tokens: Span<Float>, modes: [PoolingMode], rows: Range<Int>? = nil) -> [Float] {
    let size = description.transformer.hiddenSize, count = tokens.count / size
    precondition(tokens.count == count * size, "whole token vectors")
    let rows = rows ?? 0..<count
    precondition(rows.lowerBound >= 0 && rows.upperBound <= count, "rows \(rows) of \(count)")
    return tokens.withUnsafeBufferPointer { values in
      modes.flatMap { mode in
        TokenPool(kernels: kernels, tokens: values, size: size, rows: rows).vector(mode)
      }
    }
  }

  /// Applies the model's Dense modules in order; gives the vector back where there are none.
  /// - Parameter pooled: as wide as the first module's input.
  public func project(_ pooled: [Float]) -> [Float] {
    var vector = KernelMemory(pooled)
    for (layer, module) in zip(denseLayers, description.dense) {
      let output = layer.main.apply(to: vector, module.activation, kernels: kernels)
      if module.hasResidual {
        let added = layer.residual?.apply(to: vector, .identity, kernels: kernels) ?? vector
        kernels.add(added.all, to: output.all)
      }
      vector = output
    }
    return vector.all.array
  }

  /// The Dense modules' layers, in float32: they run once a text, and their inputs are not normalised.
  static func denseLayers(from reader: TensorReader) throws(EncoderError) -> [DenseLayer] {
    var layers: [DenseLayer] = []
    for (index, module) in reader.weights.description.dense.enumerated() {
      for (field, value) in [("inFeatures", module.inFeatures), ("outFeatures", module.outFeatures)] where value <= 0 {
        throw .configuration(field: "dense[\(index)].\(field)", value: value)
      }
      func layer(_ name: String, hasBias: Bool) throws(EncoderError) -> LinearLayer {
        try LinearLayer(
          "akin.dense.\(index)" + name, outputs: module.outFeatures, inputs: module.inFeatures, hasBias: hasBias,
          precision: .f32, from: reader)
      }
      let isWidening = module.hasResidual && module.inFeatures != module.outFeatures
      layers.append(
        DenseLayer(
          main: try layer("", hasBias: module.hasBias),
          residual: isWidening ? try layer(".residual", hasBias: false) : nil))
    }
    return layers
  }
}

/// A Dense module's layers.
struct DenseLayer: Sendable {
  let main: LinearLayer
  /// For what is added at the end, where it is not as wide.
  let residual: LinearLayer?
}

/// The token vectors of one sequence.
private struct TokenPool {
  let kernels: KernelTable
  let tokens: UnsafeBufferPointer<Float>  // [tokens, size]
  let size: Int
  let rows: Range<Int>

  func vector(_ mode: PoolingMode) -> [Float] {
    guard !rows.isEmpty else { return [Float](repeating: 0, count: size) }
    let count = Float(rows.count)
    switch mode {
    case .cls: return Array(token(rows.lowerBound))
    case .lastToken: return Array(token(rows.upperBound - 1))
    case .max: return maximum
    case .mean: return sum { _ in 1 }.map { $0 / count }
    case .meanSqrtLen: return sum { _ in 1 }.map { $0 / count.squareRoot() }
    case .weightedMean:
      let total = rows.reduce(Float(0)) { $0 + Float($1 + 1) }
      return sum { Float($0 + 1) }.map { $0 / total }
    }
  }

  private func token(_ row: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: tokens[row * size..<(row + 1) * size])
  }

  private var maximum: [Float] {
    var result = Array(token(rows.lowerBound))
    for row in rows.dropFirst() { kernels.maximum(token(row), into: &result) }
    return result
  }

  private func sum(weight: (Int) -> Float) -> [Float] {
    var result = [Float](repeating: 0, count: size)
    for row in rows { kernels.add(token(row), times: weight(row), to: &result) }
    return result
  }
}

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
    denseLayers.reduce(KernelMemory(pooled)) { $1.applied(to: $0, kernels: kernels) }.all.array
  }
}

/// A Dense module's layers, in float32: they run once a vector, and their inputs are not normalised.
struct DenseLayer: Sendable {
  private let module: DenseModule
  private let main: LinearLayer
  /// For what is added at the end, where it is not as wide.
  private let residual: LinearLayer?

  /// - Parameter name: of its tensors, without `.weight`.
  init(_ module: DenseModule, _ name: String, from reader: TensorReader) throws(EncoderError) {
    for (field, value) in [("inFeatures", module.inFeatures), ("outFeatures", module.outFeatures)] where value <= 0 {
      throw .configuration(field: "\(name).\(field)", value: value)
    }
    func layer(_ name: String, hasBias: Bool) throws(EncoderError) -> LinearLayer {
      try LinearLayer(
        name, outputs: module.outFeatures, inputs: module.inFeatures, hasBias: hasBias, precision: .f32, from: reader)
    }
    self.module = module
    main = try layer(name, hasBias: module.hasBias)
    let isWidening = module.hasResidual && module.inFeatures != module.outFeatures
    residual = isWidening ? try layer(name + ".residual", hasBias: false) : nil
  }

  /// One vector through the module.
  func applied(to vector: KernelMemory<Float>, kernels: KernelTable) -> KernelMemory<Float> {
    let output = main.apply(to: vector, module.activation, kernels: kernels)
    if module.hasResidual {
      let added = residual?.apply(to: vector, .identity, kernels: kernels) ?? vector
      kernels.add(added.all, to: output.all)
    }
    return output
  }

  /// The layers of modules whose tensors are `prefix` and their number.
  static func layers(
    _ modules: [DenseModule], prefix: String, from reader: TensorReader
  ) throws(EncoderError) -> [DenseLayer] {
    var layers: [DenseLayer] = []
    for (index, module) in modules.enumerated() {
      layers.append(try DenseLayer(module, prefix + "\(index)", from: reader))
    }
    return layers
  }
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
    case .mean: return sum(over: count) { _ in 1 }
    case .meanSqrtLen: return sum(over: count.squareRoot()) { _ in 1 }
    case .weightedMean:
      let total = rows.reduce(Float(0)) { $0 + Float($1 + 1) }
      return sum(over: total) { Float($0 + 1) }
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

  /// The weighted sum by a divisor.
  private func sum(over divisor: Float, weight: (Int) -> Float) -> [Float] {
    var result = [Float](repeating: 0, count: size)
    result.withUnsafeMutableBufferPointer { result in
      for row in rows { kernels.add(token(row), times: weight(row), to: result) }
      for index in result.indices { result[index] /= divisor }
    }
    return result
  }
}

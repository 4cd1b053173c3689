import ModelFiles

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

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
      precondition(vector.count == layer.inputs, "a vector of \(vector.count) for \(layer.inputs) inputs")
      let output = KernelMemory<Float>(count: layer.outputs), all = 0..<layer.outputs
      let view = RowView(output, rows: 0..<1, columns: all, stride: layer.outputs)
      layer.multiply(
        LayerInput(vector, width: layer.inputs), rows: 0..<1, outputs: all, into: view, kernels: kernels)
      activate(view, of: output, module.activation)
      vector = output
    }
    return vector.all.array
  }

  private func activate(_ view: RowView, of vector: KernelMemory<Float>, _ activation: DenseActivation) {
    switch activation {
    case .identity: break
    case .relu: kernels.activate(view, .relu)
    case .gelu: kernels.activate(view, .gelu)
    case .tanh: vector.all.copy(from: vector.all.array.map { tanh($0) })
    case .sigmoid: vector.all.copy(from: vector.all.array.map { 1 / (1 + exp(-$0)) })
    }
  }

  /// The Dense modules' layers, in float32: they run once a text, and their inputs are not normalised.
  static func denseLayers(from reader: TensorReader) throws(EncoderError) -> [LinearLayer] {
    var layers: [LinearLayer] = []
    for (index, module) in reader.weights.description.dense.enumerated() {
      for (field, value) in [("inFeatures", module.inFeatures), ("outFeatures", module.outFeatures)] where value <= 0 {
        throw .configuration(field: "dense[\(index)].\(field)", value: value)
      }
      layers.append(
        try LinearLayer(
          "akin.dense.\(index)", outputs: module.outFeatures, inputs: module.inFeatures, hasBias: module.hasBias,
          precision: .f32, from: reader))
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

import ModelFiles

/// y = x W^T + b, with W laid out for one table of kernels.
struct LinearLayer: Sendable {
  private enum Panels {
    case f32(KernelMemory<Float>)
    case q8(KernelSlice<UInt8>)
  }

  /// Width of x.
  let inputs: Int
  /// Width of y.
  let outputs: Int
  private let panels: Panels
  private let bias: KernelMemory<Float>?

  /// - Parameters:
  ///   - weights: names of tensors [outputs, inputs], put one below the other; `outputs` is the sum of theirs.
  ///   - biases: names of tensors [outputs] for each of the weights; none for a layer without bias.
  init(
    weights: [String], biases: [String], outputs: Int, inputs: Int, precision: Precision, from reader: TensorReader
  ) throws(EncoderError) {
    self.inputs = inputs
    self.outputs = outputs * weights.count
    let shape = [outputs, inputs]
    switch precision {
    case .f32:
      let all = KernelMemory<Float>(count: self.outputs * inputs)
      for (index, name) in weights.enumerated() {
        try reader.read(name, shape: shape, into: all[from: index * outputs * inputs, outputs * inputs])
      }
      panels = .f32(packF32(all.all, columns: self.outputs, depth: inputs))
    case .q8:
      panels = .q8(try reader.packQ8(weights, rows: outputs, columns: inputs))
    }
    guard !biases.isEmpty else {
      bias = nil
      return
    }
    let all = KernelMemory<Float>(count: self.outputs)
    for (index, name) in biases.enumerated() {
      try reader.read(name, shape: [outputs], into: all[from: index * outputs, outputs])
    }
    bias = all
  }

  /// Room for quantising `rows` rows of x; nothing where the layer computes in float32.
  func makeQuantizedRows(rows: Int, kernels: KernelTable) -> QuantizedRows {
    switch panels {
    case .f32: kernels.makeQuantizedRows(rows: 0, columns: inputs)
    case .q8: kernels.makeQuantizedRows(rows: rows, columns: inputs)
    }
  }

  /// Computes all columns of `rows` rows.
  /// - Parameters:
  ///   - x: [rows, inputs].
  ///   - quantized: scratch with room for `rows` rows of `inputs` activations.
  ///   - y: [rows, outputs].
  func apply(
    _ x: KernelSlice<Float>, rows: Int, quantized: QuantizedRows, into y: KernelSlice<Float>, kernels: KernelTable
  ) {
    take(x, rows: rows, inputs: 0..<inputs, into: quantized, kernels: kernels)
    multiply(x, quantized, rows: rows, outputs: 0..<outputs, into: y, kernels: kernels)
  }

  /// Quantises some of the inputs, where the layer computes in q8_0; all of them must be taken before `multiply`.
  /// - Parameters:
  ///   - x: `rows` rows of these inputs alone.
  ///   - range: starts and, but for the end of the inputs, stops at a multiple of 32.
  func take(
    _ x: KernelSlice<Float>, rows: Int, inputs range: Range<Int>, into quantized: QuantizedRows, kernels: KernelTable
  ) {
    if case .q8 = panels {
      kernels.quantize(x, rows: rows, columns: range, of: inputs, into: quantized)
    }
  }

  /// Computes some of the outputs.
  /// - Parameters:
  ///   - x: [rows, inputs], read in float32 alone.
  ///   - quantized: the same inputs after `take`, read in q8_0 alone.
  ///   - range: starts and, but for the end of the outputs, stops at a multiple of the kernels' `columnUnit`.
  ///   - y: `rows` rows of these outputs alone.
  func multiply(
    _ x: KernelSlice<Float>, _ quantized: QuantizedRows, rows: Int, outputs range: Range<Int>,
    into y: KernelSlice<Float>, kernels: KernelTable
  ) {
    switch panels {
    case .f32(let panels):
      kernels.multiply(
        x, rows: rows, depth: inputs, panels: panels, bias: bias, columns: range, into: y, stride: range.count)
    case .q8(let panels):
      kernels.multiplyQ8(
        quantized, rows: rows, blocks: q8BlockCount(inputs), panels: panels, bias: bias, columns: range, into: y,
        stride: range.count)
    }
  }
}

/// Weight and bias of a layer norm.
struct LayerNorm: Sendable {
  let weight: KernelMemory<Float>
  let bias: KernelMemory<Float>
  /// Added to the variance.
  let epsilon: Float

  /// - Parameter name: tensors `name.weight` and `name.bias`, [size].
  init(_ name: String, size: Int, epsilon: Float, from reader: TensorReader) throws(EncoderError) {
    weight = KernelMemory(count: size)
    bias = KernelMemory(count: size)
    self.epsilon = epsilon
    try reader.read(name + ".weight", shape: [size], into: weight.all)
    try reader.read(name + ".bias", shape: [size], into: bias.all)
  }
}

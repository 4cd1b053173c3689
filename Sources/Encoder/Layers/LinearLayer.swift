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

  /// Rows of a stored matrix that become outputs of the layer.
  struct Rows {
    /// A tensor [any, inputs].
    let weight: String
    /// A tensor [any]; nil for a layer without bias.
    let bias: String?
    let range: Range<Int>
    /// Rows of the whole tensor.
    let count: Int
  }

  /// - Parameter rows: the outputs, one after the other; all have a bias, or none has.
  init(_ rows: [Rows], inputs: Int, precision: Precision, from reader: TensorReader) throws(EncoderError) {
    self.inputs = inputs
    outputs = rows.reduce(0) { $0 + $1.range.count }
    panels =
      switch precision {
      case .f32: .f32(try reader.packF32(rows, columns: inputs))
      case .q8: .q8(try reader.packQ8(rows, columns: inputs))
      }
    bias = try reader.readBias(rows)
  }

  /// A layer of the tensors `name.weight` [outputs, inputs] and `name.bias` [outputs].
  init(
    _ name: String, outputs: Int, inputs: Int, hasBias: Bool, precision: Precision, from reader: TensorReader
  ) throws(EncoderError) {
    let rows = Rows(
      weight: name + ".weight", bias: hasBias ? name + ".bias" : nil, range: 0..<outputs, count: outputs)
    try self.init([rows], inputs: inputs, precision: precision, from: reader)
  }
  /// Computes some of the outputs.
  /// - Parameters:
  ///   - x: as wide as the layer's inputs, of its precision.
  ///   - rows: of `x`; in q8_0 a range as it was taken.
  ///   - range: starts and, but for the end of the outputs, stops at a multiple of the kernels' `columnUnit`.
  ///   - y: these rows and outputs alone.
  func multiply(
    _ x: LayerInput, rows: Range<Int>, outputs range: Range<Int>, into y: RowView, kernels: KernelTable
  ) {
    precondition(x.width == inputs && range.upperBound <= outputs)
    switch panels {
    case .f32(let panels):
      guard let values = x.values(rows) else { preconditionFailure("a layer in float32 reads float32") }
      kernels.multiply(values, panels: panels, bias: bias, columns: range, into: y)
    case .q8(let panels):
      guard let quantized = x.quantized else { preconditionFailure("a layer in q8_0 reads q8_0") }
      kernels.multiplyQ8(
        quantized, rows: rows, blocks: q8BlockCount(inputs), panels: panels, bias: bias, columns: range, into: y)
    }
  }
}

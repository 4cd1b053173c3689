import CKernels
import ModelFiles

/// The kernels that work along rows, and those that read the formats of files.
extension KernelTable {
  /// x = layer norm of x, or of x + residual; rows end to end, as wide as `norm`.
  func normalize(_ x: RowView, residual: RowView?, norm: LayerNorm) {
    let columns = norm.weight.count
    precondition(x.columns == columns && x.stride == columns)
    precondition(residual.map { $0.rows == x.rows && $0.columns == columns && $0.stride == columns } ?? true)
    table.pointee.layer_norm_f32(
      x.pointer, residual?.pointer, norm.weight.all.pointer, norm.bias.all.pointer, norm.epsilon, x.rows,
      columns, x.pointer)
  }

  /// Applies the activation to every element.
  func activate(_ x: RowView, _ activation: Activation) {
    let isDense = x.stride == x.columns
    for row in 0..<(isDense ? 1 : x.rows) {
      let count = isDense ? x.rows * x.columns : x.columns, first = x.pointer + row * x.stride
      switch activation {
      case .gelu: table.pointee.gelu_f32(first, count)
      case .geluTanh: table.pointee.gelu_tanh_f32(first, count)
      case .relu: table.pointee.relu_f32(first, count)
      }
    }
  }

  /// target += x.
  func add(_ x: KernelSlice<Float>, to target: KernelSlice<Float>) {
    precondition(x.count == target.count)
    table.pointee.add_scaled_f32(target.pointer, x.pointer, 1, x.count)
  }

  /// target += factor * x.
  func add(_ x: UnsafeBufferPointer<Float>, times factor: Float, to target: inout [Float]) {
    precondition(x.count == target.count)
    guard let source = x.baseAddress else { return }
    target.withUnsafeMutableBufferPointer { table.pointee.add_scaled_f32($0.baseAddress, source, factor, x.count) }
  }

  /// target = max(target, x), component by component.
  func maximum(_ x: UnsafeBufferPointer<Float>, into target: inout [Float]) {
    precondition(x.count == target.count)
    guard let source = x.baseAddress else { return }
    target.withUnsafeMutableBufferPointer { table.pointee.maximum_f32($0.baseAddress, source, x.count) }
  }

  /// A reduction of two vectors of the same length.
  enum Reduction {
    case dot, squaredDistance, absoluteDistance
  }

  /// The reduction of a and b.
  func reduce(_ a: [Float], _ b: [Float], _ reduction: Reduction) -> Float {
    precondition(a.count == b.count, "vectors of \(a.count) and \(b.count) components")
    return a.withUnsafeBufferPointer { x in
      b.withUnsafeBufferPointer { y in
        switch reduction {
        case .dot: table.pointee.dot_f32(x.baseAddress, y.baseAddress, x.count)
        case .squaredDistance: table.pointee.squared_distance_f32(x.baseAddress, y.baseAddress, x.count)
        case .absoluteDistance: table.pointee.absolute_distance_f32(x.baseAddress, y.baseAddress, x.count)
        }
      }
    }
  }

  /// Widens stored values to float32. `bytes` holds exactly `target.count` values, whole blocks for q8_0.
  func widen(_ bytes: UnsafeRawBufferPointer, type: TensorType, into target: KernelSlice<Float>) {
    precondition(bytes.count == target.count / type.blockLength * type.blockBytes)
    precondition(target.count % type.blockLength == 0)
    guard let source = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
    switch type {
    case .f32: UnsafeMutableRawPointer(target.pointer).copyMemory(from: source, byteCount: bytes.count)
    case .f16: table.pointee.widen_f16(source, target.count, target.pointer)
    case .bf16: table.pointee.widen_bf16(source, target.count, target.pointer)
    case .q8: table.pointee.dequantize_q8_0(source, target.count / type.blockLength, target.pointer)
    }
  }
}

/// Packs [columns, depth] weights into panels of 16 columns.
func f32Panels(_ weights: KernelSlice<Float>, columns: Int, depth: Int) -> KernelMemory<Float> {
  precondition(weights.count == columns * depth)
  let width = AKIN_F32_PANEL
  let panels = KernelMemory<Float>(count: (columns + width - 1) / width * width * depth)
  akin_pack_f32(weights.pointer, columns, depth, depth, 1, panels.all.pointer)
  return panels
}

/// Quantises one row of weights by GGML's rule into ceil(count / 32) blocks.
/// - Returns: nil, or the index of the first block that q8_0 cannot store.
func quantizeWeights(_ row: KernelSlice<Float>, into blocks: KernelSlice<UInt8>) -> Int? {
  precondition(blocks.count == q8BlockCount(row.count) * q8BlockBytes)
  let failure = akin_quantize_weights_q8_0(row.pointer, row.count, blocks.pointer)
  return failure == 0 ? nil : failure - 1
}

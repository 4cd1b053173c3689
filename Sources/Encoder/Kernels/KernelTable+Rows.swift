import CKernels
import ModelFiles

/// The kernels that work along rows, and those that read the formats of files.
extension KernelTable {
  /// output = the norm of x, or of x + residual, row by row; `output` may be `x`.
  func normalize(_ x: RowView, plus residual: RowView? = nil, norm: Norm, into output: RowView) {
    let columns = norm.size
    precondition(x.columns == columns && output.columns == columns && output.rows == x.rows)
    precondition(residual.map { $0.rows == x.rows && $0.columns == columns && $0.stride == columns } ?? true)
    switch norm.kind {
    case .layer(let bias) where x.stride == columns && output.stride == columns:
      table.pointee.layer_norm_f32(
        x.pointer, residual?.pointer, norm.weight.all.pointer, bias.all.pointer, norm.epsilon, x.rows, columns,
        output.pointer)
    case .layer(let bias):
      precondition(residual == nil, "rows end to end where something is added")
      for row in 0..<x.rows {
        table.pointee.layer_norm_f32(
          x.pointer + row * x.stride, nil, norm.weight.all.pointer, bias.all.pointer, norm.epsilon, 1, columns,
          output.pointer + row * output.stride)
      }
    case .rootMeanSquare:
      if let residual { add(residual, to: x) }
      akin_rms_norm_f32(
        x.pointer, x.stride, norm.weight.all.pointer, norm.epsilon, x.rows, columns, output.pointer, output.stride)
    }
  }

  /// target += x; rows end to end.
  func add(_ x: RowView, to target: RowView) {
    precondition(x.rows == target.rows && x.columns == target.columns)
    precondition(x.stride == x.columns && target.stride == target.columns, "rows end to end")
    table.pointee.add_scaled_f32(target.pointer, x.pointer, 1, x.rows * x.columns)
  }

  /// target *= x, element by element.
  func multiply(_ target: RowView, by x: RowView) {
    precondition(x.rows == target.rows && x.columns == target.columns)
    for row in 0..<x.rows {
      akin_multiply_f32(target.pointer + row * target.stride, x.pointer + row * x.stride, x.columns)
    }
  }

  /// target *= factor.
  func scale(_ target: KernelSlice<Float>, by factor: Float) {
    akin_scale_f32(target.pointer, factor, target.count)
  }

  /// Likewise, of memory that somebody else holds.
  func scale(_ target: UnsafeMutableBufferPointer<Float>, by factor: Float) {
    guard let first = target.baseAddress else { return }
    akin_scale_f32(first, factor, target.count)
  }

  /// Turns one head of each token of a sequence by the token's position.
  func turn(_ head: RowView, by angles: AngleTable) {
    let count = head.rows * angles.half
    precondition(head.columns >= 2 * angles.half)
    akin_rotate_f32(
      head.pointer, head.stride, head.rows, angles.cosines.pointer(to: 0..<count), angles.sines.pointer(to: 0..<count),
      angles.half)
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
      case .silu: akin_silu_f32(first, count)
      }
    }
  }

  /// target += x.
  func add(_ x: KernelSlice<Float>, to target: KernelSlice<Float>) {
    precondition(x.count == target.count)
    table.pointee.add_scaled_f32(target.pointer, x.pointer, 1, x.count)
  }

  /// target += factor * x.
  func add(_ x: UnsafeBufferPointer<Float>, times factor: Float, to target: UnsafeMutableBufferPointer<Float>) {
    precondition(x.count == target.count)
    guard let source = x.baseAddress else { return }
    table.pointee.add_scaled_f32(target.baseAddress, source, factor, x.count)
  }

  /// target = max(target, x), component by component.
  func maximum(_ x: UnsafeBufferPointer<Float>, into target: inout [Float]) {
    precondition(x.count == target.count)
    guard let source = x.baseAddress else { return }
    target.withUnsafeMutableBufferPointer { table.pointee.maximum_f32($0.baseAddress, source, x.count) }
  }

  /// Likewise, of slices.
  func maximum(_ x: KernelSlice<Float>, into target: KernelSlice<Float>) {
    precondition(x.count == target.count)
    table.pointee.maximum_f32(target.pointer, x.pointer, x.count)
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
    withExtendedLifetime(target) {
      widen(bytes, type: type, into: UnsafeMutableBufferPointer(start: target.pointer, count: target.count))
    }
  }

  /// Likewise, into memory that somebody else holds.
  func widen(_ bytes: UnsafeRawBufferPointer, type: TensorType, into target: UnsafeMutableBufferPointer<Float>) {
    precondition(bytes.count == target.count / type.blockLength * type.blockBytes)
    precondition(target.count % type.blockLength == 0)
    guard let source = bytes.bindMemory(to: UInt8.self).baseAddress, let first = target.baseAddress else { return }
    switch type {
    case .f32: UnsafeMutableRawPointer(first).copyMemory(from: source, byteCount: bytes.count)
    case .f16: table.pointee.widen_f16(source, target.count, first)
    case .bf16: table.pointee.widen_bf16(source, target.count, first)
    case .q8: table.pointee.dequantize_q8_0(source, target.count / type.blockLength, first)
    case .f64, .i8, .q4, .q4WithMinimum, .q5, .q5WithMinimum, .q4K, .q5K, .q6K: type.widen(bytes, into: target)
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

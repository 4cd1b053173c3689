/// Rows that linear layers read: in float32, or quantised where they compute in q8_0.
struct LayerInput: Sendable {
  private enum Storage {
    case f32(KernelMemory<Float>)
    case q8(QuantizedRows)
  }

  /// Values a row.
  let width: Int
  private let storage: Storage

  /// Values that are there already.
  /// - Parameter values: whole rows.
  init(_ values: KernelMemory<Float>, width: Int) {
    self.width = width
    storage = .f32(values)
  }

  /// Room for so many rows.
  init(rows: Int, width: Int, precision: Precision, kernels: KernelTable) {
    self.width = width
    storage =
      switch precision {
      case .f32: .f32(KernelMemory(count: rows * width))
      case .q8: .q8(kernels.makeQuantizedRows(rows: rows, columns: width))
      }
  }

  /// Where to compute values before they are taken: where they belong, or in `scratch`.
  func staging(rows: Range<Int>, columns: Range<Int>, scratch: KernelMemory<Float>) -> RowView {
    switch storage {
    case .f32(let values): RowView(values, rows: rows, columns: columns, stride: width)
    case .q8: RowView(scratch, rows: 0..<rows.count, columns: 0..<columns.count, stride: columns.count)
    }
  }

  /// Takes values that were computed: quantises them, or leaves them where they are.
  /// - Parameters:
  ///   - rows: a product reads the same range.
  ///   - columns: start and, but for a row's end, stop at multiples of 32.
  func store(_ values: RowView, rows: Range<Int>, columns: Range<Int>, kernels: KernelTable) {
    guard case .q8(let quantized) = storage else { return }
    kernels.quantize(values, rows: rows, columns: columns, of: width, into: quantized)
  }

  /// The rows in float32; nil where they are quantised.
  func values(_ rows: Range<Int>) -> RowView? {
    guard case .f32(let values) = storage else { return nil }
    return RowView(values, rows: rows, columns: 0..<width, stride: width)
  }

  /// The rows in q8_0; nil where they are not.
  var quantized: QuantizedRows? {
    guard case .q8(let quantized) = storage else { return nil }
    return quantized
  }
}

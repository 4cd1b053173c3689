/// Some columns of some rows of a matrix in memory, checked against its end. It does not keep the memory alive, so that
/// making one costs nothing: whoever makes one holds the memory until the functions that take it have returned.
struct RowView: @unchecked Sendable {
  // Sound to share under KernelMemory's rule.
  /// The first row's first column.
  let pointer: UnsafeMutablePointer<Float>
  let rows: Int
  let columns: Int
  /// From one row to the next, in elements; at least `columns`.
  let stride: Int

  /// - Parameter stride: values a row of the whole matrix.
  init(_ memory: KernelMemory<Float>, rows: Range<Int>, columns: Range<Int>, stride: Int) {
    precondition(!rows.isEmpty && !columns.isEmpty && columns.lowerBound >= 0 && columns.upperBound <= stride)
    let first = rows.lowerBound * stride + columns.lowerBound
    pointer = memory.pointer(to: first..<first + (rows.count - 1) * stride + columns.count)
    self.rows = rows.count
    self.columns = columns.count
    self.stride = stride
  }

  private init(pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.pointer = pointer
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// A part of it.
  subscript(rows range: Range<Int>) -> RowView {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= rows)
    return RowView(pointer: pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// Some of its columns.
  subscript(columns range: Range<Int>) -> RowView {
    precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= columns)
    return RowView(pointer: pointer + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Moves these rows to the front, in place.
  /// - Parameter kept: ascending.
  func gather(_ kept: [Int]) {
    for (row, source) in kept.enumerated() where row != source {
      precondition(source > row && source < rows, "rows in their order")
      (pointer + row * stride).update(from: pointer + source * stride, count: columns)
    }
  }

  /// Overwrites its values with those of another view of the same size.
  func copy(from other: RowView) {
    precondition(other.rows == rows && other.columns == columns)
    for row in 0..<rows { (pointer + row * stride).update(from: other.pointer + row * other.stride, count: columns) }
  }
}

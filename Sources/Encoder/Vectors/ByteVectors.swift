/// Exact products of int8 vectors, for scanning a store of them. Rows lie end to end, `dimensions` bytes each.
package enum ByteVectors {
  /// The most dimensions whose sums stay within 32 bits, whatever the bytes are.
  package static let maxDimensions = 65_536

  /// Rows that are read once for all queries while they are in the first-level cache.
  private static let cachedBytes = 16 * 1024

  /// Every query by every row: scores[q * rowCount + r] = sum over k of queries[q][k] * rows[r][k]. Every row is read from
  /// memory once, however many queries there are; the calls of several threads on parts of the rows do not disturb each
  /// other. Runs at the speed of memory for one query, and of the kernels for several.
  /// - Parameters:
  ///   - queries: [queries, dimensions].
  ///   - rows: [rows, dimensions]; mapped memory is welcome.
  ///   - dimensions: 1...maxDimensions.
  ///   - scores: as many as queries times rows.
  package static func scores(
    queries: UnsafeBufferPointer<Int8>, rows: UnsafeBufferPointer<Int8>, dimensions: Int,
    into scores: UnsafeMutableBufferPointer<Int32>
  ) {
    precondition((1...maxDimensions).contains(dimensions), "\(dimensions) dimensions")
    let queryCount = queries.count / dimensions, rowCount = rows.count / dimensions
    precondition(queries.count == queryCount * dimensions && rows.count == rowCount * dimensions, "whole vectors")
    precondition(scores.count == queryCount * rowCount, "\(scores.count) scores of \(queryCount) x \(rowCount)")
    guard rowCount > 0, let query = queries.baseAddress, let row = rows.baseAddress, let score = scores.baseAddress
    else { return }
    let table = Kernels.vectorTable.table
    let step = queryCount == 1 ? rowCount : max(4, cachedBytes / dimensions)
    for first in stride(from: 0, to: rowCount, by: step) {
      let count = min(step, rowCount - first)
      for index in 0..<queryCount {
        table.pointee.dot_rows_i8(
          query + index * dimensions, row + first * dimensions, count, dimensions, score + index * rowCount + first)
      }
    }
  }

  /// Some rows of an array by others of it.
  /// - Parameter codes: `[any][dimensions]`, end to end.
  /// - Returns: `[rows][columns]`, end to end.
  package static func scores(of rows: Range<Int>, by columns: Range<Int>, in codes: [Int8], dimensions: Int) -> [Int32]
  {
    let count = rows.count * columns.count
    return [Int32](unsafeUninitializedCapacity: count) { target, written in
      codes.withUnsafeBufferPointer { codes in
        func part(_ range: Range<Int>) -> UnsafeBufferPointer<Int8> {
          UnsafeBufferPointer(rebasing: codes[range.lowerBound * dimensions..<range.upperBound * dimensions])
        }
        scores(
          queries: part(rows), rows: part(columns), dimensions: dimensions,
          into: UnsafeMutableBufferPointer(rebasing: target[0..<count]))
      }
      written = count
    }
  }

  /// One query by every row; `rows` may be a slice of a larger array.
  /// - Returns: a score a row.
  package static func scores(query: [Int8], rows: ArraySlice<Int8>) -> [Int32] {
    precondition(!query.isEmpty && rows.count % query.count == 0, "whole vectors")
    let count = rows.count / query.count
    return [Int32](unsafeUninitializedCapacity: count) { buffer, written in
      query.withUnsafeBufferPointer { query in
        rows.withUnsafeBufferPointer { rows in
          scores(
            queries: query, rows: rows, dimensions: query.count,
            into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
        }
      }
      written = count
    }
  }
}

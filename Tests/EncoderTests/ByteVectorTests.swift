import AkinTestSupport
import Encoder
import Testing

/// The scan of int8 rows against sums written out.
@Suite struct ByteVectorTests {
  static func bytes(_ count: Int, using random: inout SeededRandom) -> [Int8] {
    (0..<count).map { _ in Int8.random(in: -128...127, using: &random) }
  }

  static func product(_ a: ArraySlice<Int8>, _ b: ArraySlice<Int8>) -> Int32 {
    zip(a, b).reduce(0) { $0 + Int32($1.0) * Int32($1.1) }
  }

  @Test(arguments: [1, 3, 63, 64, 65, 384, 1000], [1, 2, 5])
  func everyQueryByEveryRow(dimensions: Int, queryCount: Int) {
    var random = SeededRandom(seed: UInt64(dimensions * 10 + queryCount))
    let rowCount = 131  // more than are read for all queries at once
    let queries = Self.bytes(queryCount * dimensions, using: &random)
    let rows = Self.bytes(rowCount * dimensions, using: &random)
    var scores = [Int32](repeating: 0, count: queryCount * rowCount)
    queries.withUnsafeBufferPointer { queries in
      rows.withUnsafeBufferPointer { rows in
        scores.withUnsafeMutableBufferPointer { scores in
          ByteVectors.scores(queries: queries, rows: rows, dimensions: dimensions, into: scores)
        }
      }
    }
    for query in 0..<queryCount {
      for row in 0..<rowCount {
        let expected = Self.product(
          queries[query * dimensions..<(query + 1) * dimensions], rows[row * dimensions..<(row + 1) * dimensions])
        #expect(scores[query * rowCount + row] == expected, "query \(query), row \(row)")
      }
    }
  }

  @Test func aSliceIsScannedWhereItIs() {
    var random = SeededRandom(seed: 3)
    let rows = Self.bytes(10 * 7, using: &random), query = Self.bytes(7, using: &random)
    let all = ByteVectors.scores(query: query, rows: rows[...])
    #expect(ByteVectors.scores(query: query, rows: rows[14..<42]) == Array(all[2..<6]))
    #expect(ByteVectors.scores(query: query, rows: []) == [])
  }

  @Test func theLargestSumsFit() {
    let lowest = [Int8](repeating: -128, count: ByteVectors.maxDimensions)
    #expect(ByteVectors.scores(query: lowest, rows: lowest[...]) == [Int32(ByteVectors.maxDimensions) * 128 * 128])
    let highest = [Int8](repeating: 127, count: ByteVectors.maxDimensions)
    #expect(ByteVectors.scores(query: highest, rows: highest[...]) == [Int32(ByteVectors.maxDimensions) * 127 * 127])
  }
}

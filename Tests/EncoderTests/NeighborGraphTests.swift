import AkinTestSupport
import Encoder
import Testing

@Suite(.enabled(if: NeighborGraph.isAvailable, "built without hnswlib")) struct NeighborGraphTests {
  /// Rows of few directions, many of them the same: what a graph's links are most likely to go wrong with.
  private static func blocks(_ rows: Int, capacity: Int, dimensions: Int) -> [VectorBlock] {
    var random = SeededRandom(seed: 23)
    let directions = (0..<20).map { _ in ByteVectorTests.bytes(dimensions, using: &random) }
    var blocks: [VectorBlock] = []
    for row in 0..<rows {
      if row % capacity == 0 { blocks.append(VectorBlock(dimensions: dimensions, capacity: capacity)) }
      let codes = directions[Int.random(in: 0..<directions.count, using: &random)]
      codes.withUnsafeBytes { blocks[row / capacity].set(row % capacity, codes: $0, scale: 0.01) }
    }
    return blocks
  }

  @Test func linksLeadToRowsOfTheGraph() throws {
    let blocks = Self.blocks(700, capacity: 256, dimensions: 32)
    let graph = try #require(NeighborGraph(dimensions: 32, blockRows: 256))
    #expect(graph.checkInvariants() == nil)
    for rows in [1, 2, 3, 50, 256, 257, 512, 700] {
      #expect(graph.insert(through: rows, blocks: blocks))
      #expect(graph.count == rows && graph.checkInvariants() == nil, "\(rows) rows")
    }
    let folder = try TemporaryFolder()
    #expect(graph.save(to: folder.file("graph")))
    let read = NeighborGraph(path: folder.file("graph"), dimensions: 32, blockRows: 256, blocks: blocks)
    #expect(try #require(read).checkInvariants() == nil)
  }
}

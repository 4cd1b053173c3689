import AkinTestSupport
import Encoder
import Foundation
import Landscape
import Testing

/// Neighbours, components, and places in the plane.
@Suite struct LayoutTests {
  /// Unit vectors around a few directions.
  static func blobs(_ count: Int, around centers: Int, dimensions: Int = 24, seed: UInt64 = 1) -> [[Float]] {
    var random = SeededRandom(seed: seed)
    let middles = (0..<centers).map { _ in (0..<dimensions).map { _ in Float.random(in: -1...1, using: &random) } }
    return (0..<count).map { index in
      var vector = middles[index % centers].map { $0 + Float.random(in: -0.4...0.4, using: &random) }
      Vectors.normalize(&vector)
      return vector
    }
  }

  @Test func theNearestAreThoseOfAScan() async throws {
    let vectors = Self.blobs(1200, around: 7)
    let table = try await NeighborTable(vectors, width: 8)
    var found = 0
    for row in stride(from: 0, to: 1200, by: 37) {
      let exact = vectors.indices.filter { $0 != row }
        .sorted { (Vectors.dot(vectors[row], vectors[$1]), $0) < (Vectors.dot(vectors[row], vectors[$0]), $1) }.prefix(
          8)
      let near = Array(table.neighbors(of: row))
      #expect(near.map(\.1) == near.map(\.1).sorted(by: >))
      #expect(!near.contains { $0.0 == Int32(row) } && Set(near.map(\.0)).count == 8)
      #expect(abs(near[0].1 - Vectors.dot(vectors[row], vectors[Int(near[0].0)])) < 0.01)
      found += Set(near.map { Int($0.0) }).intersection(exact).count
    }
    // int8 rounds.
    #expect(Double(found) > 0.93 * 8 * 33)
  }

  @Test(arguments: [0, 1, 2, 3])
  func fewVectorsHaveFewNeighbours(count: Int) async throws {
    let table = try await NeighborTable(Self.blobs(count, around: 1), width: 5)
    #expect(table.count == count && table.width == max(0, count - 1))
    let graph = WeightedGraph(table)
    #expect(graph.count == count)
    let points = try PlaneLayout(graph, from: (0..<count).map { _ in (0, 0) }).points
    #expect(points.count == count)
    #expect(points.allSatisfy { abs($0.x) <= 0.51 && abs($0.y) <= 0.51 })
  }

  @Test func strengthsAddUp() {
    let strengths = WeightedGraph.strengths([0.1, 0.2, 0.25, 0.3, 0.5, 0.55, 0.7, 0.9])
    #expect(strengths[0] == 1)
    #expect(abs(strengths.reduce(0, +) - 3) < 1e-3)
    #expect(strengths == strengths.sorted(by: >))
    #expect(WeightedGraph.strengths([0, 0, 0]) == [1, 1, 1])
  }

  @Test func powersAreRight() {
    for base: Float in [1e-20, 1e-3, 0.3, 0.999, 1, 1.5, 2, 7, 100, 1e10] {
      for exponent: Float in [-0.105, 0.895, 1, 2] {
        let (found, exact) = (Double(Exponentials.power(base, exponent)), Double(base).power(exponent))
        guard exact > 1e-37, exact < 1e38 else { continue }
        #expect(abs(found / exact - 1) < 2e-4, "\(base)^\(exponent): \(found), \(exact)")
      }
    }
  }

  @Test func componentsAreTheDirectionsOfGreatestSpread() throws {
    var random = SeededRandom(seed: 5)
    let vectors = (0..<500).map { _ in
      [0, 5, 0.1, 1].map { $0 * Float.random(in: -1...1, using: &random) + 2 }
    }
    let components = try PrincipalComponents(of: vectors, count: 2)
    #expect(abs(components.directions[0][1]) > 0.99 && abs(components.directions[1][3]) > 0.99)
    #expect(components.directions[0][1] > 0)
    #expect(components.mean.allSatisfy { abs($0 - 2) < 0.5 })
    #expect(try PrincipalComponents(of: [], count: 2).directions.isEmpty)
    #expect(try PrincipalComponents(of: vectors, count: 9).directions.count == 4)
  }

  @Test func whatIsNearLiesTogether() async throws {
    let vectors = Self.blobs(600, around: 5)
    let graph = WeightedGraph(try await NeighborTable(vectors, width: 15))
    let components = try PrincipalComponents(of: vectors, count: 2)
    let start = vectors.map { (components.projected($0)[0], components.projected($0)[1]) }
    let points = try PlaneLayout(graph, from: start).points
    // Of the nearest in the plane nearly all are of the same blob.
    var same = 0
    for row in points.indices {
      let near = points.indices.filter { $0 != row }.min {
        Self.square(points[row], points[$0]) < Self.square(points[row], points[$1])
      }
      if let near, near % 5 == row % 5 { same += 1 }
    }
    #expect(same > 590)
    // And they have the square for themselves, not a spot of it.
    #expect(points.count { Self.square($0, (0, 0)) > 0.01 } > 300)
    let again = try PlaneLayout(graph, from: start).points
    #expect(zip(points, again).allSatisfy { $0.x == $1.x && $0.y == $1.y })
  }

  private static func square(_ one: (x: Float, y: Float), _ other: (x: Float, y: Float)) -> Float {
    (one.x - other.x) * (one.x - other.x) + (one.y - other.y) * (one.y - other.y)
  }
}

extension Double {
  fileprivate func power(_ exponent: Float) -> Double { pow(self, Double(exponent)) }
}

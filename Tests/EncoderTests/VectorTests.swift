import AkinTestSupport
import Encoder
import Testing

/// Arithmetic of finished vectors.
@Suite struct VectorTests {
  @Test func distancesByHand() {
    let a: [Float] = [3, 4, 0], b: [Float] = [0, 4, -4]
    #expect(Vectors.dot(a, b) == 16)
    #expect(Vectors.euclidean(a, b) == 5)
    #expect(Vectors.manhattan(a, b) == 7)
    #expect(abs(Vectors.cosine(a, b) - 16 / (5 * Float(32).squareRoot())) < 1e-6)
    #expect(Vectors.cosine(a, [0, 0, 0]) == 0)
  }

  @Test func normalizing() {
    var vector: [Float] = [3, 4]
    Vectors.normalize(&vector)
    #expect(vector == [0.6, 0.8])
    vector = [0, 0]
    Vectors.normalize(&vector)
    #expect(vector == [0, 0])
  }

  @Test func scoresAreRowsOfLeftByColumnsOfRight() throws {
    let left: [[Float]] = [[1, 0], [0, 2]], right: [[Float]] = [[1, 0], [3, 4], [0, -1]]
    #expect(try Vectors.scores(left: left, right: right, function: .dot) == [[1, 3, 0], [0, 8, -2]])
    #expect(try Vectors.scores(left: left, right: right, function: .cosine) == [[1, 0.6, 0], [0, 0.8, -1]])
    #expect(try Vectors.scores(left: [[1, 0]], right: right, function: .manhattan) == [[0, -6, -2]])
    #expect(try Vectors.scores(left: [[0, 0]], right: right, function: .euclidean) == [[-1, -5, -1]])
  }

  /// Rounding brings the product of a vector with itself a digit beyond the product of the lengths, of which no cosine is.
  @Test func aCosineIsNeverBeyondOne() throws {
    var state: UInt64 = 1
    let vectors = (0..<200).map { _ in
      (0..<384).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24) - 0.5
      }
    }
    let units = vectors.map { vector in
      var unit = vector
      Vectors.normalize(&unit)
      return unit
    }
    #expect(units.contains { Vectors.dot($0, $0) > 1 })
    for vector in vectors + units {
      let opposite = vector.map { -$0 }
      let scores = try Vectors.scores(left: [vector], right: [vector, opposite], function: .cosine)[0]
      #expect(scores[0] <= 1 && scores[0] > 0.999999 && scores[1] >= -1 && scores[1] < -0.999999)
      #expect(Vectors.cosine(vector, vector) <= 1)
    }
    #expect(units.allSatisfy { Vectors.unitCosine($0, $0) <= 1 })
  }

  /// Finite vectors of any size have the scores that exact arithmetic gives them.
  @Test(arguments: [Float(1e-45), 1e-30, 1e-13, 1, 1e19, 1e38])
  func nothingIsLostToTheRangeOfFloat32(size: Float) throws {
    let a = [size, 0, 0], b = [size, size, 0]
    let scores = try Vectors.scores(left: [a], right: [a, b, [0, -size, 0], [0, 0, 0]], function: .cosine)[0]
    #expect(scores[0] == 1 && abs(scores[1] - Float(0.5).squareRoot()) < 1e-6 && scores[2] == 0 && scores[3] == 0)
    #expect(Vectors.cosine(a, b) == scores[1])
    #expect(abs(Vectors.euclidean(a, b) - size) <= size * 1e-6 && Vectors.manhattan(a, b) == size)
    var unit = b
    Vectors.normalize(&unit)
    #expect(abs(Vectors.dot(unit, unit) - 1) < 1e-6)
    #expect(try Vectors.scores(left: [[1e38, 1e38]], right: [[1e38, -1e38]], function: .dot) == [[0]])
  }

  @Test func bestScores() {
    let scores: [Float] = [0.5, .nan, 0.9, 0.5, -1, 0.9, 0.1]
    func indices(_ k: Int, _ minScore: Float? = nil) -> [Int] {
      Vectors.topK(scores, k: k, minScore: minScore).map(\.index)
    }
    #expect(indices(3) == [2, 5, 0])
    #expect(indices(100) == [2, 5, 0, 3, 6, 4])
    #expect(indices(100, 0.5) == [2, 5, 0, 3])
    #expect(indices(0).isEmpty && indices(-1).isEmpty)
    #expect(Vectors.topK(scores, k: 1, minScore: nil).first?.score == 0.9)
  }

  @Test func bestScoresAreThoseOfASort() {
    var random = SeededRandom(seed: 9)
    let scores = (0..<500).map { _ in Float(Int.random(in: 0..<40, using: &random)) }
    let sorted = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    for k in [1, 7, 499, 500, 5000, .max] {
      #expect(Vectors.topK(scores, k: k, minScore: nil).map(\.index) == Array(sorted.prefix(k)))
    }
  }
}

/// Points of the plane for the nodes of a graph, so that what is joined lies together: UMAP's objective by stochastic gradient descent
/// (McInnes, Healy and Melville 2018, arXiv:1802.03426, algorithm 5), from a first layout that is given, with one sequence of chance: the
/// same graph has the same layout.
///
/// Written here since what libraries there are of it (umap-learn, uwot, umappp) bring Python, R or Eigen with them.
public struct PlaneLayout: Sendable {
  /// Shape of the curve by which points attract each other: 1 / (1 + a d^2b) falls off at the distance .1, as umap-learn fits it for its
  /// `min_dist`.
  private static let (a, b): (Float, Float) = (1.576_943_4, 0.895_060_8)
  /// Points that are pushed away for each that is drawn near.
  private static let repulsions = 5
  /// A step changes a coordinate by no more, times the rate.
  private static let clip: Float = 4
  /// Within which the first layout is laid.
  private static let extent: Float = 10

  /// Of each node, within a square of side 1 around 0.
  public private(set) var points: [(x: Float, y: Float)]

  /// - Parameters:
  ///   - graph: see ``WeightedGraph/init(_:above:)``.
  ///   - start: of each node a first place, such as its first two principal components.
  ///   - progress: told of every step: rounds that are done, of how many.
  /// - Throws: where the task is cancelled.
  public init(
    _ graph: WeightedGraph, from start: [(x: Float, y: Float)],
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(CancellationError) {
    precondition(start.count == graph.count, "a place for each node")
    var random = SplitMix64(seed: 3)
    var places = Self.spread(start, &random)
    // As umap-learn has it: many rounds for few nodes, which cost nothing.
    let rounds = graph.count <= 10_000 ? 500 : 200
    var schedule = EdgeSchedule(graph, rounds: rounds)
    for round in 0..<rounds where !schedule.isEmpty {
      if Task.isCancelled { throw CancellationError() }
      let rate = 1 - Float(round) / Float(rounds)
      Self.descend(&places, &schedule, round: Float(round), rate: rate, &random)
      progress(round + 1, rounds)
    }
    points = Self.fitted(places)
  }

  /// Coordinates within the extent, each moved a little, so that no two points are one.
  private static func spread(_ start: [(x: Float, y: Float)], _ random: inout SplitMix64) -> [Float] {
    let greatest = start.reduce(Float(0)) { max($0, abs($1.x), abs($1.y)) }
    let scale = greatest > 0 ? extent / greatest : 0
    return start.flatMap { [$0.x, $0.y] }.map { $0 * scale + Float.random(in: -0.01...0.01, using: &random) }
  }

  /// Every edge that is due draws its ends together, and pushes points that chance names away.
  private static func descend(
    _ places: inout [Float], _ schedule: inout EdgeSchedule, round: Float, rate: Float, _ random: inout SplitMix64
  ) {
    let count = UInt64(places.count / 2)
    places.withUnsafeMutableBufferPointer { places in
      schedule.forEachDue(in: round) { head, tail in
        let (dx, dy) = (places[2 * head] - places[2 * tail], places[2 * head + 1] - places[2 * tail + 1])
        let square = dx * dx + dy * dy
        if square > 0 {
          // d^2(b - 1), once for both of its uses.
          let power = Exponentials.power(max(square, 1e-30), b - 1)
          let pull = -2 * a * b * power / (a * power * square + 1)
          let (x, y) = (clipped(pull * dx) * rate, clipped(pull * dy) * rate)
          places[2 * head] += x
          places[2 * head + 1] += y
          places[2 * tail] -= x
          places[2 * tail + 1] -= y
        }
        for _ in 0..<repulsions {
          let other = Int(((random.next() >> 32) * count) >> 32)
          let (dx, dy) = (places[2 * head] - places[2 * other], places[2 * head + 1] - places[2 * other + 1])
          let square = dx * dx + dy * dy
          guard square > 0 else { continue }
          let power = Exponentials.power(max(square, 1e-30), b)
          let push = 2 * b / ((0.001 + square) * (a * power + 1))
          places[2 * head] += clipped(push * dx) * rate
          places[2 * head + 1] += clipped(push * dy) * rate
        }
      }
    }
  }

  @inline(__always)
  private static func clipped(_ step: Float) -> Float { max(-clip, min(clip, step)) }

  /// The longer side is 1, the middle 0. Groups that nothing joins with the others may be pushed far away: what lies beyond all but the
  /// outermost hundredth, and a fifth more, is drawn to that border, so that the others have room.
  private static func fitted(_ places: [Float]) -> [(x: Float, y: Float)] {
    func bounds(_ first: Int) -> (least: Float, greatest: Float) {
      let sorted = stride(from: first, to: places.count, by: 2).map { places[$0] }.sorted()
      guard let least = sorted.first, let greatest = sorted.last else { return (0, 0) }
      let (low, high) = (sorted[sorted.count / 100], sorted[sorted.count - 1 - sorted.count / 100])
      let margin = (high - low) / 5
      return (max(least, low - margin), min(greatest, high + margin))
    }
    let (xs, ys) = (bounds(0), bounds(1))
    let side = max(xs.greatest - xs.least, ys.greatest - ys.least)
    let scale = side > 0 ? 1 / side : 0
    func fitted(_ value: Float, _ bounds: (least: Float, greatest: Float)) -> Float {
      (max(bounds.least, min(bounds.greatest, value)) - (bounds.least + bounds.greatest) / 2) * scale
    }
    return stride(from: 0, to: places.count, by: 2).map { (fitted(places[$0], xs), fitted(places[$0 + 1], ys)) }
  }
}

/// Which edges are due in which round: those of the greatest weight in every one, the others in proportion.
private struct EdgeSchedule {
  private var heads: [Int32] = []
  private var tails: [Int32] = []
  /// Rounds between two turns.
  private var intervals: [Float] = []
  private var next: [Float] = []

  /// Every edge from both of its ends, but for those that would never be due.
  init(_ graph: WeightedGraph, rounds: Int) {
    let greatest = graph.weights.max() ?? 0
    for node in 0..<graph.count {
      for (other, weight) in graph.edges(of: node) where weight * Float(rounds) >= greatest {
        heads.append(Int32(node))
        tails.append(other)
        intervals.append(greatest / weight)
        next.append(greatest / weight)
      }
    }
  }

  var isEmpty: Bool { heads.isEmpty }

  @inline(__always)
  mutating func forEachDue(in round: Float, _ body: (_ head: Int, _ tail: Int) -> Void) {
    let (heads, tails, intervals) = (heads, tails, intervals)
    next.withUnsafeMutableBufferPointer { next in
      for edge in 0..<next.count where next[edge] <= round {
        body(Int(heads[edge]), Int(tails[edge]))
        next[edge] += intervals[edge]
      }
    }
  }
}

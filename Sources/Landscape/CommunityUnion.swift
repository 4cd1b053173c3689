/// Joins communities until there are as few as are wanted.
struct CommunityUnion {
  private var strengths: [Double]
  /// The weight between two communities, in both of them.
  private var links: [[Int: Double]]
  private let total: Double

  init(_ graph: WeightedGraph, _ membership: [Int]) {
    let count = (membership.max() ?? -1) + 1
    strengths = [Double](repeating: 0, count: count)
    links = [[Int: Double]](repeating: [:], count: count)
    for node in 0..<graph.count {
      let own = membership[node]
      strengths[own] += graph.strength(of: node)
      for (other, weight) in graph.edges(of: node) where membership[Int(other)] != own {
        links[own][membership[Int(other)], default: 0] += Double(weight)
      }
    }
    total = max(strengths.reduce(0, +), .leastNormalMagnitude)
  }

  /// Joins two at a time, the smaller-numbered one's number staying: the pair that is linked most beyond what chance would have it,
  /// relative to that, so that the great ones do not take all.
  consuming func join(_ membership: inout [Int], until wanted: Int) throws(CancellationError) {
    // What has no edges is no group.
    var left = Set(membership).filter { strengths[$0] > 0 }.sorted()
    while left.count > wanted {
      if Task.isCancelled { throw CancellationError() }
      var best: (first: Int, second: Int, ratio: Double)?
      for first in left {
        for (second, weight) in links[first] where second > first {
          let ratio = weight * total / max(strengths[first] * strengths[second], .leastNormalMagnitude)
          let isBetter = best.map { ratio > $0.ratio || ratio == $0.ratio && (first, second) < ($0.first, $0.second) }
          if isBetter ?? true { best = (first, second, ratio) }
        }
      }
      // Without any link the two smallest, of equal ones the first.
      let bySize = left.sorted { (strengths[$0], $0) < (strengths[$1], $1) }
      let (first, second) = best.map { ($0.first, $0.second) } ?? (min(bySize[0], bySize[1]), max(bySize[0], bySize[1]))
      strengths[first] += strengths[second]
      for (other, weight) in links[second] where other != first {
        links[first][other, default: 0] += weight
        links[other][first, default: 0] += weight
        links[other][second] = nil
      }
      links[first][second] = nil
      links[second] = [:]
      for index in membership.indices where membership[index] == second { membership[index] = first }
      left.removeAll { $0 == second }
    }
  }
}

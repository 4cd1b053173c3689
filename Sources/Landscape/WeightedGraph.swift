/// An undirected graph with weights above 0, each edge at both of its ends.
public struct WeightedGraph: Sendable {
  /// Where the edges of a node begin in ``targets``; one more than there are nodes.
  let offsets: [Int]
  /// The other ends, ascending within a node.
  let targets: [Int32]
  /// Likewise.
  let weights: [Float]
  /// Of a node with itself, each counted twice as in the sum of a node's weights.
  let loops: [Float]

  /// Nodes.
  public var count: Int { offsets.count - 1 }

  /// - Parameters:
  ///   - count: nodes.
  ///   - edges: each edge once or several times, with its ends in any order; those of one pair are added up.
  package init(count: Int, edges: [(first: Int, second: Int, weight: Float)]) {
    var loops = [Float](repeating: 0, count: count)
    var degrees = [Int](repeating: 0, count: count)
    for edge in edges where edge.first != edge.second {
      degrees[edge.first] += 1
      degrees[edge.second] += 1
    }
    var starts = [0]
    for degree in degrees { starts.append(starts[starts.count - 1] + degree) }
    var all = [(target: Int32, weight: Float)](repeating: (0, 0), count: starts[count])
    var next = starts
    for edge in edges {
      guard edge.first != edge.second else {
        loops[edge.first] += 2 * edge.weight
        continue
      }
      all[next[edge.first]] = (Int32(edge.second), edge.weight)
      next[edge.first] += 1
      all[next[edge.second]] = (Int32(edge.first), edge.weight)
      next[edge.second] += 1
    }
    var offsets = [0]
    var targets: [Int32] = []
    var weights: [Float] = []
    targets.reserveCapacity(all.count)
    weights.reserveCapacity(all.count)
    for node in 0..<count {
      // Of equal targets the weights are added in the order of the edges: sorting is stable by the index.
      let own = all[starts[node]..<starts[node + 1]].enumerated().sorted {
        ($0.element.target, $0.offset) < ($1.element.target, $1.offset)
      }
      for (_, edge) in own {
        if targets.count > offsets[node], targets[targets.count - 1] == edge.target {
          weights[weights.count - 1] += edge.weight
        } else {
          targets.append(edge.target)
          weights.append(edge.weight)
        }
      }
      offsets.append(targets.count)
    }
    (self.offsets, self.targets, self.weights, self.loops) = (offsets, targets, weights, loops)
  }

  /// The other ends of a node's edges with their weights.
  public func edges(of node: Int) -> Zip2Sequence<ArraySlice<Int32>, ArraySlice<Float>> {
    let range = offsets[node]..<offsets[node + 1]
    return zip(targets[range], weights[range])
  }

  /// The sum of a node's weights.
  func strength(of node: Int) -> Double {
    weights[offsets[node]..<offsets[node + 1]].reduce(Double(loops[node])) { $0 + Double($1) }
  }
}

extension WeightedGraph {
  /// How surely two vectors belong together, seen from where each stands: the fuzzy simplicial set of UMAP (McInnes, Healy and
  /// Melville 2018, arXiv:1802.03426, algorithms 2 and 3). The nearest neighbour of a vector has the weight 1, and those of all
  /// add up to log2 of their number, so that what is dense and what is sparse have edges alike.
  /// - Parameter least: neighbours of a lower cosine are none.
  public init(_ table: NeighborTable, above least: Float = -1) {
    var edges: [(first: Int, second: Int, weight: Float)] = []
    edges.reserveCapacity(table.count * table.width)
    var strengths: [UInt64: Float] = [:]
    strengths.reserveCapacity(table.count * table.width)
    for row in 0..<table.count {
      let near = table.neighbors(of: row).filter { $0.0 >= 0 && $0.1 >= least }
      for ((other, _), strength) in zip(near, Self.strengths(near.map { max(0, 1 - $0.1) })) {
        strengths[UInt64(row) << 32 | UInt64(other)] = strength
      }
    }
    for row in 0..<table.count {
      for (other, similarity) in table.neighbors(of: row) where other >= 0 && similarity >= least {
        let there = strengths[UInt64(row) << 32 | UInt64(other)] ?? 0
        let back = strengths[UInt64(other) << 32 | UInt64(row)]
        // Seen from both ends, an edge is taken from the first.
        if back != nil, other < row { continue }
        let weight = there + (back ?? 0) - there * (back ?? 0)
        if weight > 0 { edges.append((row, Int(other), weight)) }
      }
    }
    self.init(count: table.count, edges: edges)
  }

  /// exp(-(distance - nearest) / spread), with the spread by which they add up to log2 of their number.
  /// - Parameter distances: ascending.
  package static func strengths(_ distances: [Float]) -> [Float] {
    guard let nearest = distances.first(where: { $0 > 0 }) else { return distances.map { _ in 1 } }
    let target = max(1, Exponentials.log2(Float(distances.count)))
    var (low, high, spread) = (Float(0), Float.infinity, Float(1))
    for _ in 0..<64 {
      let sum = distances.reduce(Float(0)) { $0 + Exponentials.exp(-max(0, $1 - nearest) / spread) }
      if abs(sum - target) < 1e-5 { break }
      if sum > target { high = spread } else { low = spread }
      spread = high.isFinite ? (low + high) / 2 : spread * 2
    }
    // No narrower than a thousandth of the mean distance, as the reference has it.
    spread = max(spread, 1e-3 * distances.reduce(0, +) / Float(distances.count))
    return distances.map { $0 > nearest ? Exponentials.exp(-($0 - nearest) / spread) : 1 }
  }
}

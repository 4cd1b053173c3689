/// Groups of nodes that are joined more closely than chance would have it: modularity (Newman 2004) with a resolution, by the Leiden
/// algorithm (Traag, Waltman and van Eck 2019, doi:10.1038/s41598-019-41695-z), whose groups hang together. Where the paper draws a
/// community by chance in its refinement, the best one is taken, and nodes are visited in one shuffled order: the same graph has the same groups.
///
/// Written here since igraph and leidenalg are GPL and bring a numerical stack; the algorithm is three loops.
public struct Communities: Sendable, Equatable {
  /// Of each node the number of its community, from 0, in the order of their first nodes.
  public let membership: [Int]
  /// How many there are.
  public let count: Int

  /// Rounds over the whole graph; later ones hardly change anything.
  private static let rounds = 4

  /// - Parameters:
  ///   - resolution: above 0; the greater, the more and the smaller are the communities.
  ///   - count: exactly so many of nodes with edges, where there are as many of these: those of a finer division are joined, two at a time, the pair first whose
  ///     union has the most modularity. Nil for as many as there are.
  /// - Throws: where the task is cancelled.
  public init(of graph: WeightedGraph, resolution: Double = 1, count: Int? = nil) throws(CancellationError) {
    var found = try Self.membership(graph, resolution: resolution)
    let joined = graph.count - Self.alone(graph).count
    if let count, joined > 0 {
      let wanted = max(1, min(count, joined))
      var finer = resolution
      while Self.count(found) - (graph.count - joined) < wanted {
        finer *= 2
        // Beyond any structure every node is alone.
        found = finer < 1e6 ? try Self.membership(graph, resolution: finer) : Array(0..<graph.count)
      }
      try CommunityUnion(graph, found).join(&found, until: wanted)
    }
    membership = Self.numbered(found)
    self.count = Self.count(membership)
  }

  /// Modularity at a resolution, at most 1.
  public func modularity(in graph: WeightedGraph, resolution: Double = 1) -> Double {
    var (inside, strengths) = (0.0, [Double](repeating: 0, count: count))
    for node in 0..<graph.count {
      strengths[membership[node]] += graph.strength(of: node)
      inside += Double(graph.loops[node])
      for (other, weight) in graph.edges(of: node) where membership[Int(other)] == membership[node] {
        inside += Double(weight)
      }
    }
    let total = strengths.reduce(0, +)
    guard total > 0 else { return 0 }
    return inside / total - resolution * strengths.reduce(0) { $0 + $1 * $1 } / (total * total)
  }

  private static func membership(_ graph: WeightedGraph, resolution: Double) throws(CancellationError) -> [Int] {
    var best = Array(0..<graph.count)
    for _ in 0..<rounds {
      let before = best
      var partition = CommunityPartition(graph, before, resolution: resolution)
      // The node of the graph at hand that a node of the first one is part of.
      var nodes = Array(0..<graph.count)
      while true {
        if Task.isCancelled { throw CancellationError() }
        partition.moveNodes()
        let refined = partition.refined()
        best = nodes.map { partition.membership[$0] }
        guard refined.count < partition.graph.count else { break }
        nodes = nodes.map { refined.membership[$0] }
        partition = partition.joined(by: refined.membership, count: refined.count)
      }
      best = numbered(best)
      if best == before { break }
    }
    return best
  }

  private static func numbered(_ membership: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return membership.map { community in
      if let number = numbers[community] { return number }
      numbers[community] = numbers.count
      return numbers.count - 1
    }
  }

  /// Nodes without edges.
  private static func alone(_ graph: WeightedGraph) -> [Int] {
    (0..<graph.count).filter { graph.offsets[$0] == graph.offsets[$0 + 1] }
  }

  private static func count(_ membership: [Int]) -> Int { Set(membership).count }
}

/// A graph and a division of its nodes.
struct CommunityPartition {
  let graph: WeightedGraph
  let resolution: Double
  private(set) var membership: [Int]
  private let strengths: [Double]
  /// Of each community the sum of its nodes'.
  private var totals: [Double]
  private var sizes: [Int]
  private let total: Double

  init(_ graph: WeightedGraph, _ membership: [Int], resolution: Double) {
    self.graph = graph
    self.resolution = resolution
    self.membership = membership
    strengths = (0..<graph.count).map { graph.strength(of: $0) }
    total = max(strengths.reduce(0, +), .leastNormalMagnitude)
    totals = [Double](repeating: 0, count: graph.count)
    sizes = [Int](repeating: 0, count: graph.count)
    for (node, community) in membership.enumerated() {
      totals[community] += strengths[node]
      sizes[community] += 1
    }
  }

  /// Moves nodes to the community of a neighbour, or to one of their own, as long as that adds modularity.
  mutating func moveNodes() {
    var queue = Self.order(graph.count)
    var isQueued = [Bool](repeating: true, count: graph.count)
    var links = [Double](repeating: 0, count: graph.count)
    var near: [Int] = []
    var free = membership.indices.filter { sizes[$0] == 0 }
    var head = 0
    while head < queue.count {
      let node = queue[head]
      head += 1
      isQueued[node] = false
      let own = membership[node]
      for (other, weight) in graph.edges(of: node) {
        let community = membership[Int(other)]
        if links[community] == 0 { near.append(community) }
        links[community] += Double(weight)
      }
      totals[own] -= strengths[node]
      let share = resolution * strengths[node] / total
      var best = (community: own, gain: links[own] - share * totals[own])
      for community in near {
        let gain = links[community] - share * totals[community]
        if gain > best.gain + 1e-9 || gain > best.gain - 1e-9 && community < best.community && best.community != own {
          best = (community, gain)
        }
      }
      if best.gain < -1e-9, sizes[own] > 1, let empty = free.popLast() { best.community = empty }
      for community in near { links[community] = 0 }
      near.removeAll(keepingCapacity: true)
      totals[best.community] += strengths[node]
      guard best.community != own else { continue }
      membership[node] = best.community
      sizes[own] -= 1
      sizes[best.community] += 1
      if sizes[own] == 0 { free.append(own) }
      for (other, _) in graph.edges(of: node) where !isQueued[Int(other)] && membership[Int(other)] != best.community {
        isQueued[Int(other)] = true
        queue.append(Int(other))
      }
    }
  }

  /// Divides each community into parts that hang together: nodes that are alone join the part of their community with which they have
  /// the most modularity, where node and part are joined well enough to the rest.
  func refined() -> (membership: [Int], count: Int) {
    var parts = Array(0..<graph.count)
    var partTotals = strengths
    var isAlone = [Bool](repeating: true, count: graph.count)
    // Of each part, and so of each node first, the weight to the rest of its community.
    var outside = [Double](repeating: 0, count: graph.count)
    for node in 0..<graph.count {
      for (other, weight) in graph.edges(of: node) where membership[Int(other)] == membership[node] {
        outside[node] += Double(weight)
      }
    }
    var links = [Double](repeating: 0, count: graph.count)
    for node in Self.order(graph.count) where isAlone[node] {
      let whole = totals[membership[node]]
      func isJoined(_ part: Int) -> Bool {
        outside[part] >= resolution * partTotals[part] * (whole - partTotals[part]) / total - 1e-12
      }
      guard isJoined(node) else { continue }
      var near: [Int] = []
      for (other, weight) in graph.edges(of: node) where membership[Int(other)] == membership[node] {
        let part = parts[Int(other)]
        if links[part] == 0 { near.append(part) }
        links[part] += Double(weight)
      }
      var best: (part: Int, gain: Double)?
      for part in near where isJoined(part) {
        let gain = links[part] - resolution * strengths[node] * partTotals[part] / total
        if gain > 0, gain > best?.gain ?? 0 || gain == best?.gain && part < best?.part ?? part { best = (part, gain) }
      }
      if let best {
        // What stood between both is inside now.
        outside[best.part] += outside[node] - 2 * links[best.part]
        partTotals[best.part] += strengths[node]
        parts[node] = best.part
        isAlone[best.part] = false
      }
      for part in near { links[part] = 0 }
    }
    var numbers = [Int](repeating: -1, count: graph.count)
    var count = 0
    let membership = parts.map { part in
      if numbers[part] < 0 {
        numbers[part] = count
        count += 1
      }
      return numbers[part]
    }
    return (membership, count)
  }

  /// The graph whose nodes are parts of this one's, in the same communities.
  func joined(by parts: [Int], count: Int) -> CommunityPartition {
    var communities = [Int](repeating: 0, count: count)
    for (node, part) in parts.enumerated() { communities[part] = membership[node] }
    var numbers: [Int: Int] = [:]
    communities = communities.map { community in
      let number = numbers[community] ?? numbers.count
      numbers[community] = number
      return number
    }
    return CommunityPartition(graph.joined(by: parts, count: count), communities, resolution: resolution)
  }

  /// Every node once.
  private static func order(_ count: Int) -> [Int] {
    var random = SplitMix64(seed: 1)
    return (0..<count).shuffled(using: &random)
  }
}

extension WeightedGraph {
  /// The graph whose nodes are sets of this one's.
  func joined(by parts: [Int], count: Int) -> WeightedGraph {
    var edges: [(first: Int, second: Int, weight: Float)] = []
    for node in 0..<self.count {
      if loops[node] > 0 { edges.append((parts[node], parts[node], loops[node] / 2)) }
      for (other, weight) in self.edges(of: node) where Int(other) > node {
        edges.append((parts[node], parts[Int(other)], weight))
      }
    }
    return WeightedGraph(count: count, edges: edges)
  }
}

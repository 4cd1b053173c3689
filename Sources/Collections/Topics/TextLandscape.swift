import Encoder
import Landscape

/// Who is near whom among some texts: what groups, maps and near copies are made of. Equal texts are one.
public struct TextLandscape: Sendable {
  /// Neighbours of a text, at most, as UMAP and leidenalg's users have it.
  private static let mostNeighbors = 15
  /// Of few texts each has fewer, since else all would be joined with all.
  private static let textsPerNeighbor = 4
  private static let leastNeighbors = 3

  /// Of each distinct text where it stands in the list, ascending; the distinct ones in the order of their first.
  public let places: [[Int]]
  let texts: [String]
  /// Of the distinct texts.
  public let vectors: [[Float]]
  let neighbors: NeighborTable
  let graph: WeightedGraph

  /// - Parameters:
  ///   - texts: what each says.
  ///   - vectors: of each, of length 1 or 0.
  ///   - progress: told of every step: texts whose neighbours are known, of how many.
  /// - Throws: where the task is cancelled.
  public init(
    _ texts: [String], _ vectors: [[Float]],
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws {
    precondition(texts.count == vectors.count, "a vector a text")
    var places: [[Int]] = []
    var known: [TextHash: Int] = [:]
    for (index, text) in texts.enumerated() {
      let hash = TextHash(text)
      if let place = known[hash] {
        places[place].append(index)
      } else {
        known[hash] = places.count
        places.append([index])
      }
    }
    self.places = places
    self.texts = places.map { texts[$0[0]] }
    let distinct = places.map { vectors[$0[0]] }
    self.vectors = distinct
    let width = max(Self.leastNeighbors, min(Self.mostNeighbors, distinct.count / Self.textsPerNeighbor))
    neighbors = try await NeighborTable(distinct, width: width, progress: progress)
    try Task.checkCancellation()
    graph = WeightedGraph(neighbors, above: max(CollectionQuery.floor, Self.meanCosine(distinct)))
  }

  /// Of all pairs: two texts that are no nearer than two of the list at random are no neighbours.
  private static func meanCosine(_ vectors: [[Float]]) -> Float {
    guard vectors.count > 2, var sum = vectors.first else { return -1 }
    for vector in vectors.dropFirst() { for index in sum.indices { sum[index] += vector[index] } }
    let count = Double(vectors.count)
    let ones = vectors.reduce(0.0) { $0 + Double(Vectors.dot($1, $1)) }
    return Float((Double(Vectors.dot(sum, sum)) - ones) / (count * (count - 1)))
  }

  /// Texts that say nearly the same, each group with its first text before what is near that, by cosine.
  /// - Parameters:
  ///   - minScore: the least cosine with the first.
  ///   - isApart: whether two distinct texts, by their numbers, may be copies of each other.
  public func nearCopies(
    minScore: Float, isApart: (_ one: Int, _ other: Int) -> Bool = { _, _ in true }
  ) -> [[(index: Int, score: Float)]] {
    nearGroups(minScore: minScore, isApart: isApart).all.map(\.texts)
  }

  func nearGroups(minScore: Float, isApart: (Int, Int) -> Bool) -> TextGroups {
    var pairs: [TextPair] = []
    for row in vectors.indices {
      for (other, score) in neighbors.neighbors(of: row) where score >= minScore && other >= 0 {
        let pair = TextPair(first: min(row, Int(other)), second: max(row, Int(other)), score: Vectors.withinUnit(score))
        // Both may name each other: one of them counts.
        if Int(other) < row, neighbors.neighbors(of: Int(other)).contains(where: { $0.0 == Int32(row) }) { continue }
        if isApart(pair.first, pair.second) { pairs.append(pair) }
      }
    }
    var groups = TextGroups()
    for pair in pairs.sorted() { groups.add(pair) }
    return groups
  }

  /// Where the distinct texts lie in a plane, so that what is near in meaning lies together; within a square of side 1 around 0.
  /// - Throws: where the task is cancelled.
  public func layout(
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> [(x: Float, y: Float)] {
    let components = try PrincipalComponents(of: vectors, count: 2)
    let start = vectors.map { vector -> (x: Float, y: Float) in
      let place = components.projected(vector)
      return (place.first ?? 0, place.count > 1 ? place[1] : 0)
    }
    return try PlaneLayout(graph, from: start, progress: progress).points
  }
}

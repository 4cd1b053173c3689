import Encoder
import GRDB

/// The vectors of a collection in memory: int8 codes, in the order of their ids, in blocks that a search keeps while a
/// write adds to the last one.
struct VectorTable: Sendable {
  static let blockRows = 4096

  /// The vectors of one range of ids.
  struct Segment: Sendable {
    /// Ascending; as many as the block has vectors.
    var ids: [Int64] = []
    /// Whether a chunk uses the vector; in the order of `ids`.
    var isUsed: [Bool] = []
    let block: VectorBlock
  }

  /// Which of a collection's tables of vectors.
  enum Source: String, Sendable {
    case texts = "vectors"
    case places

    /// Selects all but the texts that wait for their vectors.
    fileprivate var rows: String {
      "SELECT id, uses, scale, codes FROM \(rawValue) WHERE " + (self == .texts ? "priority IS NULL" : "true")
    }
  }

  let source: Source

  init(_ source: Source = .texts) {
    self.source = source
  }

  /// Of the collection when the rows were read; -1 for none.
  private(set) var generation = -1
  private(set) var segments: [Segment] = []
  /// Vectors that are in use.
  private(set) var usedCount = 0
  /// Those out of use when all rows were read.
  private var unusedWhenRead = 0
  /// Finds near rows among the first ones of a large table; the rows behind them are scanned.
  var graph: NeighborGraph?
  /// Why the graph that is stored is not ``graph``.
  var graphProblem: GraphProblem?

  /// All rows, used or not.
  var rowCount: Int { segments.isEmpty ? 0 : (segments.count - 1) * Self.blockRows + (segments.last?.ids.count ?? 0) }

  /// Of all rows, ascending.
  var ids: [Int64] { segments.flatMap(\.ids) }

  /// Vectors that come out of use before all rows are read anew, where a fourth of those in use is less: the file does not keep them
  /// for ever, and a process that edits a collection for days must not either.
  private static let mostUnused = blockRows

  /// Reads what changed since `generation`.
  mutating func refresh(_ database: Database, dimensions: Int) throws {
    guard let now = try Int.fetchOne(database.cachedStatement(sql: "SELECT generation FROM collection")) else { return }
    // A search that began before the last refresh sees an older state of the file; what was added since is then no hit.
    guard now > generation else { return }
    // The rows of a graph stay where they are until it is made anew.
    let unused = rowCount - usedCount - unusedWhenRead
    if graph == nil, unused > max(usedCount / 4, Self.mostUnused) { forget() }
    let isWhole = generation < 0
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: isWhole
          ? "\(source.rows) ORDER BY id" : "\(source.rows) AND changed > ? ORDER BY id"),
      arguments: isWhole ? [] : [generation])
    while let row = try rows.next() {
      try set(row, dimensions: dimensions)
    }
    if isWhole { unusedWhenRead = rowCount - usedCount }
    generation = now
  }

  private mutating func forget() {
    var empty = VectorTable(source)
    empty.graphProblem = graphProblem
    self = empty
  }

  private mutating func set(_ row: Row, dimensions: Int) throws {
    // Read from the statement, where these kinds are never refused; NULL is.
    guard let id = row[0] as Int64?, let uses = row[1] as Int64?, let scale = row[2] as Double? else {
      throw CollectionError(.damaged, detail: "a vector without its id, uses or scale")
    }
    let isUsed = uses > 0
    if let (segment, row) = place(of: id) {
      usedCount += (isUsed ? 1 : 0) - (segments[segment].isUsed[row] ? 1 : 0)
      segments[segment].isUsed[row] = isUsed
      return
    }
    if segments.last.map({ $0.ids.count == Self.blockRows }) ?? true {
      segments.append(Segment(block: VectorBlock(dimensions: dimensions, capacity: Self.blockRows)))
    }
    let last = segments.count - 1
    try row.withUnsafeData(atIndex: 3) { data in
      guard let data, data.count == dimensions else {
        throw CollectionError(.damaged, detail: "vector \(id) has \(data?.count ?? 0) of \(dimensions) codes")
      }
      data.withUnsafeBytes { segments[last].block.set(segments[last].ids.count, codes: $0, scale: Float(scale)) }
    }
    segments[last].ids.append(id)
    segments[last].isUsed.append(isUsed)
    usedCount += isUsed ? 1 : 0
  }

  /// Where a vector is; nil where it is not.
  private func place(of id: Int64) -> (segment: Int, row: Int)? {
    guard let greatest = segments.last?.ids.last, id <= greatest else { return nil }
    let segment = segments.partitionPoint { ($0.ids.last ?? 0) < id }
    let row = segments[segment].ids.partitionPoint { $0 < id }
    return segments[segment].ids[row] == id ? (segment, row) : nil
  }

  /// A row as a vector of length 1, but for the rounding of its codes.
  func unitVector(row: Int) -> [Float] {
    var vector = segments[row / Self.blockRows].block.codes(row % Self.blockRows).map(Float.init)
    Vectors.normalize(&vector)
    return vector
  }

  // MARK: Search

  /// The vectors with the greatest products, best first.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - allowed: takes part in the choice; nil for every vector in use. With it, every row is looked at.
  func nearest(_ query: QuantizedVector, count: Int, allowed: Set<Int64>?) -> [Int64] {
    var best = BestScores<Int64>(count: count)
    let indexed = allowed == nil ? offerNeighbours(of: query, to: &best, count: count) : 0
    for (index, segment) in segments.enumerated() where (index + 1) * Self.blockRows > indexed {
      let rows = max(indexed - index * Self.blockRows, 0)..<segment.ids.count
      guard !rows.isEmpty else { continue }
      let scores = segment.block.scores(query, rows: rows)
      for (score, row) in zip(scores, rows) where score > best.least && segment.isUsed[row] {
        if let allowed, !allowed.contains(segment.ids[row]) { continue }
        best.offer(segment.ids[row], score: score)
      }
    }
    return best.sorted().map(\.item)
  }

  /// The cosine of a vector and a row, but for rounding; nil where the row is not there.
  func score(_ query: QuantizedVector, of id: Int64) -> Float? {
    guard let (segment, row) = place(of: id) else { return nil }
    return Vectors.withinUnit(query.scale * segments[segment].block.scores(query, rows: row..<row + 1)[0])
  }

  /// Offers what the graph finds.
  /// - Returns: the rows, from 0, that need no scan.
  private func offerNeighbours(of query: QuantizedVector, to best: inout BestScores<Int64>, count: Int) -> Int {
    guard let graph else { return 0 }
    let indexed = min(graph.count, rowCount)
    let used = graph.nearest(query, count: count, effort: max(2 * count, 256)).filter { row in
      row < indexed && segments[row / Self.blockRows].isUsed[row % Self.blockRows]
    }
    // Removed rows stay in the graph. Where they are most of what is near, the used ones lie behind them.
    guard used.count > count / 2 else { return 0 }
    for row in used {
      let (segment, index) = (segments[row / Self.blockRows], row % Self.blockRows)
      best.offer(segment.ids[index], score: segment.block.scores(query, rows: index..<index + 1)[0])
    }
    return indexed
  }
}

extension RandomAccessCollection where Index == Int {
  /// The first index whose element does not precede; the elements that do stand first.
  func partitionPoint(_ precedes: (Element) -> Bool) -> Int {
    var low = startIndex, high = endIndex
    while low < high {
      let middle = low + (high - low) / 2
      if precedes(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

import Encoder
import GRDB
import Platform

extension SQLiteCollection {
  static let graphSuffix = ".graph"
  static let partialSuffix = ".partial"

  private var graphFile: String { path + Self.graphSuffix }

  /// Inserts vectors that the graph lacks, and when none is left measures its recall and writes it to its file. Searches
  /// go on meanwhile: they wait for the rows of one call at most.
  ///
  /// A collection of as many chunks as the store's threshold gets a graph; one that has got one keeps it.
  /// - Parameter rows: how many of them at most; hundreds take tenths of a second.
  /// - Returns: how many are left; 0 too where the collection is to have no graph, or Akin was built without the library.
  /// - Throws: `storageFailed`, also without memory; `damaged`; `busy` where another process writes for too long.
  public func extendGraph(by rows: Int) async throws(CollectionError) -> Int {
    try await BlockingExecutor.waiting.host { () async throws(CollectionError) in try await link(rows) }
  }

  private func link(_ rows: Int) async throws(CollectionError) -> Int {
    guard NeighborGraph.isAvailable, let table = try await reading({ try tableToLink($0) }) else { return 0 }
    let blockRows = VectorTable.blockRows
    guard let graph = table.graph ?? NeighborGraph(dimensions: space.dimensions, blockRows: blockRows) else {
      throw CollectionError(.storageFailed, path: path, detail: "no memory for the graph")
    }
    if table.graph == nil { self.table.withLock { ($0.graph, $0.graphProblem) = (graph, nil) } }
    let linked = graph.count
    let missing = table.rowCount - linked
    guard missing > 0 else { return 0 }
    guard graph.insert(through: linked + min(rows, missing), blocks: table.segments.map(\.block)) else {
      throw CollectionError(.storageFailed, path: path, detail: "no memory for the graph")
    }
    guard missing <= rows else { return missing - rows }
    return try await save(graph, table) ? 0 : table.rowCount
  }

  /// The vectors, where they are to have a graph that they have not got whole.
  private func tableToLink(_ database: Database) throws -> VectorTable? {
    if table.withLock({ $0.graph }) == nil {
      let status = try graphStatus(database)
      if let status, status.problem == nil, status.linked == status.vectors { return nil }
      let chunks = try Int.fetchOne(database, sql: "SELECT count(*) FROM chunks") ?? 0
      guard status != nil || chunks >= store.graphThreshold else { return nil }
    }
    return try refreshedTable(database)
  }

  /// Writes the graph of all rows of a table. The transaction keeps other processes' graphs out.
  /// - Returns: false where the table holds vectors that were deleted: then it has to be read anew, and so the graph.
  private func save(_ graph: NeighborGraph, _ table: VectorTable) async throws(CollectionError) -> Bool {
    let recall = Self.recall(of: graph, table)
    let ids = table.ids
    return try await changing { pool in
      try writing(pool) { database in
        let stored = try Int.fetchOne(
          database, sql: "SELECT count(*) FROM vectors WHERE id <= ? AND priority IS NULL", arguments: [ids.last])
        guard stored == ids.count else {
          self.table.withLock { $0 = VectorTable() }
          return false
        }
        try StoredGraph.write(graph, ids: ids, recall: recall, to: graphFile, database)
        return true
      }
    }
  }

  // MARK: Status

  /// What is known of the graph; nil where there is none. Where no search has read it yet, its file is checked.
  public func graphStatus() async throws(CollectionError) -> GraphStatus? {
    try await reading { try graphStatus($0) }
  }

  private func graphStatus(_ database: Database) throws -> GraphStatus? {
    let stored = try StoredGraph(database)
    let (graph, found) = table.withLock { ($0.graph, $0.graphProblem) }
    guard stored != nil || graph != nil else { return nil }
    if let graph {
      let vectors =
        try Int.fetchOne(
          database,
          sql: """
            SELECT (SELECT count(*) FROM vectors) - (SELECT count(*) FROM vectors WHERE priority NOT NULL)
            """) ?? 0
      let linked = graph.count
      // Until a graph that is made anew is complete, the file tells of the one before.
      let recall = stored.flatMap { $0.rows <= linked ? $0.recall : nil }
      return GraphStatus(vectors: vectors, linked: linked, recall: recall, problem: nil)
    }
    let ids = try Int64.fetchAll(database, sql: "SELECT id FROM vectors WHERE priority IS NULL").sorted()
    let problem = found ?? stored?.problem(ids: ids, file: graphFile)
    let isUsed = problem == nil
    return GraphStatus(
      vectors: ids.count, linked: isUsed ? stored?.rows ?? 0 : 0, recall: isUsed ? stored?.recall : nil,
      problem: problem)
  }

  /// Why searches do not use the graph that is stored, as far as one has tried; nil where nothing is wrong.
  public var graphProblem: GraphProblem? { table.withLock { $0.graphProblem } }

  /// Whether a search has found so many vectors that there should be a graph, and no trace of one.
  public var lacksGraph: Bool {
    NeighborGraph.isAvailable
      && table.withLock { $0.graph == nil && $0.graphProblem == nil && $0.usedCount >= store.graphThreshold }
  }

  // MARK: Search

  /// The vectors as this state of the file has them.
  func refreshedTable(_ database: Database) throws -> VectorTable {
    try table.withLock { table in
      let isFirst = table.generation < 0
      try table.refresh(database, dimensions: space.dimensions)
      if isFirst, let stored = try StoredGraph(database) {
        switch stored.load(table, dimensions: space.dimensions, file: graphFile) {
        case .success(let graph): table.graph = graph
        case .failure(let problem): table.graphProblem = problem
        }
      }
      return table
    }
  }

  /// Of the ten vectors nearest to the midpoints of some pairs of stored ones, the part that the graph finds. A stored
  /// vector finds itself and its neighbours too easily; a midpoint is, like a query, no vector of the graph.
  private static func recall(of graph: NeighborGraph, _ table: VectorTable) -> Double {
    let samples = 64
    var (scanned, linked) = (table, table)
    (scanned.graph, linked.graph) = (nil, graph)
    var found = 0, all = 0
    for sample in 0..<samples {
      // Rows from all over the table, each in one pair: 37 and 64 have no common factor.
      let slots = [2 * sample, 2 * (37 * sample % samples) + 1]
      let pair = slots.map { table.unitVector(row: $0 * table.rowCount / (2 * samples)) }
      let query = QuantizedVector(zip(pair[0], pair[1]).map { $0 + $1 })
      let exact = Set(scanned.nearest(query, count: 10, allowed: nil))
      found += exact.intersection(linked.nearest(query, count: 10, allowed: nil)).count
      all += exact.count
    }
    return Double(found) / Double(max(all, 1))
  }
}

import Crypto
import Encoder
import GRDB

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The approximate index of a large collection: a graph of near neighbours over the vectors in memory, its links kept in
/// a file beside the collection's. What it finds is scored by float32 like everything else; it misses some neighbours.
public struct GraphStatus: Sendable, Equatable {
  /// Vectors in the graph; the others are scanned.
  public let rows: Int
  /// Of the ten nearest, the part that the graph finds, measured when it was last completed; nil before.
  public let recall: Double?
}

extension StoredCollection {
  /// Vectors from which on a graph is worth its memory: below, a scan takes few tens of milliseconds.
  public static let graphThreshold = 300_000

  static let graphSuffix = ".graph"

  /// Inserts vectors that the graph lacks, and when none is left measures its recall and writes it to its file. Searches
  /// go on meanwhile: they wait for the rows of one call at most.
  /// - Parameters:
  ///   - rows: how many of them at most; hundreds take tenths of a second.
  ///   - threshold: smaller collections get no graph.
  /// - Returns: how many are left; 0 too where the collection is too small, or Akin was built without the library.
  /// - Throws: `storageFailed`, also without memory; `damaged`.
  public func extendGraph(by rows: Int = 256, threshold: Int = graphThreshold) throws(CollectionError) -> Int {
    guard NeighborGraph.isAvailable else { return 0 }
    var table = try read { try refreshedTable($0) }
    guard table.usedCount >= threshold else { return 0 }
    let blockRows = VectorTable.blockRows
    guard let graph = table.graph ?? NeighborGraph(dimensions: space.dimensions, blockRows: blockRows) else {
      throw CollectionError(.storageFailed, path: path, detail: "no memory for the graph")
    }
    if table.graph == nil { self.table.withLock { $0.graph = graph } }
    table.graph = graph
    let count = graph.count
    let missing = table.rowCount - count
    guard missing > 0 else { return 0 }
    guard graph.insert(through: count + min(rows, missing), blocks: table.segments.map(\.block)) else {
      throw CollectionError(.storageFailed, path: path, detail: "no memory for the graph")
    }
    if missing <= rows { try save(graph, table) }
    return max(missing - rows, 0)
  }

  /// What is known of the graph; nil where there is none.
  public func graphStatus() throws(CollectionError) -> GraphStatus? {
    guard let graph = table.withLock({ $0.graph }) else { return nil }
    let recall = try read { try Double.fetchOne($0, sql: "SELECT recall FROM graph") }
    return GraphStatus(rows: graph.count, recall: recall)
  }

  /// The vectors as this state of the file has them.
  func refreshedTable(_ database: Database) throws -> VectorTable {
    try table.withLock { table in
      let isFirst = table.generation < 0
      try table.refresh(database, dimensions: space.dimensions)
      if isFirst { table.graph = try storedGraph(of: table, database) }
      return table
    }
  }

  // MARK: File

  private func save(_ graph: NeighborGraph, _ table: VectorTable) throws(CollectionError) {
    let file = path + Self.graphSuffix
    let partial = file + ".partial"
    guard graph.save(to: partial), let hash = Self.hash(of: partial), rename(partial, file) == 0 else {
      unlink(partial)
      throw CollectionError(.storageFailed, path: file, detail: "the graph cannot be written")
    }
    let recall = Self.recall(of: graph, table)
    try storing(path) {
      try pool.write { database in
        try database.execute(
          sql: "INSERT OR REPLACE INTO graph (one, rows, ids_hash, file_hash, recall) VALUES (1, ?, ?, ?, ?)",
          arguments: [
            table.rowCount, Blob.bytes(Self.hash(ofIDs: table, rows: table.rowCount)), Blob.bytes(hash), recall,
          ])
      }
    }
  }

  /// The graph of the file, if it is of these vectors and unchanged; else none, and it is made anew.
  private func storedGraph(of table: VectorTable, _ database: Database) throws -> NeighborGraph? {
    guard let row = try Row.fetchOne(database, sql: "SELECT rows, ids_hash, file_hash FROM graph") else { return nil }
    let rows = try row.integer(0)
    let file = path + Self.graphSuffix
    guard rows <= table.rowCount, try Blob.bytes(row, 1) == Self.hash(ofIDs: table, rows: rows),
      try Blob.bytes(row, 2) == Self.hash(of: file)
    else { return nil }
    return NeighborGraph(
      path: file, dimensions: space.dimensions, blockRows: VectorTable.blockRows,
      blocks: Array(table.segments.map(\.block).prefix((rows + VectorTable.blockRows - 1) / VectorTable.blockRows)))
  }

  private static func hash(ofIDs table: VectorTable, rows: Int) -> [UInt8] {
    var hash = SHA256()
    var rest = rows
    for segment in table.segments where rest > 0 {
      segment.ids.prefix(rest).withUnsafeBytes { hash.update(bufferPointer: $0) }
      rest -= segment.ids.count
    }
    return Array(hash.finalize())
  }

  private static func hash(of file: String) -> [UInt8]? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { closeFile(descriptor) }
    var hash = SHA256()
    var offset: off_t = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
      guard count > 0 else { return count == 0 ? Array(hash.finalize()) : nil }
      hash.update(data: buffer[0..<count])
      offset += off_t(count)
    }
  }

  // MARK: Recall

  /// Of the ten vectors nearest to some of the stored ones, the part that the graph finds.
  private static func recall(of graph: NeighborGraph, _ table: VectorTable) -> Double {
    let samples = 64
    var scanned = table
    scanned.graph = nil
    var found = 0, all = 0
    for sample in 0..<samples {
      let row = sample * (table.rowCount / samples)
      let block = table.segments[row / VectorTable.blockRows].block
      let query = QuantizedVector(codes: block.codes(row % VectorTable.blockRows), scale: 1)
      let exact = Set(scanned.nearest(query, count: 10, allowed: nil))
      found += exact.intersection(table.nearest(query, count: 10, allowed: nil)).count
      all += exact.count
    }
    return Double(found) / Double(max(all, 1))
  }
}

/// The system's `close`, which inside a collection is the collection's own.
private func closeFile(_ descriptor: Int32) {
  _ = close(descriptor)
}

import Digests
import Encoder
import GRDB
import Platform

/// What a collection's file tells of its graph's: enough to know whether the two, and the vectors, belong together.
struct StoredGraph {
  /// Vectors in it: those with the least ids.
  let rows: Int
  let recall: Double
  private let idsHash: [UInt8]
  private let fileHash: [UInt8]

  /// The row of the graph; nil where none is stored.
  init?(_ database: Database) throws {
    guard let row = try Row.fetchOne(database, sql: "SELECT rows, recall, ids_hash, file_hash FROM graph") else {
      return nil
    }
    (rows, recall) = (try row.integer(0), try row.number(1))
    (idsHash, fileHash) = (try Blob.bytes(row, 2) ?? [], try Blob.bytes(row, 3) ?? [])
  }

  /// Writes a graph's file and its row, one in place of those before.
  /// - Parameters:
  ///   - ids: of the vectors in the graph, ascending.
  ///   - recall: as measured.
  ///   - file: beside the collection's.
  static func write(
    _ graph: NeighborGraph, ids: [Int64], recall: Double, to file: String, _ database: Database
  ) throws {
    let partial = file + SQLiteCollection.partialSuffix
    PrivateFile.prepare(partial)
    guard graph.save(to: partial), let hash = hash(ofFile: partial), rename(partial, file) == 0 else {
      unlink(partial)
      throw CollectionError(.storageFailed, path: file, detail: "the graph cannot be written")
    }
    try database.execute(
      sql: "INSERT OR REPLACE INTO graph (one, rows, ids_hash, file_hash, recall) VALUES (1, ?, ?, ?, ?)",
      arguments: [ids.count, Blob.bytes(Self.hash(ids[...])), Blob.bytes(hash), recall])
  }

  /// Why the graph cannot be used; nil where it can.
  /// - Parameter ids: of all vectors that the collection has, ascending.
  func problem(ids: [Int64], file: String) -> GraphProblem? {
    guard NeighborGraph.isAvailable else { return .unsupported }
    guard rows <= ids.count, Self.hash(ids[..<rows]) == idsHash else { return .outdated }
    return Self.hash(ofFile: file) == fileHash ? nil : .damaged
  }

  /// Reads the graph of a table's first rows.
  func load(_ table: VectorTable, dimensions: Int, file: String) -> Result<NeighborGraph, GraphProblem> {
    if let problem = problem(ids: table.ids, file: file) { return .failure(problem) }
    let blocks = (rows + VectorTable.blockRows - 1) / VectorTable.blockRows
    let graph = NeighborGraph(
      path: file, dimensions: dimensions, blockRows: VectorTable.blockRows,
      blocks: Array(table.segments.map(\.block).prefix(blocks)))
    return graph.map { .success($0) } ?? .failure(.damaged)
  }

  private static func hash(_ ids: ArraySlice<Int64>) -> [UInt8] {
    var hash = SHA256()
    ids.withUnsafeBytes { hash.update($0) }
    return hash.finalize()
  }

  /// Nil where it cannot be read.
  private static func hash(ofFile path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var hash = SHA256()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return count == 0 ? hash.finalize() : nil }
      hash.update(buffer[..<count])
    }
  }
}

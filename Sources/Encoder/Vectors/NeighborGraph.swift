import CNeighbors
import Synchronization

/// A graph of near neighbours over the rows of vector blocks (HNSW, by hnswlib): finds most of the nearest rows in a small
/// part of the time of a scan. It keeps the links alone; the vectors stay in their blocks.
///
/// Calls of several threads wait for each other.
public final class NeighborGraph: Sendable {
  /// Neighbours a row and level; twice as many on the lowest. hnswlib's own default.
  public static let links = 16
  /// Candidates that are looked at for each row that is inserted.
  public static let insertEffort = 120

  /// Whether the library was there when Akin was built.
  public static var isAvailable: Bool { akin_graph_available() != 0 }

  private struct State {
    // Sound to send: the one pointer to the graph is in this lock.
    nonisolated(unsafe) let graph: OpaquePointer
    var blocks: [VectorBlock] = []
  }

  private let dimensions: Int
  private let blockRows: Int
  private let state: Mutex<State>

  /// An empty graph.
  /// - Parameter blockRows: capacity of every block.
  /// - Returns: nil without the library, or without memory.
  public init?(dimensions: Int, blockRows: Int) {
    guard let graph = akin_graph_new(dimensions, blockRows, Self.links, Kernels.vectorTable.table.pointee.dot_rows_i8)
    else { return nil }
    self.dimensions = dimensions
    self.blockRows = blockRows
    state = Mutex(State(graph: graph))
  }

  /// The graph of a file that ``save(to:)`` wrote, unchanged: the caller has checked its bytes.
  /// - Parameter blocks: those whose rows are in it, filled as they were then.
  /// - Returns: nil without the library, where the file is another's, or where it has more rows than the blocks.
  public init?(path: String, dimensions: Int, blockRows: Int, blocks: [VectorBlock]) {
    let dot = Kernels.vectorTable.table.pointee.dot_rows_i8
    guard let graph = akin_graph_load(path, dimensions, blockRows, Self.links, dot) else { return nil }
    self.dimensions = dimensions
    self.blockRows = blockRows
    state = Mutex(State(graph: graph))
    guard count <= blocks.count * blockRows, state.withLock({ Self.add(blocks, to: &$0) }) else { return nil }
  }

  deinit {
    state.withLock { akin_graph_free($0.graph) }
  }

  /// Rows that are in it: those from 0 to this one.
  public var count: Int { state.withLock { akin_graph_count($0.graph) } }

  /// What does not hold although it always must; nil where all does. Looks at every link: for tests.
  package func checkInvariants() -> String? {
    state.withLock { akin_graph_is_sound($0.graph) != 0 } ? nil : "a link leads nowhere, or is there twice"
  }

  /// Inserts rows until so many are in it.
  /// - Parameters:
  ///   - rows: at most those that are written.
  ///   - blocks: all blocks, those that the graph knows first.
  /// - Returns: false without memory.
  public func insert(through rows: Int, blocks: [VectorBlock]) -> Bool {
    state.withLock { state in
      precondition(blocks.allSatisfy { $0.capacity == blockRows && $0.dimensions == dimensions })
      guard Self.add(Array(blocks.dropFirst(state.blocks.count)), to: &state) else { return false }
      while akin_graph_count(state.graph) < rows {
        guard akin_graph_insert(state.graph, Self.insertEffort) == 0 else { return false }
      }
      return true
    }
  }

  private static func add(_ blocks: [VectorBlock], to state: inout State) -> Bool {
    for block in blocks {
      let storage = block.storage
      guard akin_graph_add_block(state.graph, storage.codes, storage.scales) == 0 else { return false }
      state.blocks.append(block)
    }
    return true
  }

  /// Rows whose product with the query is among the greatest, best first.
  /// - Parameters:
  ///   - count: how many at most.
  ///   - effort: candidates that are kept on the way; more find more of the nearest, in more time.
  public func nearest(_ query: QuantizedVector, count: Int, effort: Int) -> [Int] {
    precondition(query.codes.count == dimensions)
    let count = min(count, self.count)
    let effort = min(effort, max(self.count, 1))
    var rows = [UInt32](repeating: 0, count: count)
    let found = state.withLock { akin_graph_search($0.graph, query.codes, count, effort, &rows) }
    return rows.prefix(found).map(Int.init)
  }

  /// Writes the links to a file.
  /// - Returns: false where it cannot be written.
  public func save(to path: String) -> Bool {
    state.withLock { akin_graph_save($0.graph, path) == 0 }
  }
}

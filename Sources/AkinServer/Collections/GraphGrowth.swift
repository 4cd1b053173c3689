import Collections
import Dispatch

/// Makes the approximate indexes of large collections in the background, one after the other, while searches scan what
/// is not in them yet.
struct GraphGrowth: Sendable {
  private let queue = DispatchQueue(label: "akin.graph", qos: .utility)
  private let log: ServerLog

  init(log: ServerLog) {
    self.log = log
  }

  /// Completes the graph of a collection that has one, or is large enough to get one, of `chunks` chunks.
  func grow(_ collection: StoredCollection, chunks: Int) {
    guard chunks >= StoredCollection.graphThreshold else { return }
    queue.async { [log] in
      do throws(CollectionError) {
        while try collection.extendGraph() > 0 {}
        guard let status = try collection.graphStatus(), let recall = status.recall else { return }
        log.write(.info, "\(collection.path): a graph of \(status.rows) vectors, recall \(recall)")
      } catch {
        // Searches go on scanning; the next change of the collection tries again.
        log.write(.problem, "\(collection.path): no graph: \(error)")
      }
    }
  }
}

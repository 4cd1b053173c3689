import AkinCollections
import Platform
import Synchronization

/// Makes the approximate indexes of large collections in the background, one of a store after the other, while searches scan
/// what is not in them yet.
final class GraphGrowth: Sendable {
  /// Vectors that are linked at once: some milliseconds, for which a search may have to wait.
  private static let piece = 32

  private let turns = StoreTurns()
  private let log: ServerLog
  /// Paths of collections whose turn has not ended.
  private let waiting = Mutex<Set<String>>([])

  init(log: ServerLog) {
    self.log = log
  }

  /// Completes the graph of a collection that has one, or is large enough to get one.
  /// - Returns: false where it waits for that already.
  @discardableResult
  func grow(_ collection: any CollectionStorage) -> Bool {
    guard waiting.withLock({ $0.insert(collection.path).inserted }) else { return false }
    Task(executorPreference: BlockingExecutor.background) { [self] in
      try await turns.lock(of: collection).withLock {
        // Whoever changes the collection from here on asks again.
        _ = waiting.withLock { $0.remove(collection.path) }
        await complete(collection)
      }
    }
    return true
  }

  /// Makes the graphs that a search wanted to use and could not, and those that nobody has begun.
  func mend(_ collections: [any CollectionStorage]) {
    for collection in collections {
      if collection.lacksGraph { grow(collection) }
      guard let problem = collection.graphProblem, problem != .unsupported, grow(collection) else { continue }
      log.write(.problem, "\(collection.path): the graph of near neighbours is made anew: \(problem)")
    }
  }

  private func complete(_ collection: any CollectionStorage) async {
    do throws(CollectionError) {
      let before = try await collection.graphStatus()
      while try await collection.extendGraph(by: Self.piece) > 0 {}
      guard let status = try await collection.graphStatus(), status != before, let recall = status.recall else {
        return
      }
      log.write(.info, "\(collection.path): a graph of \(status.linked) vectors, recall \(recall)")
    } catch {
      // It was dropped meanwhile.
      if case .unknown = error.kind { return }
      // Searches go on scanning; the next change of the collection tries again.
      log.write(.problem, "\(collection.path): no graph: \(error)")
    }
  }
}

import AkinCollections
import Engine
import Platform
import Synchronization

/// Gives the texts that wait their vectors in the background, one collection of a store after the other, while searches find them by their
/// words.
final class EmbeddingGrowth: Sendable {
  private struct State {
    /// Names of collections whose turn has not come.
    var waiting: Set<String> = []
    /// The work on a collection.
    var running: [String: Task<Void, any Error>] = [:]
  }

  private let turns = StoreTurns()
  private let log: ServerLog
  private let graphs: GraphGrowth
  private let state = Mutex(State())

  init(log: ServerLog, graphs: GraphGrowth) {
    self.log = log
    self.graphs = graphs
  }

  /// Embeds what waits in some collections, where anything does.
  /// - Parameter indexer: of the collections' model.
  func grow(_ collections: [any CollectionStorage], by indexer: Indexer) async throws(CollectionError) {
    for collection in collections where try await collection.pendingCount() > 0 { grow(collection, by: indexer) }
  }

  private func grow(_ collection: any CollectionStorage, by indexer: Indexer) {
    let name = collection.name
    state.withLock { state in
      guard state.running[name] == nil, state.waiting.insert(name).inserted else { return }
      state.running[name] = Task(executorPreference: BlockingExecutor.background) { [self] in
        defer { _ = self.state.withLock { $0.running.removeValue(forKey: name) } }
        try await turns.lock(of: collection).withLock {
          _ = self.state.withLock { $0.waiting.remove(name) }
          await complete(collection, by: indexer)
        }
      }
    }
  }

  /// Stops the work on a collection. What is embedded is kept; the next search goes on with it.
  /// - Returns: whether there was any.
  func cancel(_ name: String) -> Bool {
    guard let task = state.withLock({ $0.running[name] }) else { return false }
    task.cancel()
    return true
  }

  private func complete(_ collection: any CollectionStorage, by indexer: Indexer) async {
    do {
      let count = try await indexer.embedPending(in: collection, givesWay: true)
      log.write(.info, "\(collection.name): \(count) texts embedded in the background")
      graphs.grow(collection)
    } catch is CancellationError {
      return
    } catch let error as CollectionError {
      // It was dropped meanwhile.
      if case .unknown = error.kind { return }
      log.write(.problem, "\(collection.name): not all is embedded: \(error)")
    } catch {
      log.write(.problem, "\(collection.name): not all is embedded: \(error)")
    }
  }
}

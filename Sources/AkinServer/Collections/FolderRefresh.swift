import AkinCollections
import AkinProtocol
import Engine
import JSONRPC
import Platform

/// Brings the collection of a folder up to date that a client begins to work in, or in which files have changed, where the
/// folder has one. Nobody has asked for it: searches do not wait, a change that is asked for takes its place, and where no
/// file has changed the model is not even loaded.
struct FolderRefresh: Sendable {
  /// An absolute path without links.
  let folder: String
  /// What its collection is called.
  let collection: String
  let services: Services
  let showsProgress: Bool

  /// Between the first news of changed files and the look at them: a checkout is told in many messages.
  private static let pause = Duration.seconds(1)

  /// Begins in the background after a pause, and after what goes on already and may have missed the latest changes. What is
  /// told meanwhile is seen then.
  func startWhenRested(_ context: RPCContext) async {
    let collections = services.collections
    guard await collections.store.has(collection), collections.awaitRefresh(collection) else { return }
    Task(executorPreference: BlockingExecutor.background) {
      repeat { try await Task.sleep(for: Self.pause) } while await !start(context)
    }
  }

  /// Begins in the background.
  /// - Returns: false where it is under way already.
  @discardableResult
  func start(_ context: RPCContext) async -> Bool {
    let collections = services.collections
    guard await collections.store.has(collection) else {
      collections.beginRefresh(collection)
      return true
    }
    guard let turn = collections.order.upkeep(of: collection) else { return false }
    collections.beginRefresh(collection)
    Task(executorPreference: BlockingExecutor.background) {
      defer { turn.finish() }
      do {
        try await turn.whileUndisturbed { try await run(turn, showsProgress ? context : nil) }
      } catch {
        services.log.write(.info, "\(collection) is not brought up to date: \(error)")
      }
    }
    return true
  }

  private func run(_ turn: Turn, _ context: RPCContext?) async throws {
    let collections = services.collections
    let collection = try await collections.store.open(self.collection)
    guard collection.folder == folder else { return }
    guard
      try await Indexer.hasChanges(
        folder, collection, in: collections.store, keeping: collections.openKeys(under: folder))
    else {
      guard try await collection.pendingCount() > 0 else { return }
      let indexer = collections.indexer(try await services.engine.engine())
      return try await collections.embeddings.grow([collection], by: indexer)
    }
    let engine = try await services.engine.engine()
    let token = collections.works.begin(folder) { turn.stop() }
    defer { collections.works.end(token) }
    let progress = context.map { BackgroundProgress($0, token: token, title: "Indexing") }
    var end: String?
    defer { progress?.end(end) }
    let rate = IndexingRate()
    let indexer = Indexer(engine: engine, store: collections.store, extractor: services.options.extractor)
    let report = try await indexer.update(
      folder, as: collection.name, keeping: collections.openKeys(under: folder)
    ) {
      progress?.send(rate.step($0))
    }
    try await collections.settle(collection, engine: engine)
    collections.graphs.grow(collection)
    end = "\(report.added + report.updated) files indexed, \(report.removed) removed"
    services.log.write(.info, "\(collection.name): \(end ?? "")")
  }
}

import AkinCollections
import AkinProtocol
import Engine
import JSONRPC
import Platform

/// Indexes a folder in the background because a person has said so, by a command or in answer to a question. Searches do not wait
/// for it: they have what is there.
struct FolderIndexing: Sendable {
  /// The root of a scope: an absolute path without links.
  let folder: String
  let services: Services
  let session: Session

  /// What a person calls it.
  var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }

  /// Begins, unless somebody has asked for the same and it goes on. The person is told how it ends.
  func start(_ context: RPCContext) {
    let stop = Milestone()
    let works = services.collections.works
    guard let token = works.beginAsked(folder, cancel: { stop.reach() }) else { return }
    let turn = services.collections.order.change([folder], session: CollectionOrder.background)
    session.watch(context)
    Task(executorPreference: BlockingExecutor.background) {
      let outcome = await outcome(of: turn, until: stop, token, context)
      // Who is told of the end can begin anew.
      works.end(token)
      turn.finish()
      tell(outcome, context)
    }
  }

  private enum Outcome: Sendable {
    case done(IndexReport), stopped, failed(String)
  }

  private func outcome(
    of turn: Turn, until stop: Milestone, _ token: ProgressToken, _ context: RPCContext
  ) async -> Outcome {
    do {
      return .done(
        try await stop.ending {
          try await turn.wait()
          return try await index(token, context)
        })
    } catch {
      return stop.isReached || error is CancellationError ? .stopped : .failed("\(error)")
    }
  }

  private func index(_ token: ProgressToken, _ context: RPCContext) async throws -> IndexReport {
    let collections = services.collections
    collections.follow(folder)
    await session.followFiles(of: folder, services, context)
    let progress = session.showsProgress ? BackgroundProgress(context, token: token, title: "Indexing \(name)") : nil
    defer { progress?.end(nil) }
    let engine = try await services.engine.engine()
    let rate = IndexingRate()
    let indexer = Indexer(engine: engine, store: collections.store, extractor: services.options.extractor)
    let report = try await indexer.update(folder, keeping: collections.openKeys(under: folder)) {
      progress?.send(rate.step($0))
    }
    guard await collections.store.has(folder) else { return report }
    let collection = try await indexer.collection(folder, folder: folder)
    try await collections.settle(collection, engine: engine)
    collections.graphs.grow(collection)
    return report
  }

  private func tell(_ outcome: Outcome, _ context: RPCContext) {
    switch outcome {
    case .done(let report):
      let left = report.skipped.isEmpty ? "" : ", \(report.skipped.count) left out"
      // Short enough for the last line of an editor.
      let counts = [
        (report.added, "added"), (report.updated, "updated"), (report.removed, "removed"),
        (report.unchanged, "unchanged"),
      ].filter { $0.0 > 0 }.map { "\($0) \($1)" }.joined(separator: ", ")
      let moved = report.movedFrom.map { "; it was \($0) when it was indexed" } ?? ""
      show(.info, "\(name): \(counts.isEmpty ? "no files" : counts)\(left); \(report.chunks) chunks\(moved)", context)
    case .stopped: show(.info, "\(name): stopped; what was indexed so far is kept", context)
    case .failed(let reason): show(.error, "\(name) cannot be indexed: \(reason)", context)
    }
  }

  private func show(
    _ severity: LogMessageNotification.Parameters.Severity, _ message: String, _ context: RPCContext
  ) {
    services.log.write(.info, message)
    context.notify(
      ShowMessageNotification.name, LogMessageNotification.Parameters(severity: severity, message: message).json)
  }
}

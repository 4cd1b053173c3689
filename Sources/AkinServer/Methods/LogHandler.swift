import AkinCollections
import AkinProtocol
import Engine
import JSONRPC
import Platform

/// `log`
struct LogHandler: MethodHandler {
  typealias Method = LogMethod

  /// Nobody waits longer for another who reads the same history.
  private static let patience = Duration.seconds(60), step = Duration.milliseconds(200)

  func answer(_ parameters: LogMethod.Parameters, _ call: Call) async throws -> LogMethod.Result {
    try call.checkText(parameters.query, path: call.path("query"))
    let store = call.services.collections.store
    let repository: GitRepository
    do {
      repository = try await BlockingExecutor.reading.run { try GitRepository(around: parameters.folder.text) }
    } catch let error as HistoryError {
      throw ResponseError(
        akin: .invalidParams, path: call.path("folder"), expected: "a folder in a git repository",
        found: "\(error.folder)")
    }
    try store.requireReach(of: repository.collectionName)
    let engine = try await call.engine()
    let report = try await call.withProgress("Reading the history") { progress in
      try await update(repository, engine, call, progress)
    }
    guard report.commits > 0 else { return LogMethod.Result(repository: repository.folder, commits: 0, hits: []) }
    var query = HistoryQuery(parameters.query)
    query.topK = parameters.topK
    query.paths = parameters.path
    (query.since, query.until, query.author) = (parameters.since, parameters.until, parameters.author)
    query.mode = SearchMode(parameters.mode)
    let collection: any CollectionStorage = try await store.open(
      repository.collectionName, space: VectorSpace(of: engine))
    let hits = try await HistorySearch(collection, engine: engine).hits(query)
    return LogMethod.Result(
      repository: repository.folder, commits: report.commits, hits: hits.map(LogMethod.Hit.init), notes: report.notes)
  }

  private func update(
    _ repository: GitRepository, _ engine: Engine, _ call: Call, _ progress: WorkProgress
  ) async throws -> HistoryReport {
    let rate = IndexingRate()
    let indexer = call.services.collections.indexer(engine)
    let end = ContinuousClock.now + Self.patience
    do {
      while true {
        do {
          return try await indexer.update(historyOf: repository) { progress.report(rate.step($0)) }
        } catch let error as CollectionError where error.kind == .busy && ContinuousClock.now < end {
          // What another request or process has read is not read again.
          try await Task.sleep(for: Self.step)
        }
      }
    } catch let error as HistoryError {
      throw ResponseError(
        akin: .invalidParams, path: call.path("folder"), expected: "a repository that can be read",
        found: error.description)
    }
  }
}

extension LogMethod.Hit {
  /// A commit that was found.
  public init(_ hit: CommitHit) {
    self.init(
      commit: hit.commit, score: hit.score, similarity: hit.similarity, author: hit.author, authoredAt: hit.time,
      subject: hit.subject, path: hit.path, text: hit.text)
  }
}

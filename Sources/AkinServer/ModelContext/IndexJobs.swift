import AkinCollections
import Engine
import Synchronization

/// Indexing that goes on while tools answer with what is there: one job a folder, which all calls share.
final class IndexJobs: Sendable {
  /// One folder's.
  final class Job: Sendable {
    private struct State {
      var progress = IndexProgress()
      var result: Result<IndexReport, any Error>?
      var task: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let end = Milestone()

    /// How far it is.
    var progress: IndexProgress { state.withLock { $0.progress } }
    /// What has come of it; nil while it goes on.
    var result: Result<IndexReport, any Error>? { state.withLock { $0.result } }

    fileprivate func start(
      _ work: @escaping @Sendable (Job) async throws -> IndexReport, ended: @escaping @Sendable (Job) -> Void
    ) {
      let task = Task { [self] in
        let result: Result<IndexReport, any Error>
        do { result = .success(try await work(self)) } catch { result = .failure(error) }
        state.withLock { $0.result = result }
        ended(self)
        end.reach()
      }
      state.withLock { $0.task = task }
    }

    fileprivate func note(_ progress: IndexProgress) {
      state.withLock { $0.progress = progress }
    }

    func cancel() {
      state.withLock { $0.task }?.cancel()
    }

    /// Returns at the end, or after a while.
    /// - Throws: where the caller's task is cancelled; the job goes on.
    func wait(atMost duration: Duration) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { [end] in try await end.wait() }
        group.addTask { try await Task.sleep(for: duration) }
        defer { group.cancelAll() }
        try await group.next()
      }
    }
  }

  private let jobs = Mutex<[String: Job]>([:])

  /// The job of a folder that goes on.
  func running(_ root: String) -> Job? {
    jobs.withLock { $0[root] }.flatMap { $0.result == nil ? $0 : nil }
  }

  /// Begins to bring a folder up to date; where that goes on already, it is that.
  /// - Parameter finished: called at the end where it went well.
  func start(
    _ root: String, _ services: Services, options: UpdateOptions,
    finished: @escaping @Sendable (IndexReport) async throws -> Void
  ) -> Job {
    jobs.withLock { jobs in
      if let job = jobs[root], job.result == nil { return job }
      let job = Job()
      jobs[root] = job
      job.start { job in
        let collections = services.collections
        let indexer = collections.indexer(try await services.engine.engine())
        let turn = collections.order.change([root])
        defer { turn.finish() }
        try await turn.wait()
        let report = try await indexer.update(root, options: options) { job.note($0) }
        try await finished(report)
        guard report.chunks > 0 else { return report }
        let collection = try await indexer.collection(root, folder: root)
        try await collections.embeddings.grow([collection], by: indexer)
        if report.added + report.updated + report.removed > 0 { collections.graphs.grow(collection) }
        return report
      } ended: { [self] job in
        // What has come of it is for those who wait.
        self.jobs.withLock { if $0[root] === job { $0[root] = nil } }
      }
      return job
    }
  }

  /// The server ends: what is written stays.
  func cancelAll() {
    for job in jobs.withLock({ $0.values }) { job.cancel() }
  }
}

extension IndexProgress {
  /// `120 of 3000 files`
  var sentence: String { total == 0 ? "looking for files" : "\(done) of \(total) files" }
}

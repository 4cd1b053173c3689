import AkinProtocol
import Synchronization

/// What all sessions of a process share: the model, the stored collections, the counters, the log.
public final class Services: Sendable {
  let options: ServerOptions
  let engine: EngineProvider
  /// The model that scores pairs, where it is another one.
  let reranker: EngineProvider?
  let statistics = Statistics()
  let log: ServerLog
  let collections: StoredCollections
  let start = ContinuousClock.now
  /// Upkeep under way that clients see.
  let upkeep = UpkeepTasks()
  /// Sessions under way.
  let sessions = Mutex(0)

  var limits: ServerLimits { options.limits }

  /// Loads nothing yet.
  public init(_ options: ServerOptions) {
    self.options = options
    let log = ServerLog(options)
    self.log = log
    engine = EngineProvider(options, log: log)
    reranker = options.rerankModel.map { model in
      var options = options
      options.engine.model = model
      return EngineProvider(options, log: log)
    }
    collections = StoredCollections(store: options.collections, log: log, extractor: options.extractor)
  }
}

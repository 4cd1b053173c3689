import AkinProtocol
import Synchronization

/// What all sessions of a process share: the model, the stored collections, the counters, the log.
public final class Services: Sendable {
  let options: ServerOptions
  let engine: EngineProvider
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
    log = ServerLog(options)
    engine = EngineProvider(options, log: log)
    collections = StoredCollections(store: options.collections, log: log)
  }
}

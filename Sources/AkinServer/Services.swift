import AkinProtocol
import Synchronization

/// What all sessions of a process share: the model, the stored collections, the counters, the log.
public final class Services: Sendable {
  let options: ServerOptions
  let engine: EngineProvider
  /// The models that requests may name, by the names that the server was given: its own, the one that scores pairs, and further ones.
  let models: [EngineProvider]
  let statistics = Statistics()
  let log: ServerLog
  let collections: ServedCollections
  /// Folders that the server watches.
  let followed = FollowedFolders()
  let start = ContinuousClock.now
  /// Sessions under way.
  let sessions = Mutex(0)

  var limits: ServerLimits { options.limits }

  /// What the server was told that the model is for.
  func role(of model: EngineProvider) -> String {
    if model === engine { return "embedding" }
    return model.name == options.rerankModel ? "reranking" : "further"
  }

  /// Loads nothing yet.
  public init(_ options: ServerOptions) {
    self.options = options
    let log = ServerLog(options)
    self.log = log
    engine = EngineProvider(options, log: log)
    let names = [options.engine.model] + (options.rerankModel.map { [$0] } ?? []) + options.furtherModels
    var models = [engine]
    for name in names where !models.contains(where: { $0.name == name }) {
      var options = options
      options.engine.model = name
      let idle: Duration? = options.modelIdleSeconds > 0 ? .seconds(options.modelIdleSeconds) : nil
      models.append(EngineProvider(options, log: log, idleTime: idle))
    }
    self.models = models
    collections = ServedCollections(store: options.collections, log: log, extractor: options.extractor)
  }
}

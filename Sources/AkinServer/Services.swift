import AkinProtocol

/// What the methods of a server share.
final class Services: Sendable {
  let options: ServerOptions
  let engine: EngineProvider
  let statistics = Statistics()
  let start = ContinuousClock.now

  var limits: ServerLimits { options.limits }

  init(_ options: ServerOptions, log: ServerLog) {
    self.options = options
    engine = EngineProvider(options, log: log)
  }
}

import AkinProtocol
import Engine
import JSONRPC
import Platform

/// `server/status`
struct ServerStatusHandler: MethodHandler {
  typealias Method = ServerStatusMethod

  func answer(_: NoParameters, _ call: Call) async throws -> ServerStatusMethod.Result {
    let services = call.services
    return ServerStatusMethod.Result(
      uptime: (ContinuousClock.now - services.start) / .seconds(1), model: services.options.engine.model,
      sessions: services.sessions.withLock { $0 }, methods: services.statistics.counts(),
      engine: services.engine.loaded.map { ServerStatusMethod.EngineCounts($0.status()) },
      connection: ServerStatusMethod.ConnectionCounts(call.context.status),
      memory: ServerStatusMethod.Memory(
        resident: HostProcess.residentBytes, peakResident: HostProcess.peakResidentBytes),
      limits: services.limits, models: services.models.map { ServerStatusMethod.ModelState($0, services) })
  }
}

extension ServerStatusMethod.ModelState {
  fileprivate init(_ model: EngineProvider, _ services: Services) {
    let use = model.use
    self.init(
      name: model.name, role: services.role(of: model), loads: use.loads, idle: use.loads == 0 ? nil : use.idleSeconds,
      engine: model.loaded.map { ServerStatusMethod.EngineCounts($0.status()) })
  }
}

extension ServerStatusMethod.ConnectionCounts {
  fileprivate init(_ status: RPCStatus) {
    self.init()
    received = status.received
    answered = status.answered
    cancelled = status.cancelled
    pending = status.pending
    backlogBytes = status.backlogBytes
  }
}

extension ServerStatusMethod.EngineCounts {
  fileprivate init(_ status: EngineStatus) {
    self.init()
    requests = status.requests
    cancelled = status.cancelled
    refused = status.refused
    sequences = status.sequences
    encodedTokens = status.tokens
    batches = status.batches
    pendingRequests = status.pendingRequests
    queuedTokens = status.queuedTokens
  }
}

import Dispatch
import Engine
import Synchronization

/// Loads a model when the first request needs it, once for all that wait, and lets it go when none has come for a while, where it is
/// told to.
///
/// After a failure every request that waited gets the error, and the next one tries again: the model may have been
/// pulled meanwhile.
final class EngineProvider: Sendable {
  private typealias Waiter = CheckedContinuation<Result<Engine, EngineError>, Never>

  private enum State {
    case unloaded
    case loading
    case loaded(Engine)
  }

  private struct Shared {
    var state = State.unloaded
    var waiters: [Int: Waiter] = [:]
    var nextTicket = 0
    /// Waits that were cancelled before they began.
    var cancelled: Set<Int> = []
    /// When a request last asked for the model.
    var lastUse = ContinuousClock.now
    /// Whether somebody looks for the end of its use.
    var isWatched = false
    /// Times it was loaded.
    var loads = 0
  }

  /// What the model is called by clients.
  let name: String
  /// A model that no request has asked for so long is let go; nil keeps it.
  private let idleTime: Duration?

  private let options: ServerOptions
  private let log: ServerLog
  private let shared = Mutex(Shared())
  // Loading blocks for as long as quantising takes, so it has a thread of its own and not one of the tasks'.
  private let loader = DispatchQueue(label: "akin.model", qos: .userInitiated)

  /// - Parameter idleTime: after which the model is let go; nil keeps it.
  init(_ options: ServerOptions, log: ServerLog, idleTime: Duration? = nil) {
    self.options = options
    self.log = log
    self.idleTime = idleTime
    name = options.engine.model
  }

  /// Seconds since a request last asked for the model, and how often it was loaded.
  var use: (idleSeconds: Double, loads: Int) {
    shared.withLock { ((ContinuousClock.now - $0.lastUse) / .seconds(1), $0.loads) }
  }

  /// The engine, where it has been loaded and computes.
  var loaded: Engine? {
    shared.withLock { shared in
      guard case .loaded(let engine) = shared.state else { return nil }
      guard engine.isBroken else { return engine }
      shared.state = .unloaded
      return nil
    }
  }

  /// The engine. Cancelling the task ends the wait at once; loading goes on for the others.
  func engine() async throws(EngineError) -> Engine {
    shared.withLock { $0.lastUse = .now }
    if let loaded { return loaded }
    let ticket = shared.withLock { shared in
      shared.nextTicket += 1
      return shared.nextTicket
    }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { wait($0, ticket) }
    } onCancel: {
      cancel(ticket)
    }
    return try result.get()
  }

  private func wait(_ waiter: Waiter, _ ticket: Int) {
    let settled: Result<Engine, EngineError>? = shared.withLock { shared in
      if shared.cancelled.remove(ticket) != nil { return .failure(EngineError(.cancelled)) }
      switch shared.state {
      case .loaded(let engine): return .success(engine)
      case .unloaded:
        shared.state = .loading
        loader.async { self.load() }
      case .loading: break
      }
      shared.waiters[ticket] = waiter
      return nil
    }
    if let settled { waiter.resume(returning: settled) }
  }

  private func cancel(_ ticket: Int) {
    let waiter = shared.withLock { shared in
      let waiter = shared.waiters.removeValue(forKey: ticket)
      if waiter == nil { shared.cancelled.insert(ticket) }
      return waiter
    }
    waiter?.resume(returning: .failure(EngineError(.cancelled)))
  }

  private func load() {
    var engineOptions = options.engine
    engineOptions.queueLimit = options.limits[.maxQueuedTokens]
    let result: Result<Engine, EngineError>
    do throws(EngineError) {
      result = .success(try Engine.load(engineOptions, store: options.store) { log.write(.info, $0) })
    } catch {
      log.write(.info, "the model cannot be loaded: \(error)")
      result = .failure(error)
    }
    let waiters = shared.withLock { shared in
      if case .success(let engine) = result {
        shared.state = .loaded(engine)
        shared.loads += 1
      } else {
        shared.state = .unloaded
      }
      defer { shared.waiters = [:] }
      return shared.waiters.values
    }
    for waiter in waiters { waiter.resume(returning: result) }
    guard let idleTime, case .success = result else { return }
    let isFirst = shared.withLock { shared in
      defer { shared.isWatched = true }
      return !shared.isWatched
    }
    if isFirst { Task { await watch(idleTime) } }
  }

  /// Lets the model go when no request has asked for it for the idle time, and none is under way.
  private func watch(_ idleTime: Duration) async {
    while true {
      let rest = shared.withLock { idleTime - (ContinuousClock.now - $0.lastUse) }
      try? await Task.sleep(for: max(rest, .milliseconds(50)))
      let isOver = shared.withLock { shared in
        guard case .loaded(let engine) = shared.state else {
          shared.isWatched = false
          return true
        }
        let isIdle = ContinuousClock.now - shared.lastUse >= idleTime && engine.status().pendingRequests == 0
        guard isIdle else { return false }
        (shared.state, shared.isWatched) = (.unloaded, false)
        return true
      }
      if isOver { return log.write(.info, "\(name): not asked for \(idleTime), and let go") }
    }
  }
}

import AkinProtocol
import Synchronization

/// What the server does in the background that a person can see and stop, each under a token that is used once.
final class BackgroundWorks: Sendable {
  private struct Work {
    let folder: String
    /// Whether somebody has asked for it.
    let isAsked: Bool
    let cancel: @Sendable () -> Void
  }

  private struct State {
    var works: [ProgressToken: Work] = [:]
    var last = 0
  }

  private let state = Mutex(State())
  /// A client may outlive the process, and a token is used once.
  private let origin = String(UInt32.random(in: 0...UInt32.max), radix: 16)

  /// Notes upkeep of a folder, and gives it its token.
  /// - Parameter cancel: stops it.
  func begin(_ folder: String, cancel: @escaping @Sendable () -> Void) -> ProgressToken {
    state.withLock { add(Work(folder: folder, isAsked: false, cancel: cancel), to: &$0) }
  }

  /// Notes work on a folder that somebody has asked for, and gives it its token; nil where such work goes on already.
  /// - Parameter cancel: stops it.
  func beginAsked(_ folder: String, cancel: @escaping @Sendable () -> Void) -> ProgressToken? {
    state.withLock { state in
      guard !state.works.values.contains(where: { $0.isAsked && $0.folder == folder }) else { return nil }
      return add(Work(folder: folder, isAsked: true, cancel: cancel), to: &state)
    }
  }

  private func add(_ work: Work, to state: inout State) -> ProgressToken {
    state.last += 1
    let token = ProgressToken.string("akin/task/\(origin)/\(state.last)")
    state.works[token] = work
    return token
  }

  /// The work under a token is over.
  func end(_ token: ProgressToken) {
    state.withLock { $0.works[token] = nil }
  }

  /// Stops the work under a token.
  /// - Returns: whether there is any.
  @discardableResult
  func cancel(_ token: ProgressToken) -> Bool {
    guard let work = state.withLock({ $0.works[token] }) else { return false }
    work.cancel()
    return true
  }

  /// Stops what was asked for in some folders.
  /// - Returns: how many works that are.
  func cancel(in folders: Set<String>) -> Int {
    let works = state.withLock { $0.works.values.filter { $0.isAsked && folders.contains($0.folder) } }
    for work in works { work.cancel() }
    return works.count
  }

  /// Whether somebody has asked for work on this folder that goes on.
  func isAsked(_ folder: String) -> Bool {
    state.withLock { $0.works.values.contains { $0.isAsked && $0.folder == folder } }
  }
}

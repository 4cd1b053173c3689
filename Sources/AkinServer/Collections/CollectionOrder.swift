import Synchronization

/// Keeps what is done to collections in the order in which it was asked for: a change, or a search, begins when the
/// changes of the same collections that arrived before it are done. Upkeep, which nobody asked for, holds no search up
/// and gives way to a change.
final class CollectionOrder: Sendable {
  private struct Entry {
    let end: Milestone
    /// Of upkeep: reached when it has to give way.
    let giveWay: Milestone?
  }

  /// Changes and upkeep by collection that are not done, in order of arrival.
  private let running = Mutex<[String: [Entry]]>([:])

  /// A place in the order of some collections' changes. It must be finished, whatever becomes of the request.
  func change(_ names: [String]) -> Turn {
    take(Set(names), Entry(end: Milestone(), giveWay: nil)) { earlier in
      for entry in earlier { entry.giveWay?.reach() }
      return earlier
    }
  }

  /// A place in the order for a change that upkeep may go on beside.
  func smallChange(_ name: String) -> Turn {
    take([name], Entry(end: Milestone(), giveWay: nil)) { earlier in earlier.filter { $0.giveWay == nil } }
  }

  /// A place for upkeep of a collection, which must be finished too; nil where there is upkeep of it already.
  func upkeep(of name: String) -> Turn? {
    let entry = Entry(end: Milestone(), giveWay: Milestone())
    return running.withLock { running in
      let earlier = Self.unfinished(running[name])
      guard !earlier.contains(where: { $0.giveWay != nil }) else { return nil }
      running[name] = earlier + [entry]
      return Turn(before: earlier.map(\.end), own: entry.end, giveWay: entry.giveWay)
    }
  }

  /// A place behind the changes of some collections that were asked for so far.
  func read(_ names: [String]) -> Turn {
    let before = running.withLock { running in
      Set(names).flatMap { name in
        let earlier = Self.unfinished(running[name])
        running[name] = earlier.isEmpty ? nil : earlier
        return earlier.filter { $0.giveWay == nil }
      }
    }
    return Turn(before: before.map(\.end), own: nil, giveWay: nil)
  }

  /// - Parameter waits: those that are waited for, of the ones before.
  private func take(_ names: Set<String>, _ entry: Entry, waits: ([Entry]) -> [Entry]) -> Turn {
    let before = running.withLock { running in
      names.flatMap { name in
        let earlier = Self.unfinished(running[name])
        running[name] = earlier + [entry]
        return waits(earlier)
      }
    }
    return Turn(before: before.map(\.end), own: entry.end, giveWay: nil)
  }

  private static func unfinished(_ entries: [Entry]?) -> [Entry] {
    (entries ?? []).filter { !$0.end.isReached }
  }
}

/// A request's place in the order.
struct Turn: Sendable {
  fileprivate let before: [Milestone]
  fileprivate let own: Milestone?
  fileprivate let giveWay: Milestone?

  /// Returns when it is this request's turn.
  /// - Throws: `CancellationError` where the task is cancelled before.
  func wait() async throws {
    for milestone in before { try await milestone.wait() }
  }

  /// Of upkeep: does the work, when it is its turn, and cancels it where it has to give way.
  /// - Throws: what `work` throws; `CancellationError`.
  func whileUndisturbed(_ work: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [self] in
        try await wait()
        try await work()
      }
      if let giveWay {
        group.addTask {
          try await giveWay.wait()
          throw CancellationError()
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  /// Lets those behind go on.
  func finish() {
    own?.reach()
  }
}

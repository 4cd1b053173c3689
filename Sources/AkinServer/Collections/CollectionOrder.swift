import Synchronization

/// Keeps what is done to collections in the order in which it was asked for: a change begins when the changes of the same
/// collections that arrived before it are done, and a search when those of its own session are. Upkeep, which nobody asked
/// for, holds no search up and gives way to a change.
package final class CollectionOrder: Sendable {
  /// The session of what belongs to none: short changes, which every search waits for.
  package static let nobody = 0
  /// The session of changes that a person has asked for and goes on beside: searches have what is there.
  static let background = -1

  private struct Entry {
    /// Who asked for it.
    let session: Int
    let end: Milestone
    /// Of upkeep: reached when it has to give way.
    let giveWay: Milestone?
  }

  /// Collections of which is remembered that all is done.
  private static let mostIdle = 256

  /// Changes and upkeep by collection that are not done, in order of arrival.
  private let running = Mutex<[String: [Entry]]>([:])

  package init() {}

  /// Collections of which something is remembered: for tests.
  package var count: Int { running.withLock { $0.count } }

  /// A place in the order of some collections' changes. It must be finished, whatever becomes of the request.
  package func change(_ names: [String], session: Int = nobody) -> Turn {
    enqueue(Set(names), Entry(session: session, end: Milestone(), giveWay: nil)) { earlier in
      for entry in earlier { entry.giveWay?.reach() }
      return earlier
    }
  }

  /// A place in the order for a change that upkeep may go on beside.
  func smallChange(_ name: String) -> Turn {
    enqueue([name], Entry(session: Self.nobody, end: Milestone(), giveWay: nil)) { earlier in
      earlier.filter { $0.giveWay == nil }
    }
  }

  /// A place for upkeep of a collection, which must be finished too; nil where there is upkeep of it already.
  func upkeep(of name: String) -> Turn? {
    let entry = Entry(session: Self.nobody, end: Milestone(), giveWay: Milestone())
    return running.withLock { running in
      let earlier = Self.unfinished(running[name])
      guard !earlier.contains(where: { $0.giveWay != nil }) else { return nil }
      running[name] = earlier + [entry]
      return Turn(before: earlier.map(\.end), own: entry.end, giveWay: entry.giveWay)
    }
  }

  /// A place behind the changes of some collections that a session has asked for so far. What another session has is seen
  /// as far as it has come: that may take minutes.
  package func read(_ names: [String], session: Int) -> Turn {
    let before = running.withLock { running in
      Set(names).flatMap { name in
        let earlier = Self.unfinished(running[name])
        running[name] = earlier.isEmpty ? nil : earlier
        return earlier.filter { $0.giveWay == nil && [session, Self.nobody].contains($0.session) }
      }
    }
    return Turn(before: before.map(\.end), own: nil, giveWay: nil)
  }

  /// - Parameter waits: those that are waited for, of the ones before.
  private func enqueue(_ names: Set<String>, _ entry: Entry, waits: ([Entry]) -> [Entry]) -> Turn {
    let before = running.withLock { running in
      if running.count > Self.mostIdle { running = running.filter { !Self.unfinished($0.value).isEmpty } }
      return names.flatMap { name in
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
package struct Turn: Sendable {
  fileprivate let before: [Milestone]
  fileprivate let own: Milestone?
  fileprivate let giveWay: Milestone?

  /// Returns when it is this request's turn.
  /// - Throws: `CancellationError` where the task is cancelled before.
  package func wait() async throws {
    for milestone in before { try await milestone.wait() }
  }

  /// Of upkeep: does the work, when it is its turn, and cancels it where it has to give way.
  /// - Throws: what `work` throws; `CancellationError`.
  func whileUndisturbed(_ work: @escaping @Sendable () async throws -> Void) async throws {
    try await (giveWay ?? Milestone()).ending { [self] in
      try await wait()
      try await work()
    }
  }

  /// Of upkeep: has it end now.
  func stop() {
    giveWay?.reach()
  }

  /// Lets those behind go on.
  package func finish() {
    own?.reach()
  }
}

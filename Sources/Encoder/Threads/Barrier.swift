import Synchronization

/// Where threads wait for each other between the steps of a common task. What each wrote before is seen by all behind it.
final class Barrier: Sendable {
  private let parties: Int
  private let arrived = Atomic(0)
  private let generation = Atomic(0)
  private let monitor = Monitor()

  init(parties: Int) {
    self.parties = parties
  }

  /// Returns when all parties have called it.
  func wait() {
    guard parties > 1 else { return }
    let current = generation.load(ordering: .relaxed)
    guard arrived.wrappingAdd(1, ordering: .acquiringAndReleasing).newValue == parties else {
      return monitor.waitBriefly { generation.load(ordering: .acquiring) != current }
    }
    arrived.store(0, ordering: .relaxed)
    monitor.locked { _ = generation.wrappingAdd(1, ordering: .releasing) }
    monitor.wakeAll()
  }
}

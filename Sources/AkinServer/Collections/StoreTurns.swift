import AkinCollections
import Documents
import Synchronization

/// One at a time in each store: one that does not answer keeps nobody waiting who works in another.
final class StoreTurns: Sendable {
  /// By the stores' names.
  private let locks = Mutex<[String?: FairLock]>([:])

  /// That of a collection's store.
  func lock(of collection: any CollectionStorage) -> FairLock {
    let store = QualifiedName(collection.name)?.store
    return locks.withLock { locks in
      let lock = locks[store] ?? FairLock()
      locks[store] = lock
      return lock
    }
  }
}

import AkinCollections
import JSONRPC
import Platform
import Synchronization

/// Folders whose files the server looks after by itself, since a session works in them whose client does not tell of changed files:
/// one watch a folder, for as long as there is such a session.
final class FollowedFolders: Sendable {
  /// What a session does where files of a folder have changed.
  typealias Change = @Sendable () async -> Void

  private struct Entry {
    var sessions: [ObjectIdentifier: Change] = [:]
    var task: Task<Void, Never>?
  }

  /// Between two looks whether anything has changed: an idle server wakes up no more often.
  private static let step = Duration.milliseconds(500)
  /// Likewise, where the system does not tell of changes and the whole folder is looked at.
  private static let longStep = Duration.seconds(60)

  private let entries = Mutex<[String: Entry]>([:])

  /// Watches a folder from when this returns on.
  /// - Parameters:
  ///   - folder: an absolute path without links, whose collection is stored.
  ///   - session: who works in it.
  func begin(
    _ folder: String, in store: any CollectionCatalog, session: ObjectIdentifier, changed: @escaping Change
  ) async {
    let isFirst = entries.withLock { entries in
      // A session may name a folder twice.
      defer { entries[folder, default: Entry()].sessions[session] = changed }
      return entries[folder] == nil
    }
    guard isFirst else { return }
    let options = await store.settings(of: folder).walk
    let watch = await BlockingExecutor.background.run { try? FolderWatch(folder, options: options) }
    // A folder that cannot be read is told of by its update.
    guard let watch else { return end(folder, session: session) }
    let task = Task(executorPreference: BlockingExecutor.background) { [self] in
      while !Task.isCancelled {
        let isNotified = await watch.isNotified
        guard (try? await watch.next(every: isNotified ? Self.step : Self.longStep)) != nil else { return }
        for change in entries.withLock({ $0[folder]?.sessions.values.map { $0 } ?? [] }) { await change() }
      }
    }
    let isOver = entries.withLock { entries in
      entries[folder]?.task = task
      return entries[folder] == nil
    }
    if isOver { task.cancel() }
  }

  /// A session works in a folder no more.
  func end(_ folder: String, session: ObjectIdentifier) {
    entries.withLock { Self.end(folder, session: session, &$0) }
  }

  /// A session has ended.
  func endAll(session: ObjectIdentifier) {
    entries.withLock { entries in
      for folder in entries.keys.map({ $0 }) { Self.end(folder, session: session, &entries) }
    }
  }

  private static func end(_ folder: String, session: ObjectIdentifier, _ entries: inout [String: Entry]) {
    entries[folder]?.sessions[session] = nil
    guard entries[folder]?.sessions.isEmpty == true else { return }
    entries.removeValue(forKey: folder)?.task?.cancel()
  }
}

extension Session {
  /// Has a stored collection of one of the session's folders follow its files for as long as the session lasts: the client tells of
  /// changes where it can, else the server looks for them.
  /// - Parameter folder: an absolute path without links; of another folder nothing is done.
  func followFiles(of folder: String, _ services: Services, _ context: RPCContext) async {
    guard await works(in: folder, services) else { return }
    watch(context)
    guard !watchesFiles else { return }
    let refresh = FolderRefresh(
      folder: folder, collection: folder, services: services, showsProgress: showsProgress)
    await services.followed.begin(folder, in: services.collections.store, session: ObjectIdentifier(self)) {
      await refresh.startWhenRested(context)
    }
    // The session may have ended meanwhile.
    if isOver { services.followed.endAll(session: ObjectIdentifier(self)) }
  }

  private func works(in folder: String, _ services: Services) async -> Bool {
    for own in folders where await services.collections.store.scope(of: own).name == folder { return true }
    return false
  }
}

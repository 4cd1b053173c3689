import AkinCollections
import AkinProtocol
import Documents
import JSONRPC

// What notifications do to the stored collections of the session's folders.
extension ServerHandler {
  /// After `initialized`: brings them up to date, and has the client tell of changes from then on, or looks for them where it cannot.
  func refreshFolders(_ context: RPCContext) async {
    await begin(in: session.folders, context)
  }

  /// Likewise, those that have come to the session.
  func refreshFolders(of change: DidChangeWorkspaceFoldersNotification.Parameters, _ context: RPCContext) async {
    if !session.watchesFiles, !change.removed.isEmpty { await endFollowing(change.removed) }
    await begin(in: change.added, context)
  }

  private func endFollowing(_ removed: [CollectionName]) async {
    let store = services.collections.store
    var left: [String] = []
    for folder in session.folders { left.append(await store.scope(of: folder).name) }
    for folder in removed {
      let name = await store.scope(of: folder).name
      if !left.contains(name) { services.followed.end(name, session: ObjectIdentifier(session)) }
    }
  }

  private func begin(in folders: [CollectionName], _ context: RPCContext) async {
    var stored: [String] = []
    for folder in folders {
      let name = await services.collections.store.scope(of: folder).name
      if await !services.collections.store.has(name) {
        await beginIndexing(folder, context)
      } else if !stored.contains(name) {
        stored.append(name)
      }
    }
    for folder in stored {
      await session.followFiles(of: folder, services, context)
      await refresh(folder).start(context)
    }
  }

  /// Asks the person whether a folder should be indexed that no collection answers for, once a session, or indexes it, or leaves
  /// it, as the client has it. Vast ones are left.
  private func beginIndexing(_ folder: CollectionName, _ context: RPCContext) async {
    let place = await IndexedFolder(folder.stored(), store: services.collections.store)
    guard let place, !place.isIndexed, !place.isVast else { return }
    let indexing = FolderIndexing(folder: place.root, services: services, session: session)
    switch session.beginIndexing(place.root) {
    case .never: break
    case .always: indexing.start(context)
    case .ask:
      // The answer may take as long as the person likes.
      Task {
        let question = ShowMessageRequest.parameters(
          "\(indexing.name) is not indexed by Akin yet. Index it now?", answers: ["Index", "Not now"])
        let answer = try await context.ask(ShowMessageRequest.name, question)
        if ShowMessageRequest.choice(answer) == "Index" { indexing.start(context) }
      }
    }
  }

  /// Brings those up to date that files lie in.
  func refreshFolders(of changed: DidChangeWatchedFilesNotification.Parameters, _ context: RPCContext) async {
    let located = await DocumentKey.located(changed.uris.map { .uri($0) })
    for folder in session.folders {
      let stored = await services.collections.store.scope(of: folder).name
      let own = await folder.stored()
      let prefix = FileURI.uri(ofFolder: own)
      let holdsOne = located.contains { $0.text.utf8.starts(with: prefix.utf8) }
      if holdsOne { await refresh(stored).startWhenRested(context) }
    }
  }

  private func refresh(_ folder: String) -> FolderRefresh {
    FolderRefresh(folder: folder, collection: folder, services: services, showsProgress: session.showsProgress)
  }
}

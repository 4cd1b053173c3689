import AkinCollections
import AkinProtocol
import Documents
import JSONRPC

// What notifications do to the stored collections of the session's folders.
extension ServerHandler {
  /// After `initialized`: brings them up to date, and has the client tell of changes from then on.
  func refreshFolders(_ context: RPCContext) async {
    await begin(in: session.folders, context)
  }

  /// Likewise, those that have come to the session.
  func refreshFolders(of change: DidChangeWorkspaceFoldersNotification.Parameters, _ context: RPCContext) async {
    await begin(in: change.added, context)
  }

  private func begin(in folders: [CollectionName], _ context: RPCContext) async {
    var stored: [String] = []
    for folder in folders {
      let name = await services.collections.store.scope(of: folder).name
      if !stored.contains(name), await services.collections.store.has(name) { stored.append(name) }
    }
    if !stored.isEmpty, session.askToWatch() {
      context.request(
        "akin/watch", RegisterCapabilityRequest.name, RegisterCapabilityRequest.watchedFiles(id: "akin/watch"))
    }
    for folder in stored { await refresh(folder).start(context) }
  }

  /// Brings those up to date that files lie in.
  func refreshFolders(of changed: DidChangeWatchedFilesNotification.Parameters, _ context: RPCContext) async {
    let located = await DocumentKey.located(changed.uris.map { .uri($0) })
    for folder in session.folders {
      let stored = await services.collections.store.scope(of: folder).name
      let own = await folder.stored()
      let prefix = FileURI.uri(ofPath: own == "/" ? own : own + "/")
      let holdsOne = located.contains { $0.text.utf8.starts(with: prefix.utf8) }
      if holdsOne { await refresh(stored).startWhenRested(context) }
    }
  }

  private func refresh(_ folder: String) -> FolderRefresh {
    FolderRefresh(folder: folder, services: services, showsProgress: session.showsProgress)
  }
}

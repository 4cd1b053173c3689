import AkinCollections
import AkinProtocol
import Documents
import JSON
import JSONRPC
import Platform
import Synchronization

/// The places in the order of changes that a session's requests were given when they arrived.
final class CollectionTurns: Sendable {
  private let turns = Mutex<[Int: Turn]>([:])
  private let order: CollectionOrder
  private let session: Int

  init(_ order: CollectionOrder, session: Int) {
    self.order = order
    self.session = session
  }

  /// Gives a request its place, on the reader's thread.
  /// - Parameter folders: those that the session works in.
  func admit(_ request: RPCRequest, folders: [CollectionName]) {
    let turn: Turn
    switch request.method {
    case IndexAddMethod.name:
      // The folder's own collection, where none is named.
      let named = names(request.params["collection"])
      turn = order.change(named.isEmpty ? names(request.params["folder"]) : named, session: session)
    case IndexRemoveMethod.name, IndexDropMethod.name:
      turn = order.change(names(request.params["collection"]), session: session)
    case SearchMethod.name where request.params["awaitChanges"].value == false: return
    case SearchMethod.name, ClustersMethod.name, IndexListMethod.name:
      turn = order.read(names(request.params["collection"]), session: session)
    case WorkspaceSymbolMethod.name:
      turn = order.read(folders.map(\.storedName), session: session)
    default: return
    }
    turns.withLock { $0[request.sequence] = turn }
  }

  /// The place of a request, which is asked for once; nil where it needs none.
  func remove(_ request: RPCRequest) -> Turn? {
    turns.withLock { $0.removeValue(forKey: request.sequence) }
  }

  /// What a parameter names, as far as it can be read; that it cannot is found when the request is handled.
  private func names(_ field: JSONField) -> [String] {
    let fields: [JSONField]
    if case .array? = field.value { fields = (try? field.array()) ?? [] } else { fields = [field] }
    return fields.compactMap { (try? CollectionName($0))?.storedName }
  }
}

extension CollectionName {
  /// What the collection is stored under: of a folder its path without links, so that all its names mean the same; with the store.
  /// Asks the file system, and is for threads that may wait for it: the reader's.
  package var storedName: String {
    guard let folder else { return text }
    return QualifiedName(store: store, name: FilePath.identity(folder)).text
  }

  /// ``storedName``, for tasks.
  func stored() async -> String {
    isFolder ? await BlockingExecutor.reading.run { storedName } : text
  }
}

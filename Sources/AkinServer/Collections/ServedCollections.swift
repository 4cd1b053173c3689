import AkinCollections
import AkinProtocol
import Documents
import Engine
import Extraction
import Platform
import Synchronization

/// The stored collections as the sessions of a process see them: in the order of the requests, and with open documents as
/// they stand.
final class ServedCollections: Sendable {
  /// Between the last change of an open document and its being indexed, where nobody searches before.
  private static let pause = Duration.milliseconds(400)

  let store: any CollectionCatalog
  let order = CollectionOrder()
  let documents = OpenDocuments()
  let graphs: GraphGrowth
  let embeddings: EmbeddingGrowth
  private let extractor: Extractor?
  let works = BackgroundWorks()
  /// Folders whose collections this process has had to do with.
  private let folders = Mutex<Set<String>>([])
  private let changes = Mutex(0)
  /// Collections that are to be brought up to date after a pause.
  private let awaiting = Mutex<Set<String>>([])
  /// One of those that settle a collection goes on at a time.
  private let settling = Mutex<[String: FairLock]>([:])

  init(store: any CollectionCatalog, log: ServerLog, extractor: Extractor?) {
    self.store = store
    self.extractor = extractor
    graphs = GraphGrowth(log: log)
    embeddings = EmbeddingGrowth(log: log, graphs: graphs)
  }

  /// What indexes with an engine.
  func indexer(_ engine: Engine) -> Indexer { Indexer(engine: engine, store: store, extractor: extractor) }

  /// Remembers the folder of a collection, so that documents that are opened in it are indexed.
  func follow(_ folder: String) {
    _ = folders.withLock { $0.insert(folder) }
  }

  /// Notes that a collection is to be brought up to date with its folder after a pause.
  /// - Returns: false where that has been noted before.
  func awaitRefresh(_ name: String) -> Bool {
    awaiting.withLock { $0.insert(name).inserted }
  }

  /// A collection is being brought up to date: from here on changes are news again.
  func beginRefresh(_ name: String) {
    _ = awaiting.withLock { $0.remove(name) }
  }

  /// The keys of open documents in a folder, which its files do not replace.
  func openKeys(under folder: String) -> Set<DocumentKey> {
    Set(documents.documents(under: folder).keys.map { .uri($0) })
  }

  /// Makes a collection hold the open documents as they stand, and the files of those that were closed. One at a time: a
  /// second one that wrote the same texts again would take them from under the search that the first was for.
  func settle(_ collection: any CollectionStorage, engine: Engine) async throws {
    guard let folder = collection.folder else { return }
    follow(folder)
    try await lock(of: collection.name).withLock { try await settle(collection, in: folder, engine: engine) }
  }

  /// Indexes files of a folder's collection again that have changed, or takes them out.
  func renew(_ uris: Set<String>, in collection: any CollectionStorage, engine: Engine) async throws {
    guard let folder = collection.folder else { return }
    let closed = uris.subtracting(documents.documents(under: folder).keys)
    let indexer = Indexer(engine: engine, store: store, extractor: extractor)
    try await lock(of: collection.name).withLock {
      try await indexer.overlay([], restoring: Array(closed), in: collection, folder: folder)
    }
  }

  private func lock(of name: String) -> FairLock {
    settling.withLock { settling in
      let lock = settling[name] ?? FairLock()
      settling[name] = lock
      return lock
    }
  }

  private func settle(_ collection: any CollectionStorage, in folder: String, engine: Engine) async throws {
    let open = documents.documents(under: folder)
    let closed = documents.takeClosed(under: folder)
    guard !open.isEmpty || !closed.isEmpty else { return }
    let buffers = open.map { uri, document in
      IndexedText(key: .uri(uri), text: document.text.text, language: document.language)
    }
    let indexer = Indexer(engine: engine, store: store, extractor: extractor)
    do {
      try await indexer.overlay(buffers, restoring: closed, in: collection, folder: folder)
    } catch {
      documents.putBack(closed: closed)
      throw error
    }
  }

  /// Indexes open documents when they have rested for a while. A model is not loaded for this.
  func settleLater(_ engine: @escaping @Sendable () -> Engine?) {
    let change = changes.withLock { changes in
      changes += 1
      return changes
    }
    Task(executorPreference: BlockingExecutor.background) { [self] in
      try await Task.sleep(for: Self.pause)
      guard changes.withLock({ $0 == change }), let engine = engine() else { return }
      for folder in folders.withLock({ $0 }) where documents.hasNews(under: folder) {
        let turn = order.smallChange(folder)
        defer { turn.finish() }
        try await turn.wait()
        // What cannot be written now is tried again by the next search, which says so.
        guard let collection = try? await store.open(folder, space: VectorSpace(of: engine)) else { continue }
        try? await settle(collection, engine: engine)
      }
    }
  }
}

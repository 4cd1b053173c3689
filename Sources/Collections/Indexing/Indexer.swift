import Documents
import Engine

/// Puts texts into collections: cuts them, embeds what is new, and writes in batches, each of which stays whatever
/// happens to the next.
public struct Indexer: Sendable {
  /// Chunks that a batch holds, unless one document alone has more.
  static let batchChunks = 256
  /// Texts of one request to the engine; between two of them a cancellation lands.
  private static let requestTexts = 128

  let engine: Engine
  let store: CollectionStore
  let chunker: Chunker

  /// An indexer that embeds with `engine`, into collections of `store`.
  public init(engine: Engine, store: CollectionStore) {
    self.engine = engine
    self.store = store
    chunker = Chunker(of: engine)
  }

  /// What is waiting to be written in one transaction.
  struct Batch {
    var documents: [StoredDocument] = []
    /// Files whose text is as it was.
    var touched: [(file: FileState, key: DocumentKey)] = []
    var removed: [DocumentKey] = []
    /// Files that need not be read again, and nil for those that are none of these any more, by their paths.
    var unread: [String: UnreadFile?] = [:]
    var chunkCount = 0

    var isEmpty: Bool { documents.isEmpty && touched.isEmpty && removed.isEmpty && unread.isEmpty }
    var isFull: Bool {
      chunkCount >= Indexer.batchChunks || documents.count + touched.count + unread.count >= 1000
    }

    mutating func append(_ document: StoredDocument) {
      documents.append(document)
      chunkCount += document.chunks.count
    }
  }

  /// Opens a collection, or makes it.
  /// - Throws: what ``CollectionStore/openOrCreate(_:folder:space:)`` throws.
  public func collection(_ name: String, folder: String? = nil) throws(CollectionError) -> StoredCollection {
    try store.openOrCreate(name, folder: folder, space: VectorSpace(of: engine))
  }

  /// Puts documents into a collection. One of a key that is there replaces it.
  /// - Throws: `EngineError`, `CollectionError`, or `CancellationError`; what was written before stays.
  public func add(
    _ texts: [IndexedText], to collection: StoredCollection,
    progress: (IndexProgress) -> Void = { _ in }
  ) async throws -> IndexReport {
    var report = IndexReport()
    var state = IndexProgress()
    state.total = texts.count
    state.bytesTotal = texts.reduce(0) { $0 + $1.text.utf8.count }
    progress(state)
    var batch = Batch()
    for text in texts {
      let document = document(text)
      if let known = try collection.document(document.key) {
        if known == document {
          report.unchanged += 1
        } else {
          report.updated += 1
          batch.append(document)
        }
      } else {
        report.added += 1
        batch.append(document)
      }
      state.done += 1
      state.bytesDone += text.text.utf8.count
      if batch.isFull {
        report.embedded += try await write(&batch, to: collection)
        state.embedded = report.embedded
        progress(state)
      }
    }
    report.embedded += try await write(&batch, to: collection)
    state.embedded = report.embedded
    progress(state)
    report.chunks = try collection.status().chunks
    return report
  }

  private func document(_ text: IndexedText) -> StoredDocument {
    var path: String?
    if case .uri(let uri) = text.key { path = FileURI.path(ofURI: uri) }
    let language = text.language.map { Language.named($0) } ?? Language.of(path: path ?? "", text: text.text)
    return StoredDocument(
      key: text.key, path: path, language: text.language ?? (path == nil ? nil : language?.id),
      metadata: text.metadata, chunks: chunker.chunks(of: text.text, language: language ?? .plainText))
  }

  /// Embeds what is new in a batch, writes it, and empties it.
  /// - Returns: chunks that were embedded.
  func write(
    _ batch: inout Batch, to collection: StoredCollection, embedded: (Int) -> Void = { _ in }
  ) async throws -> Int {
    guard !batch.isEmpty else { return 0 }
    try Task.checkCancellation()
    var texts: [TextHash: String] = [:]
    for chunk in batch.documents.lazy.flatMap(\.chunks) { texts[chunk.textHash] = chunk.embeddedText }
    var vectors = try collection.knownVectors(texts.keys)
    let missing = texts.filter { vectors[$0.key] == nil }.sorted { $0.value.utf8.count < $1.value.utf8.count }
    var rest = missing[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.requestTexts)
      rest = rest.dropFirst(part.count)
      for (text, vector) in zip(part, try await embed(part.map(\.value), prompt: collection.space.prompt)) {
        vectors[text.key] = vector
      }
      embedded(missing.count - rest.count)
    }
    let (work, all) = (batch, vectors)
    try collection.write { writer throws(CollectionError) in
      for key in work.removed { try writer.remove(key) }
      for (file, key) in work.touched { try writer.setFile(file, of: key) }
      for (path, file) in work.unread { try writer.setUnread(file, at: path) }
      for document in work.documents { try writer.put(document, vectors: all) }
    }
    batch = Batch()
    return missing.count
  }

  private func embed(_ texts: [String], prompt: String) async throws -> [[Float]] {
    try Task.checkCancellation()
    var request = EmbedRequest(texts: texts)
    request.prompt = .text(prompt)
    request.priority = .bulk
    return try await engine.embed(request).vectors
  }
}

import Documents
import Encoder
import Engine
import Extraction

/// Puts texts into collections: cuts them, embeds what is new, and writes in batches, each of which stays whatever
/// happens to the next.
public struct Indexer: Sendable {
  /// Chunks that a batch holds, unless one document alone has more.
  static let batchChunks = 256
  /// Texts of one request to the engine; between two of them a cancellation lands.
  static let requestTexts = PendingEmbedding.requestTexts
  /// Likewise where the texts are to wait for their vectors: each write waits for the disk.
  static let batchWords = 2048
  /// New texts that are embedded at once although the others wait: after a change of a few files nothing has to.
  public static let fewTexts = 128

  let engine: Engine
  /// Where the collections are.
  public let store: any CollectionCatalog
  let chunker: Chunker
  /// Whose vectors are taken.
  let packs: PackShelf
  /// Takes the text out of documents; nil leaves out those that are no text themselves.
  let extractor: Extractor?

  /// An indexer that embeds with `engine`, into collections of `store`.
  /// - Parameter extractor: takes the text out of PDFs, office files and the like; without one they are left out.
  public init(engine: Engine, store: any CollectionCatalog, extractor: Extractor? = nil) {
    self.engine = engine
    self.store = store
    self.extractor = extractor
    chunker = Chunker(of: engine)
    packs = PackShelf(of: store)
  }

  /// Where the vectors of a batch came from, which were not in any collection.
  struct Written {
    /// Chunks that were embedded.
    var embedded = 0
    /// Chunks whose vectors are those of packs.
    var packed = 0
  }

  /// Opens a collection that is stored and whose vectors are the engine's.
  /// - Throws: what `CollectionCatalog.open` throws.
  public func collection(named name: String) async throws(CollectionError) -> any CollectionStorage {
    try await store.open(name, space: VectorSpace(of: engine))
  }

  /// What is waiting to be written in one transaction.
  struct Batch {
    var changes = CollectionChanges()
    var chunkCount = 0
    /// Vectors that came with their texts.
    var given: [TextHash: [Float]] = [:]

    /// - Parameter chunks: that it holds.
    func isFull(_ chunks: Int) -> Bool {
      let rows = changes.documents.count + changes.files.count + changes.unread.count
      return chunkCount >= chunks || rows >= 1000
    }

    mutating func append(_ document: StoredDocument, vector: [Float]? = nil) {
      if let vector { for chunk in document.chunks { given[chunk.textHash] = vector } }
      changes.documents.append(document)
      chunkCount += document.chunks.count
    }
  }

  /// Opens a collection, or makes it.
  /// - Throws: what ``CollectionCatalog/openOrCreate(_:folder:space:)`` throws.
  public func collection(_ name: String, folder: String? = nil) async throws(CollectionError) -> any CollectionStorage {
    try await store.openOrCreate(name, folder: folder, space: VectorSpace(of: engine))
  }

  /// Puts documents into a collection. One of a key that is there replaces it.
  /// - Throws: `EngineError`, `CollectionError`, or `CancellationError`; what was written before stays.
  public func add(
    _ texts: [IndexedText], to collection: any CollectionStorage,
    progress: (IndexProgress) -> Void = { _ in }
  ) async throws -> IndexReport {
    let texts = Self.lastOfEach(texts)
    var report = IndexReport()
    var state = IndexProgress()
    state.total = texts.count
    state.bytesTotal = texts.reduce(0) { $0 + $1.text.utf8.count }
    progress(state)
    var batch = Batch()
    for text in texts {
      let document = document(text, of: collection)
      if let known = try await collection.document(document.key) {
        if known.isSame(as: document) {
          report.unchanged += 1
        } else {
          report.updated += 1
          batch.append(document, vector: text.vector)
        }
      } else {
        report.added += 1
        batch.append(document, vector: text.vector)
      }
      state.done += 1
      state.bytesDone += text.text.utf8.count
      if batch.isFull(Self.batchChunks) {
        report.add(try await write(batch, to: collection))
        batch = Batch()
        state.embedded = report.embedded
        progress(state)
      }
    }
    report.add(try await write(batch, to: collection))
    report.refusedPacks = packs.takeRefused()
    state.embedded = report.embedded
    progress(state)
    report.chunks = try await collection.status().chunks
    return report
  }

  /// The last text of each document, in the order of these.
  private static func lastOfEach(_ texts: [IndexedText]) -> [IndexedText] {
    var last: [DocumentKey: Int] = [:]
    for (index, text) in texts.enumerated() { last[text.key] = index }
    return texts.enumerated().filter { last[$1.key] == $0 }.map(\.element)
  }

  private func document(_ text: IndexedText, of collection: any CollectionStorage) -> StoredDocument {
    var path: String?
    if case .uri(let uri) = text.key { path = FileURI.path(ofURI: uri) }
    if let folder = collection.folder, let inside = path.flatMap({ FilePath.inside(folder, $0) }) { path = inside }
    let language = text.language.map { Language.named($0) } ?? Language.of(path: path ?? "", text: text.text)
    return StoredDocument(
      key: text.key, path: path, language: text.language ?? (path == nil ? nil : language?.id),
      metadata: text.metadata,
      chunks: text.vector == nil
        ? chunker.chunks(of: text.text, language: language ?? .plainText) : chunker.whole(text.text))
  }

  /// Embeds what is new in a batch, and writes it.
  /// - Parameters:
  ///   - mostTexts: where more than these have no vector, all of them wait for it.
  ///   - kept: documents that are left as they are, asked for at the moment of writing: embedding may take long.
  func write(
    _ batch: Batch, to collection: any CollectionStorage, embedding mostTexts: Int = .max,
    keeping kept: () -> Set<DocumentKey> = { [] }
  ) async throws -> Written {
    var batch = batch
    guard !batch.changes.isEmpty else { return Written() }
    try Task.checkCancellation()
    var texts: [TextHash: String] = [:]
    for chunk in batch.changes.documents.lazy.flatMap(\.chunks) { texts[chunk.textHash] = chunk.embeddedText }
    var vectors = try await collection.knownVectors(Set(texts.keys))
    // What this machine has made itself is not replaced.
    vectors.merge(batch.given) { known, _ in known }
    let packed = try await packedVectors(texts.filter { vectors[$0.key] == nil }, space: collection.space)
    vectors.merge(packed) { known, _ in known }
    let missing = texts.filter { vectors[$0.key] == nil }
    let waits = missing.count > mostTexts
    batch.changes.defersVectors = waits
    if !waits {
      let embedding = PendingEmbedding(engine: engine)
      vectors.merge(try await embedding.vectors(of: missing, prompt: collection.space.prompt)) { known, _ in known }
      batch.changes.placeVectors = try await placeVectors(of: batch.changes.documents, in: collection)
    }
    batch.changes.vectors = vectors
    batch.changes.leave(kept())
    try await collection.write(batch.changes)
    return Written(embedded: waits ? 0 : missing.count, packed: packed.count)
  }

  /// Gives the chunks that were stored without their places what they lack.
  func addPlaces(to collection: any CollectionStorage) async throws {
    while true {
      let chunks = try await collection.chunksWithoutPlace(4 * Self.batchChunks)
      guard !chunks.isEmpty else { return }
      let places = Dictionary(chunks.values.map { (TextHash($0), $0) }, uniquingKeysWith: { first, _ in first })
      var changes = CollectionChanges()
      changes.places = chunks
      changes.placeVectors = try await placeVectors(places, in: collection)
      try await collection.write(changes)
    }
  }

  private func placeVectors(
    of documents: [StoredDocument], in collection: any CollectionStorage
  ) async throws -> [TextHash: QuantizedVector] {
    var places: [TextHash: String] = [:]
    for document in documents {
      for place in document.chunks.compactMap({ $0.place(path: document.path) }) { places[TextHash(place)] = place }
    }
    return try await placeVectors(places, in: collection)
  }

  /// The vectors of the places that a collection does not know yet.
  private func placeVectors(
    _ places: [TextHash: String], in collection: any CollectionStorage
  ) async throws -> [TextHash: QuantizedVector] {
    let known = try await collection.knownPlaces(Set(places.keys))
    let unknown = places.filter { !known.contains($0.key) }
    var vectors = try await packedPlaces(unknown, space: collection.space)
    let missing = unknown.filter { vectors[$0.key] == nil }
    let embedding = PendingEmbedding(engine: engine)
    for (place, vector) in try await embedding.vectors(of: missing, prompt: collection.space.prompt) {
      vectors[place] = QuantizedVector(StoredVector.unit(vector))
    }
    return vectors
  }

  func embed(_ texts: [String], prompt: String) async throws -> [[Float]] {
    try Task.checkCancellation()
    var request = EmbedRequest(texts: texts)
    request.prompt = .text(prompt)
    request.priority = .bulk
    return try await engine.embed(request).vectors
  }
}

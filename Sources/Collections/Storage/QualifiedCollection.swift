import Documents
import Encoder

/// A collection of one of several stores, under the name that tells which (``QualifiedName``). All else is the collection's own.
package struct QualifiedCollection: CollectionStorage {
  private let collection: any CollectionStorage
  private let store: String?
  /// The name with its store.
  package let name: String

  /// - Parameter store: that it is in; nil for the usual one.
  init(_ collection: any CollectionStorage, store: String?) {
    self.collection = collection
    self.store = store
    name = QualifiedName(store: store, name: collection.name).text
  }

  package var folder: String? { collection.folder }
  package var space: VectorSpace { collection.space }
  package var path: String { collection.path }
  package var graphProblem: GraphProblem? { collection.graphProblem }
  package var lacksGraph: Bool { collection.lacksGraph }

  // MARK: What names it

  package func status() async throws(CollectionError) -> CollectionStatus {
    try await collection.status().named(in: store)
  }

  package func chunks(at place: PlaceInCollection) async throws(CollectionError) -> [Int64] {
    try await collection.chunks(at: own(place))
  }

  package func vector(of place: PlaceInCollection) async throws(CollectionError) -> [Float]? {
    try await collection.vector(of: own(place))
  }

  package func candidates(
    for query: CollectionQuery, depth: Int
  ) async throws(CollectionError) -> SearchCandidates {
    var query = query
    query.scope.parts = query.scope.parts[name].map { [collection.name: $0] } ?? [:]
    query.excluded = query.excluded.flatMap { $0.collection == name ? own($0) : nil }
    return try await collection.candidates(for: query, depth: depth)
  }

  package func hits(
    _ chunks: [RankedChunk], near vector: [Float]?
  ) async throws(CollectionError) -> [CollectionHit?] {
    try await collection.hits(chunks, near: vector).map { hit in
      guard var hit else { return nil }
      hit.collection = name
      return hit
    }
  }

  private func own(_ place: PlaceInCollection) -> PlaceInCollection {
    var place = place
    if place.collection == name { place.collection = collection.name }
    return place
  }

  // MARK: What does not

  package func files() async throws(CollectionError) -> [DocumentKey: FileState] { try await collection.files() }

  package func unreadFiles() async throws(CollectionError) -> [String: UnreadFile] {
    try await collection.unreadFiles()
  }

  package func documents(
    offset: Int, limit: Int, withChunks: Bool
  ) async throws(CollectionError) -> [(document: StoredDocument, chunks: Int)] {
    try await collection.documents(offset: offset, limit: limit, withChunks: withChunks)
  }

  package func document(_ key: DocumentKey) async throws(CollectionError) -> StoredDocument? {
    try await collection.document(key)
  }

  package func pendingCount() async throws(CollectionError) -> Int { try await collection.pendingCount() }

  package func pending(_ texts: Int) async throws(CollectionError) -> [PendingChunk] {
    try await collection.pending(texts)
  }

  package func pending(among chunks: Set<Int64>) async throws(CollectionError) -> [PendingChunk] {
    try await collection.pending(among: chunks)
  }

  package func knownVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: [Float]] {
    try await collection.knownVectors(hashes)
  }

  @discardableResult
  package func write(_ changes: CollectionChanges) async throws(CollectionError) -> CollectionChanges.Outcome {
    try await collection.write(changes)
  }

  package func knownPlaces(_ hashes: Set<TextHash>) async throws(CollectionError) -> Set<TextHash> {
    try await collection.knownPlaces(hashes)
  }

  package func placeVectors(
    _ hashes: Set<TextHash>
  ) async throws(CollectionError) -> [TextHash: QuantizedVector] {
    try await collection.placeVectors(hashes)
  }

  package func chunksWithoutPlace(_ count: Int) async throws(CollectionError) -> [Int64: String] {
    try await collection.chunksWithoutPlace(count)
  }

  package func lockForIndexing() async throws(CollectionError) -> any CollectionLock {
    try await collection.lockForIndexing()
  }

  package func lockForEmbedding() async throws(CollectionError) -> any CollectionLock {
    try await collection.lockForEmbedding()
  }

  package func isIndexing() async -> Bool { await collection.isIndexing() }

  package func extendGraph(by rows: Int) async throws(CollectionError) -> Int {
    try await collection.extendGraph(by: rows)
  }

  package func graphStatus() async throws(CollectionError) -> GraphStatus? { try await collection.graphStatus() }

  package func check() async throws(CollectionError) -> [String] { try await collection.check() }

  package func vacuum() async throws(CollectionError) { try await collection.vacuum() }
}

extension CollectionStatus {
  /// The same under the name that tells the store, too.
  func named(in store: String?) -> CollectionStatus {
    CollectionStatus(
      name: QualifiedName(store: store, name: name).text, folder: folder, space: space, documents: documents,
      chunks: chunks, pending: pending, bytes: bytes,
      updated: updated)
  }
}

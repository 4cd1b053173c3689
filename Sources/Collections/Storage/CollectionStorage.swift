import Documents
import Encoder

/// Where one collection is kept, whatever keeps it: the only thing that indexing and searching know of it. Many readers, one
/// writer at a time, from any number of tasks and processes.
///
/// Every call may wait for a disk, a network or another process, and none does so on a thread that runs other tasks.
public protocol CollectionStorage: Sendable {
  /// What the collection is called.
  var name: String { get }
  /// The folder that it is an index of; nil for documents from elsewhere.
  var folder: String? { get }
  /// What its vectors are of.
  var space: VectorSpace { get }
  /// Where it is, for people: a file, or a server's address without its secrets.
  var path: String { get }

  /// Counts of the collection as it is now.
  func status() async throws(CollectionError) -> CollectionStatus
  /// What is known of each file, by its document's key.
  func files() async throws(CollectionError) -> [DocumentKey: FileState]
  /// The files that need not be read again while they stay as they were, by their paths from the folder.
  func unreadFiles() async throws(CollectionError) -> [String: UnreadFile]
  /// Documents in the order in which they were put, with or without their chunks.
  func documents(
    offset: Int, limit: Int, withChunks: Bool
  ) async throws(CollectionError) -> [(document: StoredDocument, chunks: Int)]
  /// A document with its chunks; nil where there is none of this key.
  func document(_ key: DocumentKey) async throws(CollectionError) -> StoredDocument?

  /// Chunks whose texts wait for their vectors. Costs next to nothing where there are none: every search asks.
  func pendingCount() async throws(CollectionError) -> Int
  /// What chunks lack to be found by meaning, the chunks of so many texts that wait for their vectors: those of the lowest
  /// ``StoredDocument/embeddingPriority`` first.
  func pending(_ texts: Int) async throws(CollectionError) -> [PendingChunk]
  /// What some chunks lack, of those that lack something; in no particular order.
  /// - Parameter chunks: by the storage's numbers; those that are not there any more are left out.
  func pending(among chunks: Set<Int64>) async throws(CollectionError) -> [PendingChunk]
  /// The chunks of a document that stand on some lines, in the order of the text.
  func chunks(at place: PlaceInCollection) async throws(CollectionError) -> [Int64]

  /// The vectors of those texts that were embedded before, in this collection or in another one of the same space.
  /// - Returns: `[dimensions]` float32 of length 1; texts that are not known are left out.
  func knownVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: [Float]]
  /// The mean of the vectors of a place's chunks, for looking for more of its kind. Texts that wait for theirs have no part
  /// in it.
  /// - Returns: `[dimensions]` of length 1; nil where no chunk with a vector is there.
  func vector(of place: PlaceInCollection) async throws(CollectionError) -> [Float]?

  /// Makes changes, all or none of them. What a call has returned from is kept, whatever happens to the process.
  /// ``CollectionChanges/vectors`` go to the texts of the documents, and to those that wait for theirs; others are of no use.
  /// - Throws: `invalid` where a vector is missing and texts are not to wait, or has other dimensions or numbers that are not finite; `busy` where
  ///   another process writes for too long; `unknown` where the collection was dropped meanwhile; `storageFailed`,
  ///   `damaged`.
  @discardableResult
  func write(_ changes: CollectionChanges) async throws(CollectionError) -> CollectionChanges.Outcome

  /// Which of those places have a vector in this collection.
  func knownPlaces(_ hashes: Set<TextHash>) async throws(CollectionError) -> Set<TextHash>
  /// The vectors of those places that are embedded in this collection.
  func placeVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: QuantizedVector]
  /// The places of chunks that have none yet, by their chunks; of documents that have any place to tell of.
  /// - Parameter count: chunks at most.
  func chunksWithoutPlace(_ count: Int) async throws(CollectionError) -> [Int64: String]

  /// The chunks that the legs of a query's mode find, of one state of the collection.
  /// - Parameter depth: chunks that a leg finds, at most.
  func candidates(for query: CollectionQuery, depth: Int) async throws(CollectionError) -> SearchCandidates
  /// Chunks with their documents, as results, in the order given; nil for those that are not there any more.
  /// - Parameter vector: what their similarity is measured from; nil for none.
  func hits(_ chunks: [RankedChunk], near vector: [Float]?) async throws(CollectionError) -> [CollectionHit?]

  /// Takes the right to index for this process, so that two do not do the same work. Writing needs none.
  /// - Throws: `busy` where another process or call has it; `storageFailed`.
  func lockForIndexing() async throws(CollectionError) -> any CollectionLock
  /// Takes the right to give the texts that wait their vectors, so that two do not embed the same. It is another one than
  /// that to index: the folder may be brought up to date meanwhile. A few texts are embedded without it.
  /// - Throws: `busy` where another process or call has it; `storageFailed`.
  func lockForEmbedding() async throws(CollectionError) -> any CollectionLock
  /// Whether another process or call holds ``lockForIndexing()`` or ``lockForEmbedding()``.
  func isIndexing() async -> Bool

  /// Adds vectors that the approximate index of a large collection lacks.
  /// - Parameter rows: how many of them at most.
  /// - Returns: how many are left; 0 too where the collection is to have no such index.
  /// - Throws: `storageFailed`, `damaged`, `busy`.
  func extendGraph(by rows: Int) async throws(CollectionError) -> Int
  /// What is known of the approximate index; nil where there is none.
  func graphStatus() async throws(CollectionError) -> GraphStatus?
  /// Why searches do not use the approximate index that is stored, as far as one has tried; nil where nothing is wrong.
  var graphProblem: GraphProblem? { get }
  /// Whether a search has found so many vectors that there should be an approximate index, and no trace of one.
  var lacksGraph: Bool { get }

  /// Looks whether the collection is sound.
  /// - Returns: what is wrong, a sentence each; empty where nothing is.
  /// - Throws: `storageFailed`, `busy`.
  func check() async throws(CollectionError) -> [String]
  /// Gives back the space of what was removed.
  /// - Throws: `storageFailed`, `busy`.
  func vacuum() async throws(CollectionError)
}

/// A right that one process or call has at a time, such as that to index a collection; the system takes it back when the
/// process ends, however it ends.
public protocol CollectionLock: Sendable {
  /// Lets others have it; done at the latest when the lock goes out of use.
  func release()
}

/// Counts of a collection.
public struct CollectionStatus: Sendable, Equatable {
  /// What it is called.
  public let name: String
  /// The folder that it is an index of.
  public let folder: String?
  /// What its vectors are of.
  public let space: VectorSpace
  /// Documents in it.
  public let documents: Int
  /// Chunks of these.
  public let chunks: Int
  /// Of the chunks those whose texts wait for their vectors.
  public let pending: Int
  /// That it takes where it is stored.
  public let bytes: Int
  /// Seconds since 1970 of the last write.
  public let updated: Int
}

/// A chunk in a ranking.
public struct RankedChunk: Sendable, Equatable {
  /// The storage's number of it.
  public let chunk: Int64
  /// The storage's number of its document.
  public let document: Int64
  /// Higher is better; what it means depends on the ranking.
  public let score: Float

  /// Stores the values as they are given.
  public init(chunk: Int64, document: Int64, score: Float) {
    self.chunk = chunk
    self.document = document
    self.score = score
  }
}

extension CollectionStorage {
  /// Adds some hundred vectors, which take tenths of a second.
  public func extendGraph() async throws(CollectionError) -> Int { try await extendGraph(by: 256) }

  /// All documents, with or without their chunks.
  public func documents(
    withChunks: Bool = false
  ) async throws(CollectionError) -> [(document: StoredDocument, chunks: Int)] {
    try await documents(offset: 0, limit: .max, withChunks: withChunks)
  }

  /// - Throws: `otherSpace` where vectors of `asked` cannot be compared with the collection's.
  public func require(_ asked: VectorSpace) throws(CollectionError) {
    // The name is for people: the same files may be reached by several.
    var stored = space
    stored.model = asked.model
    guard stored == asked else { throw CollectionError(.otherSpace(stored: space, asked: asked), path: name) }
  }
}

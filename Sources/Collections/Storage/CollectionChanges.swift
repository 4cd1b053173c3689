import Documents
import Encoder

/// What is done to a collection in one step: all of it, or nothing.
public struct CollectionChanges: Sendable {
  /// What a write has done.
  public struct Outcome: Sendable, Equatable {
    /// Documents of ``CollectionChanges/removed`` that were there.
    public var removed = 0
    /// Documents of ``CollectionChanges/documents`` that took the place of one.
    public var replaced = 0

    /// Nothing.
    public init() {}
  }

  /// Documents that go, before anything is added.
  public var removed: [DocumentKey] = []
  /// What is known of files whose text stayed the same.
  public var files: [(key: DocumentKey, state: FileState)] = []
  /// Files that need not be read again, and nil for those that are none of these any more, by their paths.
  public var unread: [String: UnreadFile?] = [:]
  /// Documents that are added, or take the place of those of the same keys.
  public var documents: [StoredDocument] = []
  /// By ``DocumentChunk/textHash``: the vector of every chunk whose text is new to the collection, and of texts that wait
  /// for theirs (``PendingChunk``); any length but zero, it is scaled to 1.
  public var vectors: [TextHash: [Float]] = [:]
  /// Whether a text whose vector is missing waits for it, and is found by words alone until then. Else it is an error.
  public var defersVectors = false
  /// By ``DocumentChunk/placeHash(path:)``: the vectors of places that are new to the collection, of length 1 but for the
  /// rounding of their codes. A chunk whose place has none is ranked without it.
  public var placeVectors: [TextHash: QuantizedVector] = [:]
  /// Chunks of the collection, by the storage's numbers, that get the places that they lack.
  public var places: [Int64: String] = [:]

  /// Changes that only remove or add documents, unless more is set.
  public init(
    removed: [DocumentKey] = [], documents: [StoredDocument] = [], vectors: [TextHash: [Float]] = [:]
  ) {
    self.removed = removed
    self.documents = documents
    self.vectors = vectors
  }

  /// Leaves some documents as they are.
  mutating func leave(_ kept: Set<DocumentKey>) {
    guard !kept.isEmpty else { return }
    removed.removeAll { kept.contains($0) }
    files.removeAll { kept.contains($0.key) }
    documents.removeAll { kept.contains($0.key) }
  }

  /// Whether there is nothing to do.
  public var isEmpty: Bool {
    removed.isEmpty && files.isEmpty && unread.isEmpty && documents.isEmpty && places.isEmpty && vectors.isEmpty
  }
}

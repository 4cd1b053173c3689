import Documents

/// What tells cheaply whether a file is the one that was indexed.
public struct FileState: Sendable, Equatable {
  /// Bytes of the file.
  public var size: Int
  /// ``FoundFile/stamp``; nil where the file must be looked at again, and for a text that is not the file's.
  public var stamp: Int?
  /// Of the file's bytes.
  public var contentHash: TextHash

  /// Stores the values as they are given.
  public init(size: Int, stamp: Int?, contentHash: TextHash) {
    self.size = size
    self.stamp = stamp
    self.contentHash = contentHash
  }
}

/// A document with its chunks, as it is put into a collection and as it comes out.
public struct StoredDocument: Sendable, Equatable {
  /// Its name; putting a document replaces the one of the same key.
  public var key: DocumentKey
  /// What path globs look at: relative to the folder, with `/`; nil for documents that are no files.
  public var path: String?
  /// Of the file that it was read from; nil for documents that are no files.
  public var file: FileState?
  /// Its language, as LSP's language identifiers (`swift`, `markdown`).
  public var language: String?
  /// What a filter looks at.
  public var metadata: [String: MetadataValue]
  /// In the order of the text.
  public var chunks: [DocumentChunk]

  /// A document of these chunks, with nothing else unless given.
  public init(
    key: DocumentKey, path: String? = nil, file: FileState? = nil, language: String? = nil,
    metadata: [String: MetadataValue] = [:], chunks: [DocumentChunk]
  ) {
    self.key = key
    self.path = path
    self.file = file
    self.language = language
    self.metadata = metadata
    self.chunks = chunks
  }

  /// Whether nothing would change if the other took its place. Texts are compared by their hashes, and so by bytes: Swift's
  /// strings are equal where only their composition differs.
  func isSame(as other: StoredDocument) -> Bool {
    guard self == other else { return false }
    return zip(chunks, other.chunks).allSatisfy {
      $0.textHash == $1.textHash && $0.lead.utf8.elementsEqual($1.lead.utf8)
    }
  }
}

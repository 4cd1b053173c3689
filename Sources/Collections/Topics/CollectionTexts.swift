import Encoder

/// The texts of a collection with their vectors: what is grouped, and laid out in the plane.
public struct CollectionTexts: Sendable {
  /// What a text is.
  public enum Unit: String, Sendable, CaseIterable {
    /// A chunk.
    case chunk
    /// All chunks of a document, with the mean of their vectors.
    case file
  }

  /// Where each text stands; its score is 0.
  public private(set) var hits: [CollectionHit] = []
  /// What was embedded of each.
  public private(set) var texts: [String] = []
  /// Of each, of length 1.
  public private(set) var vectors: [[Float]] = []
  /// Chunks that have no vector yet, and are left out.
  public private(set) var pending = 0

  /// Characters of a document's text that are its hit's.
  private static let shownOfDocument = 2000

  /// - Throws: `invalid` for a glob that is none; `damaged`, `storageFailed`; `CancellationError`.
  public init(
    of collection: any CollectionStorage, by unit: Unit = .chunk, scope: DocumentScope = DocumentScope()
  ) async throws {
    let takesPart = try scope.taking(of: collection.name)
    let documents = try await collection.documents(withChunks: true).map(\.document).filter(takesPart)
    try Task.checkCancellation()
    let known = try await collection.knownVectors(Set(documents.lazy.flatMap(\.chunks).map(\.textHash)))
    try Task.checkCancellation()
    for document in documents {
      try Task.checkCancellation()
      let chunks = document.chunks.filter { known[$0.textHash] != nil }
      pending += document.chunks.count - chunks.count
      switch unit {
      case .chunk:
        for chunk in chunks {
          append(document, chunk, chunk.embeddedText, known[chunk.textHash] ?? [], collection.name)
        }
      case .file:
        guard var whole = chunks.first, var sum = known[whole.textHash] else { continue }
        for chunk in chunks.dropFirst() { sum = zip(sum, known[chunk.textHash] ?? sum).map(+) }
        whole.text = String(chunks.lazy.map(\.text).joined(separator: "\n").prefix(Self.shownOfDocument))
        (whole.heading, whole.symbol, whole.symbolKind) = (nil, nil, nil)
        append(document, whole, chunks.map(\.embeddedText).joined(separator: "\n"), sum, collection.name)
      }
    }
  }

  private mutating func append(
    _ document: StoredDocument, _ chunk: DocumentChunk, _ text: String, _ vector: [Float], _ collection: String
  ) {
    var vector = vector
    Vectors.normalize(&vector)
    hits.append(CollectionHit(document, chunk, in: collection, score: 0))
    texts.append(text)
    vectors.append(vector)
  }
}

extension CollectionHit {
  /// A chunk as a place that was found.
  init(_ document: StoredDocument, _ chunk: DocumentChunk, in collection: String, score: Float) {
    self.init(
      collection: collection, key: document.key, path: document.path, language: document.language,
      file: document.file, metadata: document.metadata, score: score, span: chunk.span, text: chunk.text,
      heading: chunk.heading, symbol: chunk.symbol, symbolKind: chunk.symbolKind, places: chunk.places)
  }

  /// Whether they are no parts of one another: the parts of something that was cut overlap, and are no copies.
  public func isApart(from other: CollectionHit) -> Bool {
    collection != other.collection || key != other.key || span.bytes.upperBound <= other.span.bytes.lowerBound
      || other.span.bytes.upperBound <= span.bytes.lowerBound
  }
}

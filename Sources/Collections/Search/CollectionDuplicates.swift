import Encoder

/// Two places of a collection that say nearly the same.
public struct DuplicatePair: Sendable, Equatable {
  /// The one that comes first in the collection.
  public let first: CollectionHit
  /// The other.
  public let second: CollectionHit
  /// The cosine of their vectors.
  public let score: Float
}

/// Rows of the matrix of scores that are held at once.
private let rowsAtOnce = 128

extension CollectionStorage {
  /// The pairs of chunks whose vectors are nearest, as in paraphrase mining: every chunk against every other.
  /// - Parameters:
  ///   - minScore: the least cosine.
  ///   - minCharacters: shorter chunks take no part, since short texts are alike without being copies.
  ///   - limit: pairs at most, the nearest of all.
  /// - Throws: `damaged`, `storageFailed`; `CancellationError`.
  public func duplicates(minScore: Float, minCharacters: Int, limit: Int) async throws -> [DuplicatePair] {
    var chunks: [(document: StoredDocument, chunk: DocumentChunk)] = []
    for (document, _) in try await documents(withChunks: true) {
      chunks += document.chunks.filter { $0.span.characters.count >= minCharacters }.map { (document, $0) }
    }
    let known = try await knownVectors(Set(chunks.map(\.chunk.textHash)))
    let vectors = chunks.compactMap { known[$0.chunk.textHash] }
    guard vectors.count == chunks.count else {
      throw CollectionError(.damaged, path: name, detail: "\(chunks.count - vectors.count) chunks lack vectors")
    }
    guard limit > 0 else { return [] }
    // No more pairs than this are ever held, however many are asked for.
    let limit = min(limit, Int.max / 8)
    let isApart = { (first: Int, second: Int) in
      // The parts of something that was cut overlap, and are no copies of each other.
      chunks[first].document.key != chunks[second].document.key
        || chunks[first].chunk.span.bytes.upperBound <= chunks[second].chunk.span.bytes.lowerBound
    }
    var pairs: [(first: Int, second: Int, score: Float)] = []
    for start in stride(from: 0, to: chunks.count, by: rowsAtOnce) {
      try Task.checkCancellation()
      let end = min(start + rowsAtOnce, chunks.count)
      let (rows, columns) = (Array(vectors[start..<end]), Array(vectors[start...]))
      let scores = try Vectors.scores(left: rows, right: columns, function: .dot)
      for (row, line) in scores.enumerated() {
        for (column, score) in line.enumerated() where column > row && score >= minScore {
          if isApart(start + row, start + column) { pairs.append((start + row, start + column, score)) }
        }
      }
      if pairs.count > 8 * limit { pairs = Array(Self.nearest(pairs).prefix(2 * limit)) }
    }
    return Self.nearest(pairs).prefix(limit).map { pair in
      DuplicatePair(
        first: hit(chunks[pair.first], pair.score), second: hit(chunks[pair.second], pair.score), score: pair.score)
    }
  }

  private static func nearest(
    _ pairs: [(first: Int, second: Int, score: Float)]
  ) -> [(first: Int, second: Int, score: Float)] {
    pairs.sorted { ($1.score, $0.first, $0.second) < ($0.score, $1.first, $1.second) }
  }

  private func hit(_ place: (document: StoredDocument, chunk: DocumentChunk), _ score: Float) -> CollectionHit {
    CollectionHit(
      collection: name, key: place.document.key, path: place.document.path, language: place.document.language,
      metadata: place.document.metadata, score: score, span: place.chunk.span, text: place.chunk.text,
      heading: place.chunk.heading, symbol: place.chunk.symbol, symbolKind: place.chunk.symbolKind,
      location: place.chunk.location)
  }
}

import Encoder

/// Places of a collection that say nearly the same.
public struct DuplicateGroup: Sendable, Equatable {
  /// Two or more, in the collection's order; of each place the score is the cosine with the first one's.
  public let places: [CollectionHit]
  /// The greatest cosine of two of them.
  public let score: Float
}

/// Rows of the matrix of scores that are held at once.
private let rowsAtOnce = 128
/// Pairs that are held at most, the nearest of all.
private let mostPairs = 1 << 18

extension CollectionStorage {
  /// The groups of chunks whose vectors are nearest, as in paraphrase mining: every chunk against every other. Copies of one
  /// text count as one of them; what is near is joined with the group's first, so that no chain of neighbours is a group.
  /// - Parameters:
  ///   - minScore: the least cosine of a place with its group's first.
  ///   - minCharacters: shorter chunks take no part, since short texts are alike without being copies.
  ///   - limit: groups at most, the nearest of all.
  ///   - scope: which documents take part, by path and language.
  ///   - progress: told of every step: texts that are compared, of how many.
  /// - Throws: `invalid` for a glob that is none; `damaged`, `storageFailed`; `CancellationError`.
  public func duplicates(
    minScore: Float, minCharacters: Int, limit: Int, scope: DocumentScope = DocumentScope(),
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) async throws -> [DuplicateGroup] {
    let takesPart = try scope.taking(of: name)
    var chunks: [DuplicateChunk] = []
    for (document, _) in try await documents(withChunks: true) where takesPart(document) {
      chunks += document.chunks.filter { $0.span.characters.count >= minCharacters }.map {
        DuplicateChunk(document: document, chunk: $0)
      }
    }
    // Of each text the chunks that have it, in the collection's order.
    var copies: [[Int]] = []
    var known: [TextHash: Int] = [:]
    for (index, chunk) in chunks.enumerated() {
      if let text = known[chunk.chunk.textHash] {
        copies[text].append(index)
      } else {
        known[chunk.chunk.textHash] = copies.count
        copies.append([index])
      }
    }
    let stored = try await knownVectors(Set(known.keys))
    let vectors = copies.compactMap { stored[chunks[$0[0]].chunk.textHash] }
    guard vectors.count == copies.count else {
      throw CollectionError(.damaged, path: name, detail: "\(copies.count - vectors.count) chunks lack vectors")
    }
    guard limit > 0 else { return [] }
    let pairs = try Self.pairs(vectors, minScore: minScore, progress) { left, right in
      copies[left].contains { first in copies[right].contains { chunks[first].isApart(from: chunks[$0]) } }
    }
    var groups = TextGroups()
    for (text, places) in copies.enumerated() where Self.apart(places, chunks).count > 1 { groups.add(text) }
    for pair in pairs { groups.add(pair) }
    return groups.best(limit).compactMap { group in
      let places = group.texts.flatMap { text in copies[text.index].map { (index: $0, score: text.score) } }
      let kept = Self.apart(places.map(\.index), chunks)
      guard kept.count > 1 else { return nil }
      let scores = Dictionary(places.map { ($0.index, $0.score) }, uniquingKeysWith: max)
      return DuplicateGroup(places: kept.map { hit(chunks[$0], scores[$0] ?? group.score) }, score: group.score)
    }
  }

  /// The pairs of near vectors, the nearest first.
  private static func pairs(
    _ vectors: [[Float]], minScore: Float, _ progress: (Int, Int) -> Void, isApart: (Int, Int) -> Bool
  ) throws -> [TextPair] {
    var pairs: [TextPair] = []
    for start in stride(from: 0, to: vectors.count, by: rowsAtOnce) {
      try Task.checkCancellation()
      let end = min(start + rowsAtOnce, vectors.count)
      let (rows, columns) = (Array(vectors[start..<end]), Array(vectors[start...]))
      let scores = try Vectors.scores(left: rows, right: columns, function: .dot)
      for (row, line) in scores.enumerated() {
        for (column, score) in line.enumerated() where column > row && score >= minScore {
          if isApart(start + row, start + column) {
            pairs.append(TextPair(first: start + row, second: start + column, score: Vectors.withinUnit(score)))
          }
        }
      }
      if pairs.count > 2 * mostPairs { pairs = Array(pairs.sorted().prefix(mostPairs)) }
      progress(end, vectors.count)
    }
    return pairs.sorted()
  }

  /// Chunks of a list of which none overlaps one before it, in the collection's order.
  private static func apart(_ places: [Int], _ chunks: [DuplicateChunk]) -> [Int] {
    places.sorted().reduce(into: []) { kept, place in
      if kept.allSatisfy({ chunks[$0].isApart(from: chunks[place]) }) { kept.append(place) }
    }
  }

  private func hit(_ place: DuplicateChunk, _ score: Float) -> CollectionHit {
    CollectionHit(place.document, place.chunk, in: name, score: score)
  }
}

/// A chunk with its document.
private struct DuplicateChunk {
  let document: StoredDocument
  let chunk: DocumentChunk

  /// Whether they are no parts of one another: the parts of something that was cut overlap, and are no copies.
  func isApart(from other: DuplicateChunk) -> Bool {
    document.key != other.document.key || chunk.span.bytes.upperBound <= other.chunk.span.bytes.lowerBound
      || other.chunk.span.bytes.upperBound <= chunk.span.bytes.lowerBound
  }
}

extension DocumentScope {
  /// Whether a document of a collection of this name takes part.
  func taking(of name: String) throws(CollectionError) -> (StoredDocument) -> Bool {
    var lists: [PathGlobs] = []
    if !globs.isEmpty { lists.append(try PathGlobs(globs)) }
    for patterns in parts[name] ?? [] { lists.append(try PathGlobs(patterns)) }
    let languages = Set(languages)
    return { document in
      (languages.isEmpty || document.language.map(languages.contains) ?? false)
        && filter?.matches(document.metadata) ?? true
        && lists.allSatisfy { list in document.path.map(list.includes) ?? false }
    }
  }
}

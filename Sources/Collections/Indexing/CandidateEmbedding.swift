import Engine

/// Embeds, before a search looks, what it is likeliest to find and what has no vector yet: within a time, and kept. So a folder
/// that was met a moment ago is searched by meaning among the places that have the query's words.
public struct CandidateEmbedding: Sendable {
  /// Milliseconds that it may take where nobody says how many.
  public static let usualBudget = 200
  /// Chunks that are embedded at once; between two of these the time is looked at.
  private static let step = 16
  /// Candidates that are looked at.
  private static let depth = 512
  /// Of a place's text, what others are looked for by that have its words.
  private static let charactersOfPlace = 600

  private let embedding: PendingEmbedding
  private let budget: Duration

  /// - Parameters:
  ///   - engine: of the model that the collections' vectors are of.
  ///   - milliseconds: that it may take; 0 embeds nothing, and of any other the first chunks whatever it is.
  public init(_ engine: Engine, milliseconds: Int = usualBudget) {
    embedding = PendingEmbedding(engine: engine)
    budget = .milliseconds(milliseconds)
  }

  /// Gives vectors to the chunks that a query's words and the files' names put first. Costs next to nothing where all have
  /// theirs. What cannot be stored, as on a full disk, is left as it is.
  /// - Returns: the collections in which anything waited.
  /// - Throws: `EngineError`, `CollectionError`, `CancellationError`.
  @discardableResult
  public func prepare(
    _ collections: [any CollectionStorage], for query: CollectionQuery
  ) async throws -> [any CollectionStorage] {
    var waiting: [any CollectionStorage] = []
    for collection in collections where try await collection.pendingCount() > 0 { waiting.append(collection) }
    let wantsMeaning = query.mode != .keyword || query.minSimilarity != nil
    if !waiting.isEmpty, budget > .zero, wantsMeaning, query.text != nil, query.vector != nil {
      try await embed(waiting, for: query)
    }
    return waiting
  }

  private func embed(_ waiting: [any CollectionStorage], for query: CollectionQuery) async throws {
    let start = ContinuousClock.now
    let likeliest = try await likeliest(waiting, query)
    var longest = Duration.zero
    for first in stride(from: 0, to: likeliest.count, by: Self.step) {
      let before = ContinuousClock.now
      guard first == 0 || before - start + longest <= budget else { return }
      let part = likeliest[first..<min(first + Self.step, likeliest.count)]
      for (index, collection) in waiting.enumerated() {
        let chunks = part.filter { $0.collection == index }.map(\.chunk)
        if !chunks.isEmpty { try await embed(chunks, in: collection) }
      }
      longest = max(longest, ContinuousClock.now - before)
    }
  }

  /// The vector of a place, for looking for more of its kind: its own chunks are embedded first, however many wait, then those
  /// that have most of its words, within the time.
  /// - Parameters:
  ///   - collection: the place's.
  ///   - others: where more of its kind is looked for; nil for the place's own.
  /// - Returns: `[dimensions]` of length 1; nil where nothing is there.
  public func vector(
    of place: PlaceInCollection, in collection: any CollectionStorage, others: [any CollectionStorage]? = nil
  ) async throws -> [Float]? {
    if try await collection.pendingCount() > 0 {
      let own = try await collection.pending(among: Set(try await collection.chunks(at: place)))
      for first in stride(from: 0, to: own.count, by: PendingEmbedding.requestTexts) {
        try await embed(Array(own[first...].prefix(PendingEmbedding.requestTexts)), in: collection)
      }
    }
    guard let vector = try await collection.vector(of: place) else { return nil }
    let searched = others ?? [collection]
    for other in searched where try await other.pendingCount() > 0 {
      var query = CollectionQuery(mode: .hybrid, text: try await words(at: place, in: collection), vector: vector)
      query.excluded = place
      try await prepare(searched, for: query)
      break
    }
    return vector
  }

  /// Some of the words of a place.
  private func words(at place: PlaceInCollection, in collection: any CollectionStorage) async throws -> String {
    let chunks = try await collection.document(place.key)?.chunks ?? []
    let text = chunks.filter { chunk in
      place.lines.map { $0.overlaps(chunk.span.start.line...max(chunk.span.start.line, chunk.span.end.line)) } ?? true
    }.lazy.map(\.text).joined(separator: " ")
    return String(text.prefix(Self.charactersOfPlace))
  }

  private func embed(_ chunks: [PendingChunk], in collection: any CollectionStorage) async throws {
    let changes = try await embedding.changes(for: chunks, in: collection, priority: .interactive)
    do {
      try await collection.write(changes)
    } catch {
      // Where nothing can be stored, the search answers with what is there.
      guard error.kind == .storageFailed || error.kind == .busy else { throw error }
    }
  }

  /// Candidates that lack something, the best first.
  private func likeliest(
    _ collections: [any CollectionStorage], _ query: CollectionQuery
  ) async throws(CollectionError) -> [(collection: Int, chunk: PendingChunk)] {
    let ranking = try await CollectionSearch.likeliest(collections, query, count: Self.depth)
    var pending: [CollectionSearch.Reference: PendingChunk] = [:]
    for (index, collection) in collections.enumerated() {
      let own = ranking.filter { $0.collection == index }
      let byNumber = Dictionary(own.map { ($0.chunk, $0) }) { first, _ in first }
      for chunk in try await collection.pending(among: Set(byNumber.keys)) {
        if let reference = byNumber[chunk.chunk] { pending[reference] = chunk }
      }
    }
    return ranking.compactMap { reference in pending[reference].map { (reference.collection, $0) } }
  }
}

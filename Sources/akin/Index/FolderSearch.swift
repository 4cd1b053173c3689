import AkinCollections
import Engine

/// A search of folders' collections.
struct FolderSearch {
  let engine: Engine
  let collections: [any CollectionStorage]
  var query: CollectionQuery
  var reading: SecondReading?
  /// Embeds what is likeliest to be found and waits for its vector.
  let embedding: CandidateEmbedding

  /// Hits that a list of files looks through at most, and by what it grows.
  private static let mostForFiles = 4096

  /// What is asked of the collections for a person's query.
  func query(for text: String) throws(CollectionError) -> CollectionQuery {
    var query = query
    try query.setText(text)
    return query
  }

  /// The hits with the line that answers best, by its meaning where no line has a word of the query.
  func refined(_ hits: [CollectionHit], for text: String) async throws -> [CollectionHit] {
    let query = try query(for: text)
    guard let words = query.text, query.mode != .keyword else { return hits }
    var request = EmbedRequest(texts: [words])
    if engine.description.prompts["query"] != nil { request.prompt = .named("query") }
    let lines = QueryLines(words, patterns: query.patterns)
    guard hits.contains(where: { !lines.best(in: $0.text, symbol: $0.symbol).isNamed }),
      let vector = try await engine.embed(request).vectors.first
    else { return hits }
    return try await lines.refined(hits, near: vector, engine: engine)
  }

  /// - Parameter request: embeds the text, with the model's prompt for queries unless it has another.
  /// - Parameter files: as many files are wanted, those of copies among them, and not as many places.
  func hits(for text: String, request: EmbedRequest, files: Bool = false) async throws -> [CollectionHit] {
    var query = try query(for: text)
    var request = request
    request.texts = [query.text ?? text]
    if request.prompt == nil, engine.description.prompts["query"] != nil { request.prompt = .named("query") }
    // Keyword search has no use for it, but for telling how similar its results are.
    query.vector = try await engine.embed(request).vectors.first
    try await embedding.prepare(collections, for: query)
    let wanted = query.topK
    guard files else {
      guard let reading else { return try await CollectionSearch.search(collections, query) }
      query.topK = SecondReading.count(topK: wanted, offset: 0)
      let hits = try await CollectionSearch.search(collections, query)
      return Array(try await reading.ordered(hits, for: query.text ?? text).prefix(wanted))
    }
    while true {
      query.topK = min(max(query.topK * 4, 64), Self.mostForFiles)
      let hits = try await CollectionSearch.search(collections, query)
      let first = hits.firstOfDocuments(wanted)
      if first.documents >= wanted || hits.count < query.topK || query.topK == Self.mostForFiles { return first.hits }
    }
  }
}

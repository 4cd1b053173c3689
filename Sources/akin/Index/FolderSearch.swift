import Collections
import Engine

/// A search of a folder's collection.
struct FolderSearch {
  let index: FolderIndex
  var query: CollectionQuery

  /// - Parameter request: embeds the text, with the model's prompt for queries unless it has another.
  func hits(for text: String, request: EmbedRequest) async throws -> [CollectionHit] {
    var query = query
    query.text = text
    var request = request
    if request.prompt == nil, index.engine.description.prompts["query"] != nil { request.prompt = .named("query") }
    // Keyword search has no use for it, but for telling how similar its results are.
    query.vector = try await index.engine.embed(request).vectors.first
    return try await CollectionSearch.search([index.collection], query)
  }
}

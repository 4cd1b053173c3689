import Encoder
import Engine

/// Embeds what chunks lack to be found by meaning.
struct PendingEmbedding: Sendable {
  /// Texts of one request to the engine; between two of them a cancellation lands.
  static let requestTexts = 128

  let engine: Engine

  /// What a collection has to be told so that some of its chunks lack nothing any more.
  /// - Throws: `EngineError`, `CollectionError`, `CancellationError`.
  func changes(
    for pending: [PendingChunk], in collection: any CollectionStorage, priority: Priority = .bulk
  ) async throws -> CollectionChanges {
    var texts: [TextHash: String] = [:]
    var places: [TextHash: String] = [:]
    var changes = CollectionChanges()
    for chunk in pending {
      if let text = chunk.text { texts[TextHash(text)] = text }
      guard let place = chunk.place else { continue }
      places[TextHash(place)] = place
      changes.places[chunk.chunk] = place
    }
    let known = try await collection.knownPlaces(Set(places.keys))
    let missing = places.filter { !known.contains($0.key) }
    let prompt = collection.space.prompt
    changes.vectors = try await vectors(of: texts, prompt: prompt, priority: priority)
    changes.placeVectors = try await vectors(of: missing, prompt: prompt, priority: priority).mapValues {
      QuantizedVector(StoredVector.unit($0))
    }
    return changes
  }

  /// The vectors of texts, by their hashes.
  /// - Parameter progress: told how many there are so far.
  func vectors(
    of texts: [TextHash: String], prompt: String, priority: Priority = .bulk, progress: (Int) -> Void = { _ in }
  ) async throws -> [TextHash: [Float]] {
    var vectors: [TextHash: [Float]] = [:]
    // Those of about one length share a batch.
    var rest = texts.sorted { $0.value.utf8.count < $1.value.utf8.count }[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.requestTexts)
      rest = rest.dropFirst(part.count)
      try Task.checkCancellation()
      var request = EmbedRequest(texts: part.map(\.value))
      request.prompt = .text(prompt)
      request.priority = priority
      for (text, vector) in zip(part, try await engine.embed(request).vectors) { vectors[text.key] = vector }
      progress(vectors.count)
    }
    return vectors
  }
}

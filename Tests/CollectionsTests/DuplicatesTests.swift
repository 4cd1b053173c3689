import AkinCollections
import Testing

/// Chunks that say the same.
@Suite struct DuplicatesTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  @Test func equalTextsOfTwoDocumentsAreFound() async throws {
    let collection = try await samples.collection()
    let texts = ["a": "the same line", "b": "another line", "c": "the same line"]
    try await CollectionSamples.put(texts.map { CollectionSamples.document($0.key, $0.value) }, in: collection)
    let pairs = try await collection.duplicates(minScore: 0.9, minCharacters: 1, limit: 10)
    #expect(pairs.count == 1)
    #expect(Set(pairs.flatMap { [$0.first.path, $0.second.path] }) == ["a", "c"])
  }

  @Test func partsThatOverlapCrowdNothingOut() async throws {
    let collection = try await samples.collection()
    // Sixty equal parts of one document, each of which overlaps all the others, and a pair behind them.
    let parts = (0..<60).map { start in
      DocumentChunk(
        span: TextSpan(
          bytes: start..<start + 100, characters: start..<start + 100, start: TextPlace(line: 0),
          end: TextPlace(line: 0)),
        text: "a part that was cut")
    }
    let cut = StoredDocument(key: .uri("file:///cut"), path: "cut", chunks: parts)
    let twins = ["x", "y"].map { CollectionSamples.document($0, "the same line") }
    try await CollectionSamples.put([cut] + twins, in: collection)
    let pairs = try await collection.duplicates(minScore: 0.9, minCharacters: 1, limit: 1)
    #expect(pairs.map(\.first.path) == ["x"] && pairs.map(\.second.path) == ["y"])
  }
}

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
    let groups = try await collection.duplicates(minScore: 0.9, minCharacters: 1, limit: 10)
    #expect(groups.count == 1)
    #expect(Set(groups.flatMap { $0.places.map(\.path) }) == ["a", "c"])
  }

  @Test func copiesOfOneTextAreOneGroup() async throws {
    let collection = try await samples.collection()
    let names = (0..<20).map { "folder/\($0).txt" }
    try await CollectionSamples.put(
      names.map { CollectionSamples.document($0, "the same line") }
        + [CollectionSamples.document("other.txt", "the same line"), CollectionSamples.document("b", "another line")],
      in: collection)
    let groups = try await collection.duplicates(minScore: 0.9, minCharacters: 1, limit: 10)
    #expect(groups.map(\.places.count) == [21])
    #expect(groups.first?.score ?? 0 > 0.999)
    var scope = DocumentScope()
    scope.globs = ["folder/**", "!folder/1*"]
    var steps: [Int] = []
    let some = try await collection.duplicates(
      minScore: 0.9, minCharacters: 1, limit: 10, scope: scope
    ) { done, total in
      steps.append(done)
      #expect(total == 1)
    }
    #expect(some.map(\.places.count) == [9])
    #expect(steps == [1])
    scope.languages = ["swift"]
    #expect(try await collection.duplicates(minScore: 0.9, minCharacters: 1, limit: 10, scope: scope).isEmpty)
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
    let groups = try await collection.duplicates(minScore: 0.9, minCharacters: 1, limit: 1)
    #expect(groups.map { $0.places.map(\.path) } == [["x", "y"]])
  }
}

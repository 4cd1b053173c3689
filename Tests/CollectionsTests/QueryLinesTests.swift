import AkinCollections
import AkinTestSupport
import Encoder
import Engine
import ModelFiles
import Testing

/// The line of a hit that is shown, where the query's words do not tell.
@Suite struct QueryLinesTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  @Test func theNearestLineIsTheBestWhereNoneHasAWord() async throws {
    let collection = try await samples.collection()
    let lines = ["\"\"\"", "the sun and the moon", "import stars", "a cat sits outside", "fire"]
    let text = lines.joined(separator: "\n")
    let chunk = DocumentChunk(
      span: TextSpan(
        bytes: 0..<text.utf8.count, characters: 0..<text.utf8.count, start: TextPlace(),
        end: TextPlace(line: 4, utf8: 4)),
      text: text)
    try await CollectionSamples.put([StoredDocument(key: .id("a"), path: "a", chunks: [chunk])], in: collection)
    var options = EngineOptions()
    (options.model, options.threads) = (Fixtures.path("models/sentence"), 1)
    let engine = try Engine.load(options, store: ModelStore(environment: ["HOME": samples.folder.file("home")]))
    let vector = try #require(try await engine.embed(EmbedRequest(texts: ["animals"])).vectors.first)
    let hits = try await CollectionSearch.search(
      [collection], CollectionQuery(mode: .semantic, vector: CollectionSamples.vector("x")))
    let refined = try await QueryLines("animals").refined(hits, near: vector, engine: engine)
    let saying = [1, 3, 4]
    let own = try await engine.embed(EmbedRequest(texts: saying.map { lines[$0] })).vectors
    let nearest = try #require(zip(saying, own).max { Vectors.dot(vector, $0.1) < Vectors.dot(vector, $1.1) })
    #expect(refined.map(\.bestLine) == [nearest.0])
    // Where a line has a word, that is it.
    let named = try await QueryLines("moons").refined(hits, near: vector, engine: engine)
    #expect(named.map(\.bestLine) == hits.map(\.bestLine))
  }
}

import AkinCollections
import AkinTestSupport
import Engine
import Foundation
import ModelFiles
import Testing

/// The best hits, read once more by a cross-encoder.
@Suite struct SecondReadingTests {
  let samples: CollectionSamples

  init() throws {
    samples = try CollectionSamples()
  }

  private func engine() throws -> Engine {
    let path = samples.folder.file("model")
    try FileManager.default.copyItem(atPath: Fixtures.path("classifiers/bert"), toPath: path)
    for file in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence/" + file), toPath: path + "/" + file)
    }
    var options = EngineOptions()
    (options.model, options.threads) = (path, 1)
    return try Engine.load(options, store: ModelStore(environment: ["HOME": samples.folder.file("home")]))
  }

  @Test func hitsComeInTheOrderOfTheirScoresAndTheRestBehind() async throws {
    let collection = try await samples.collection()
    let texts = (0..<50).map { "fire and water number \($0) \(["sun", "moon", "stars", "cat"][$0 % 4])" }
    try await CollectionSamples.put(
      texts.enumerated().map { CollectionSamples.document("\($0)", $1) }, in: collection)
    var query = CollectionQuery(mode: .keyword, text: "fire")
    query.topK = SecondReading.count(topK: 45, offset: 5)
    #expect(query.topK == 50 && SecondReading.count(topK: 10, offset: 0) == SecondReading.depth)
    let hits = try await CollectionSearch.search([collection], query)
    let engine = try engine()
    let all = try await SecondReading(engine, milliseconds: 60_000).ordered(hits, for: "fire")
    #expect(all.count == 50 && Set(all.compactMap(\.path)).count == 50)
    let scores = all.prefix(40).compactMap(\.rerankScore)
    #expect(scores.count == 40 && scores == scores.sorted(by: >))
    #expect(all.dropFirst(40).elementsEqual(hits.dropFirst(40)))
    // The first are read whatever the time is, and no more.
    let few = try await SecondReading(engine, milliseconds: 0).ordered(hits, for: "fire")
    #expect(few.count { $0.rerankScore != nil } == 8)
    #expect(Set(few.prefix(8).map(\.path)) == Set(hits.prefix(8).map(\.path)))
    #expect(few.dropFirst(8).elementsEqual(hits.dropFirst(8)))
  }

  @Test func aModelOfVectorsIsRefused() async throws {
    let collection = try await samples.collection()
    try await CollectionSamples.put([CollectionSamples.document("a", "fire")], in: collection)
    let hits = try await CollectionSearch.search([collection], CollectionQuery(mode: .keyword, text: "fire"))
    var options = EngineOptions()
    (options.model, options.threads) = (Fixtures.path("models/sentence"), 1)
    let vectors = try Engine.load(options, store: ModelStore(environment: ["HOME": samples.folder.file("home")]))
    await #expect(throws: EngineError.self) { try await SecondReading(vectors).ordered(hits, for: "fire") }
  }
}

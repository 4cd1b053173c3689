import AkinCollections
import AkinTestSupport
import Engine
import Foundation
import ModelFiles
import Testing

/// The notebook's search engine, on the default model's real weights.
@Suite struct InlineSearchTests {
  struct Notebook: Decodable {
    let documents: [String]
    let queries: [String]
    let cosine: [[Float]]
    let best: [Int]
  }

  let notebook: Notebook
  let search: InlineSearch
  let documents: [InlineDocument]

  init() throws {
    notebook = try JSONDecoder().decode(Notebook.self, from: Data(try Fixtures.bytes("notebook.json")))
    var options = EngineOptions()
    options.model = try TestModel.folder
    options.precision = .f32
    let engine = try Engine.load(options, store: ModelStore(environment: TestModel.environment))
    search = InlineSearch(engine: engine, query: EmbedRequest(texts: []), documents: EmbedRequest(texts: []))
    documents = notebook.documents.enumerated().map {
      InlineDocument(text: $1, metadata: ["even": .bool($0 % 2 == 0)])
    }
  }

  private func hits(
    _ queries: [SearchQuery], topK: Int = 10, minScore: Float? = nil, mode: SearchMode = .semantic,
    filter: MetadataFilter? = nil
  ) async throws -> [[SearchHit]] {
    try await search.search(
      queries, documents: documents, topK: topK, minScore: minScore, mode: mode, filter: filter)
  }

  @Test func everyScoreOfTheNotebook() async throws {
    let found = try await hits(notebook.queries.map { .text($0) })
    for (query, hits) in found.enumerated() {
      #expect(hits.first?.index == notebook.best[query])
      for hit in hits {
        #expect(abs(hit.score - notebook.cosine[query][hit.index]) < 1e-5)
      }
    }
  }

  @Test func filterMinScoreAndTopK() async throws {
    let even = MetadataFilter(conditions: [.init(key: "even", comparison: .equal(.bool(true)))])
    let found = try await hits([.text("Tell me about AI")], topK: 3, filter: even)[0]
    #expect(found.count == 3)
    #expect(found.allSatisfy { $0.index % 2 == 0 })
    let strict = try await hits([.text("Tell me about AI")], minScore: 0.5)[0]
    #expect(strict.map(\.index) == [3])
  }

  @Test func keywordFindsWordsAndHybridJoinsBoth() async throws {
    let keyword = try await hits([.text("pyramids of Egypt")], mode: .keyword)[0]
    #expect(keyword.first?.index == 4)
    let hybrid = try await hits([.text("pyramids of Egypt")], mode: .hybrid)[0]
    #expect(hybrid.first?.index == 4)
    #expect(hybrid.first?.score == 1 / Float(61) + 1 / Float(61))
    let none = try await hits([.text("zebra")], mode: .keyword)[0]
    #expect(none.isEmpty)
  }

  @Test func aVectorMustFit() async throws {
    await #expect(throws: EngineError.self) { _ = try await hits([.vector([1, 2, 3])]) }
    await #expect(throws: EngineError.self) {
      _ = try await hits([.vector([Float](repeating: 0.1, count: 384))], mode: .keyword)
    }
  }
}

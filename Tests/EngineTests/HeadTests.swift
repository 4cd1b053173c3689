import AkinTestSupport
import Encoder
import Engine
import Foundation
import JSON
import ModelFiles
import Testing

/// Sparse vectors and vectors of tokens against sentence-transformers: Tests/Fixtures/heads (scripts/head_fixtures.py).
@Suite struct HeadTests {
  private static func lines(_ file: String) throws -> [JSONField] {
    try Fixtures.lines("heads/" + file).map { JSONField(try JSONValue.parse($0), path: file) }
  }

  static let sparse = [
    "sparse-albert", "sparse-bert", "sparse-camembert", "sparse-distilbert", "sparse-electra", "sparse-modernbert",
    "sparse-mpnet", "sparse-roberta", "sparse-modules-sum", "sparse-modules-twice",
  ]
  static let tokens = [
    "tokens-attending", "tokens-expanding", "tokens-modernbert", "tokens-mpnet", "tokens-plain", "tokens-pylate",
    "tokens-skipping", "tokens-stanford",
  ]

  /// - Parameter home: where the cache is.
  static func engine(_ name: String, precision: Precision = .f32, home: String) throws -> Engine {
    var options = EngineOptions()
    (options.model, options.threads, options.precision) = (Fixtures.path("heads/" + name), 2, precision)
    return try Engine.load(options, store: ModelStore(environment: ["HOME": home]))
  }

  private func sparseRequest(_ texts: [String]) -> EmbedRequest {
    var request = EmbedRequest(texts: texts)
    request.output = .sparse
    return request
  }

  @Test func everyFixtureIsNamed() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: Fixtures.path("heads")).filter {
      !$0.hasSuffix(".jsonl")
    }
    #expect(Set(found) == Set(Self.sparse + Self.tokens))
  }

  @Test(arguments: sparse)
  func sparseVectorsAreThoseOfTheReference(name: String) async throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine(name, home: folder.path)
    let goldens = try Self.lines("sparse.jsonl").filter { try $0["model"].string() == name }
    let texts = try goldens.map { try $0["text"].string() }
    #expect(texts.count == 5)
    let together = try await engine.embed(sparseRequest(texts))
    #expect(together.dimensions == engine.description.transformer.vocabularySize && together.vectors.isEmpty)
    for (index, golden) in goldens.enumerated() {
      let found = together.sparseVectors[index]
      let expected = Dictionary(
        uniqueKeysWithValues: zip(
          try golden["indices"].array().map { Int32(try $0.int()) }, try golden["values"].float32s()))
      var all = expected
      for (place, value) in zip(found.indices, found.values) { all[place] = (expected[place] ?? 0) - value }
      let worst = all.map { found.indices.contains($0.key) ? abs($0.value) : abs($0.value) }.max() ?? 0
      #expect(worst <= 1e-5, "\(name) \(texts[index].debugDescription): \(worst)")
      #expect(zip(found.indices, found.indices.dropFirst()).allSatisfy(<) && found.values.allSatisfy { $0 > 0 })
      let alone = try await engine.embed(sparseRequest([texts[index]]))
      #expect(alone.sparseVectors == [found])
    }
  }

  @Test(arguments: ["sparse-bert", "sparse-modernbert", "sparse-modules-sum", "tokens-skipping", "tokens-expanding"])
  func aHeadComesBackFromItsCacheFile(name: String) async throws {
    let folder = try TemporaryFolder()
    let fresh = try Self.engine(name, precision: .q8, home: folder.path)
    let stored = try Self.engine(name, precision: .q8, home: folder.path)
    #expect(stored.description == fresh.description)
    if fresh.description.sparse != nil {
      let request = sparseRequest(["hello world", "a"])
      #expect(try await fresh.embed(request).sparseVectors == stored.embed(request).sparseVectors)
    } else {
      let request = TokenScoreRequest(queries: ["hello"], documents: ["hello world", "a"])
      #expect(try await fresh.tokenScores(request) == stored.tokenScores(request))
    }
  }

  @Test func windowsOfALongTextAreJoined() async throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine("sparse-bert", home: folder.path)
    var request = sparseRequest([String(repeating: "hello world sentences ", count: 60)])
    let cut = try await engine.embed(request)
    request.overflow = .window
    let whole = try await engine.embed(request)
    #expect(cut.truncated == [true] && whole.truncated == [false])
    // Every window counts, and the greatest of them.
    #expect(whole.sparseVectors[0].values.reduce(0, +) > cut.sparseVectors[0].values.reduce(0, +))
    request.normalize = true
    let unit = try await engine.embed(request).sparseVectors[0]
    #expect(abs(unit.dot(unit) - 1) < 1e-5)
  }

  @Test func nothingIsGivenThatTheModelIsNotFor() async throws {
    let folder = try TemporaryFolder()
    let sparse = try Self.engine("sparse-bert", home: folder.path)
    let tokens = try Self.engine("tokens-plain", home: folder.path)
    for engine in [sparse, tokens] {
      await #expect(throws: EngineError.self) { try await engine.embed(EmbedRequest(texts: ["a"])) }
      var pooled = EmbedRequest(texts: ["a"])
      pooled.pooling = .mean
      #expect(try await engine.embed(pooled).vectors[0].count == 32)
    }
    await #expect(throws: EngineError.self) { try await tokens.embed(sparseRequest(["a"])) }
    await #expect(throws: EngineError.self) {
      try await sparse.tokenScores(TokenScoreRequest(queries: ["a"], documents: ["b"]))
    }
    for change in [{ $0.dimensions = 3 }, { $0.pooling = .mean }] as [(inout EmbedRequest) -> Void] {
      var request = sparseRequest(["a"])
      change(&request)
      let asked = request
      await #expect(throws: EngineError.self) { try await sparse.embed(asked) }
    }
  }

  private static func matrix(_ field: JSONField) throws -> [[Float]] {
    let shape = try field["shape"].array().map { try $0.int() }
    let bytes = [UInt8](try #require(Data(base64Encoded: try field["base64"].string())))
    let values = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    return (0..<shape[0]).map { Array(values[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }

  private func worst(_ found: [[Float]], _ expected: [[Float]]) -> Float {
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).flatMap { zip($0, $1).map { abs($0 - $1) } }.max() ?? .infinity
  }

  @Test(arguments: tokens)
  func vectorsOfTokensAreThoseOfTheReference(name: String) async throws {
    let folder = try TemporaryFolder()
    let engine = try Self.engine(name, home: folder.path)
    let golden = try #require(try Self.lines("tokens.jsonl").first { try $0["model"].string() == name })
    let sides = [
      (TextRole.query, ["hello world", "search!"]),
      (.document, ["The embeddings of sentences, it's (what) we search!", "world"]),
    ]
    for (role, texts) in sides {
      var request = EmbedRequest(texts: texts)
      (request.output, request.prompt) = (.tokens, .named(role.rawValue))
      let answer = try await engine.embed(request)
      let names = role == .query ? "queries" : "documents"
      for (index, field) in try golden[names].array().enumerated() {
        let rows = answer.tokenVectors[index], expected = try Self.matrix(field)
        // The reference leaves out the tokens that do not count.
        let head = try #require(engine.description.tokenHead), ids = answer.encodings[index].ids
        let skipped = head.skippingRoles.contains(role) ? head.skippedIDs : []
        let kept = rows.indices.filter { $0 >= ids.count || !skipped.contains(ids[$0]) }.map { rows[$0] }
        #expect(worst(kept, expected) <= 1e-5, "\(name) \(role) \(index): \(kept.count) of \(expected.count)")
      }
    }
    let scores = try await engine.tokenScores(TokenScoreRequest(queries: sides[0].1, documents: sides[1].1))
    let expected = try golden["scores"].array().map { try $0.float32s() }
    #expect(worst(scores.scores, expected) <= 3e-5, "\(name): \(scores.scores) \(expected)")
    let ranked = try await engine.rerank(RerankRequest(query: sides[0].1[0], documents: sides[1].1))
    #expect(ranked.logits == scores.scores[0] && ranked.scores == ranked.logits && ranked.tokens == scores.tokens)
  }
}

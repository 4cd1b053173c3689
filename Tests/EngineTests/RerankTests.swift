import AkinTestSupport
import Encoder
import Engine
import Foundation
import ModelFiles
import Testing

/// Pairs of texts through a cross-encoder.
@Suite struct RerankTests {
  /// - Parameter files: by name, what stands beside the model's.
  static func engine(_ kind: String, precision: String = "f32", files: [String: String] = [:]) throws -> Engine {
    let folder = try TemporaryFolder()
    let path = folder.file("model")
    try FileManager.default.copyItem(atPath: Fixtures.path(kind), toPath: path)
    for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name)) }
    for file in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence/" + file), toPath: path + "/" + file)
    }
    var options = EngineOptions()
    (options.model, options.threads, options.precision) = (path, 2, try #require(Precision(rawValue: precision)))
    return try Engine.load(options, store: ModelStore(environment: ["HOME": folder.file("home")]))
  }

  static let documents = ["The cat sits outside", "fire!", "The sun and the moon and the stars", "fire!", ""]

  @Test func aPairHasOneScoreWhateverStandsBesideIt() async throws {
    let engine = try Self.engine("classifiers/bert")
    let all = try await engine.rerank(RerankRequest(query: "fire", documents: Self.documents))
    #expect(all.scores.count == 5 && all.tokens.count == 5 && all.logits[1] == all.logits[3])
    for (index, document) in Self.documents.enumerated() {
      let one = try await engine.rerank(RerankRequest(query: "fire", documents: [document]))
      #expect(one.logits[0] == all.logits[index] && one.scores[0] == all.scores[index])
      #expect(abs(one.scores[0] - 1 / (1 + exp(-one.logits[0]))) < 1e-6)
    }
    let order = all.ranking(5)
    #expect(zip(order, order.dropFirst()).allSatisfy { all.logits[$0] >= all.logits[$1] })
    #expect(try #require(order.firstIndex(of: 1)) + 1 == order.firstIndex(of: 3))
    #expect(all.ranking(2) == Array(order.prefix(2)))
    // Both texts count, and their order.
    let turned = try await engine.rerank(RerankRequest(query: "The cat sits outside", documents: ["fire"]))
    #expect(turned.logits[0] != all.logits[0])
  }

  /// sentence-transformers puts it before the query, the first text of a pair.
  @Test func aDefaultPromptStandsBeforeTheQuery() async throws {
    let prompted = try Self.engine(
      "classifiers/bert",
      files: [
        "modules.json": #"[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]"#,
        "sentence_bert_config.json": #"{"transformer_task": "sequence-classification"}"#,
        "config_sentence_transformers.json":
          #"{"model_type": "CrossEncoder", "prompts": {"find": "the moon "}, "default_prompt_name": "find"}"#,
      ])
    let plain = try Self.engine("classifiers/bert")
    let found = try await prompted.rerank(RerankRequest(query: "fire", documents: Self.documents))
    #expect(
      try await plain.rerank(RerankRequest(query: "the moon fire", documents: Self.documents)).logits == found.logits)
    #expect(try await plain.rerank(RerankRequest(query: "fire", documents: Self.documents)).logits != found.logits)
  }

  /// What sentence-transformers' CrossEncoder would not read of a folder is not read in silence.
  @Test func aClassifierAmongModulesSaysThatItIsACrossEncoder() throws {
    let modules = #"[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}]"#
    let settings = #"{"transformer_task": "sequence-classification"}"#
    for configuration in ["{}", #"{"model_type": "SentenceTransformer"}"#] {
      let error = #expect(throws: EngineError.self) {
        try Self.engine(
          "classifiers/bert",
          files: [
            "modules.json": modules, "sentence_bert_config.json": settings,
            "config_sentence_transformers.json": configuration,
          ])
      }
      #expect("\(String(describing: error))".contains("model_type"))
    }
  }

  @Test func aPairThatIsTooLongIsCutOrRefused() async throws {
    let engine = try Self.engine("classifiers/bert")
    var request = RerankRequest(query: "fire", documents: [String(repeating: "fire ", count: 400)])
    let cut = try await engine.rerank(request)
    #expect(cut.truncated == [true] && cut.tokens[0] > 400)
    request.overflow = .error
    await #expect(throws: EngineError.self) { try await engine.rerank(request) }
  }

  @Test func onlyACrossEncoderScoresAndItGivesNoVectorsByItself() async throws {
    let vectors = try Self.engine("families/bert")
    await #expect(throws: EngineError.self) {
      try await vectors.rerank(RerankRequest(query: "a", documents: ["b"]))
    }
    let several = try Self.engine("classifiers/distilbert")
    await #expect(throws: EngineError.self) {
      try await several.rerank(RerankRequest(query: "a", documents: ["b"]))
    }
    let classifier = try Self.engine("classifiers/bert")
    await #expect(throws: EngineError.self) { try await classifier.embed(EmbedRequest(texts: ["a"])) }
    var pooled = EmbedRequest(texts: ["a"])
    pooled.pooling = .mean
    #expect(try await classifier.embed(pooled).vectors[0].count == 32)
  }

  /// A text without a word of the table has no tokens.
  @Test(arguments: ["f32", "q8_0"])
  func aStaticModelGivesMeansOfItsRows(precision: String) async throws {
    let engine = try Self.engine("families/static", precision: precision)
    let answer = try await engine.embed(EmbedRequest(texts: ["fire", "", "fire fire", "the fire"]))
    #expect(answer.vectors[0].count == 32 && answer.vectors[0] == answer.vectors[2])
    #expect(answer.vectors[1].allSatisfy { $0 == 0 } && answer.tokens[1] == 0)
    #expect(answer.vectors[3] != answer.vectors[0])
    #expect(try await engine.embed(EmbedRequest(texts: [""])).vectors == [[Float](repeating: 0, count: 32)])
    var tokens = EmbedRequest(texts: ["", "the fire"])
    tokens.output = .tokens
    #expect(try await engine.embed(tokens).tokenVectors.map(\.count) == [0, 2])
  }
}

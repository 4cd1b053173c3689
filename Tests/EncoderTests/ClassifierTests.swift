import AkinTestSupport
import Encoder
import Foundation
import JSON
import ModelFiles
import Testing

/// Sequence classifiers of the families against what transformers computes of them: Tests/Fixtures/classifiers.
@Suite struct ClassifierTests {
  struct Golden {
    let model: String
    let ids: [Int32]
    let types: [Int32]
    let logits: [Float]
  }

  static func goldens() throws -> [Golden] {
    try Fixtures.lines("classifiers/logits.jsonl").map { line in
      let root = JSONField(try JSONValue.parse(line), path: "logits.jsonl")
      return Golden(
        model: try root["model"].string(), ids: try root["ids"].array().map { Int32(try $0.int()) },
        types: try root["types"].array().map { Int32(try $0.int()) }, logits: try root["logits"].float32s())
    }
  }

  static func open(_ name: String, in folder: TemporaryFolder) throws -> ModelWeights {
    let path = folder.file(name)
    try FileManager.default.copyItem(atPath: Fixtures.path("classifiers/" + name), toPath: path)
    for file in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence/" + file), toPath: path + "/" + file)
    }
    return try ModelWeights.open(folder: path, name: name)
  }

  static func logits(_ golden: Golden, _ encoder: TransformerEncoder) throws -> [Float] {
    var batch = PackedBatch()
    batch.append(ids: golden.ids, typeIDs: golden.types)
    let result = Box()
    try encoder.encode(batch) { _, tokens in result.values = encoder.classify(tokens) }
    return result.values
  }

  /// Written by the one sequence of a batch, read after it.
  final class Box: @unchecked Sendable { var values: [Float] = [] }

  @Test func logitsAreThoseOfTheReference() throws {
    let folder = try TemporaryFolder()
    var models: [String: ModelWeights] = [:]
    for golden in try Self.goldens() {
      let weights = try models[golden.model] ?? Self.open(golden.model, in: folder)
      models[golden.model] = weights
      let head = try #require(weights.description.classifier)
      #expect(head.labels == golden.logits.count)
      #expect(head.scores == (head.labels == 1 ? .sigmoid : .identity))
      let found = try Self.logits(golden, TransformerEncoder(weights, precision: .f32, threads: 1))
      let worst = zip(found, golden.logits).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= 1e-5 && found.count == golden.logits.count, "\(golden.model): \(worst)")
    }
    #expect(models.count == 10)
  }

  /// transformers' heads take a row's first token, which is padding where shorter rows are filled up at the beginning.
  @Test func fillingUpBeforeTheFirstTokenIsRefused() throws {
    let folder = try TemporaryFolder()
    for name in Set(try Self.goldens().map(\.model)) {
      let head = try #require(try Self.open(name, in: folder).description.classifier)
      let file = URL(fileURLWithPath: folder.file(name) + "/tokenizer_config.json")
      var members = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      members["padding_side"] = "left"
      try JSONSerialization.data(withJSONObject: members).write(to: file)
      var refusal: String?
      do { _ = try ModelWeights.open(folder: folder.file(name), name: name) } catch { refusal = "\(error)" }
      // BERT's positions are counted from a row's beginning too.
      #expect((refusal?.contains("padding_side") == true) == (head.pooling == .cls), "\(name): \(head.pooling)")
    }
  }

  @Test func aClassifierComesBackFromItsCacheFile() throws {
    let folder = try TemporaryFolder()
    for golden in try Self.goldens() where golden.ids.count == 30 {
      let weights = try Self.open(golden.model, in: folder)
      let path = folder.file(golden.model + ".gguf")
      try GGUFModel.write(
        weights.description, tensors: try Quantizer.ggufTensors(weights), fingerprint: "f00d", to: path)
      // llama.cpp's heads are BERT's with tanh and ModernBERT's, and it has no types of texts.
      let architecture = try GGUFFile(path: path).metadata.string("general.architecture")
      #expect((architecture == "bert") == (golden.model == "roberta"), "\(golden.model)")
      let stored = try ModelWeights.open(gguf: path, name: golden.model)
      #expect(stored.description == weights.description)
      let encoders = try [weights, stored].map { try TransformerEncoder($0, precision: .q8, threads: 1) }
      #expect(try Self.logits(golden, encoders[0]) == Self.logits(golden, encoders[1]))
    }
  }
}

import AkinTestSupport
import Encoder
import Foundation
import JSON
import ModelFiles
import Synchronization
import Testing

/// A small model of every family against what transformers computes of it: Tests/Fixtures/families.
@Suite struct FamilyTests {
  struct Golden {
    let ids: [Int32]
    let rows: [Int]
    let states: [Float]
  }

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("families"))) ?? []
    return files.filter { !$0.contains(".") }.sorted()
  }()

  static func goldens(_ name: String) throws -> [Golden] {
    try Fixtures.lines("families/states.jsonl").compactMap { line in
      let root = JSONField(try JSONValue.parse(line), path: "states.jsonl")
      guard try root["model"].string() == name else { return nil }
      return Golden(
        ids: try root["ids"].array().map { Int32(try $0.int()) }, rows: try root["rows"].array().map { try $0.int() },
        states: Fixtures.float32s(base64: try root["states"].string()))
    }
  }

  /// The model with the tokenizer of the small BERT.
  static func open(_ name: String, in folder: TemporaryFolder) throws -> ModelWeights {
    let path = folder.file(name)
    try FileManager.default.copyItem(atPath: Fixtures.path("families/" + name), toPath: path)
    for file in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence/" + file), toPath: path + "/" + file)
    }
    return try ModelWeights.open(folder: path, name: name)
  }

  /// transformers obeys `is_causal` of encoders in batches without padding alone; what stands before a row counts where positions are
  /// those of the row.
  @Test(arguments: names)
  func whatDependsOnOtherTextsIsRefused(name: String) throws {
    let folder = try TemporaryFolder()
    let family = try Self.open(name, in: folder).description.transformer.family
    guard family != .staticEmbedding else { return }
    func refusal(_ file: String, _ change: (inout [String: Any]) -> Void) throws -> String? {
      let place = URL(fileURLWithPath: folder.file(name) + "/" + file), before = try Data(contentsOf: place)
      defer { try? before.write(to: place) }
      var members = try #require(try JSONSerialization.jsonObject(with: before) as? [String: Any])
      change(&members)
      try JSONSerialization.data(withJSONObject: members).write(to: place)
      do {
        _ = try ModelWeights.open(folder: folder.file(name), name: name)
        return nil
      } catch {
        return "\(error)"
      }
    }
    if family != .qwen3, family != .gemma3 {
      #expect(try refusal("config.json") { $0["is_causal"] = true }?.contains("is_causal") == true)
      for value in [false as Any, NSNull()] { #expect(try refusal("config.json") { $0["is_causal"] = value } == nil) }
    }
    let left = try refusal("tokenizer_config.json") { $0["padding_side"] = "left" }
    let isCounted = [ModelFamily.bert, .distilbert, .electra, .albert].contains(family)
    #expect(isCounted ? left?.contains("padding_side") == true : left == nil)
  }

  /// A table of positions has an end; angles and distances have none, but for angles that change with the length of a batch.
  @Test(arguments: names)
  func lengthsBeyondTheConfigurationAreTaken(name: String) throws {
    let folder = try TemporaryFolder()
    let plain = try Self.open(name, in: folder).description.transformer
    guard plain.family != .staticEmbedding else { return }
    let modules = ["Transformer": "", "Pooling": "1_Pooling"].sorted { $0.value < $1.value }.map { kind, path in
      #"{"name": "\#(kind)", "path": "\#(path)", "type": "sentence_transformers.models.\#(kind)"}"#
    }
    try folder.write(Array("[\(modules.joined(separator: ", "))]".utf8), to: name + "/modules.json")
    try folder.write(
      Array(#"{"word_embedding_dimension": \#(plain.hiddenSize)}"#.utf8), to: name + "/1_Pooling/config.json")
    let asked = plain.maxPositions + 100
    try folder.write(Array(#"{"max_seq_length": \#(asked)}"#.utf8), to: name + "/sentence_bert_config.json")
    let weights = try ModelWeights.open(folder: folder.file(name), name: name)
    let hasTable = plain.positionTable != nil
    #expect(weights.description.maxSequenceLength == (hasTable ? plain.maxPositions : asked))
    guard !hasTable else { return }
    var batch = PackedBatch()
    batch.append(ids: (0..<asked).map { Int32(5 + $0 % 300) })
    let states = try TransformerEncoder(weights, precision: .f32, threads: 1).hiddenStates(batch)
    #expect(states.values.allSatisfy { $0.isFinite })
    guard plain.rotary != nil else { return }
    let place = URL(fileURLWithPath: folder.file(name) + "/config.json")
    var members = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: place)) as? [String: Any])
    members[members["n_embd"] == nil ? "rope_scaling" : "rotary_scaling_factor"] =
      members["n_embd"] == nil ? ["rope_type": "dynamic", "factor": 2.0] as [String: Any] : 2.0
    try JSONSerialization.data(withJSONObject: members).write(to: place)
    let length = try ModelWeights.open(folder: folder.file(name), name: name).description.maxSequenceLength
    #expect(length == plain.maxPositions)
  }

  @Test func everyFamilyHasAFixture() throws {
    let folder = try TemporaryFolder()
    let families = try Self.names.map { try Self.open($0, in: folder).description.transformer.family }
    #expect(Set(families) == Set(ModelFamily.allCases))
  }

  @Test(arguments: names)
  func hiddenStatesAreThoseOfTheReference(name: String) throws {
    let folder = try TemporaryFolder()
    let weights = try Self.open(name, in: folder)
    let encoder = try TransformerEncoder(weights, precision: .f32, threads: 2)
    let goldens = try Self.goldens(name)
    try #require(goldens.count == 4)
    var batch = PackedBatch()
    for golden in goldens { batch.append(ids: golden.ids) }
    let found = try encoder.hiddenStates(batch), size = found.hiddenSize
    for (index, golden) in goldens.enumerated() {
      for (place, row) in golden.rows.enumerated() {
        let start = (found.rowStarts[index] + row) * size
        let expected = golden.states[place * size..<(place + 1) * size]
        let worst = zip(found.values[start..<start + size], expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= 1e-5, "\(name), \(golden.ids.count) tokens, row \(row): \(worst)")
      }
    }
  }

  /// Where one token of each sequence is wanted, the last block computes no other, and that one to the same bits.
  @Test(arguments: names, [Precision.f32, .q8])
  func aTokenThatAloneIsWantedHasTheSameBits(name: String, precision: Precision) throws {
    let folder = try TemporaryFolder()
    let weights = try Self.open(name, in: folder), size = weights.description.transformer.hiddenSize
    let goldens = try Self.goldens(name)
    for threads in [1, 3] {
      let encoder = try TransformerEncoder(weights, precision: precision, threads: threads)
      func vectors(_ batch: PackedBatch) throws -> [[Float]] {
        let found = Mutex([[Float]](repeating: [], count: batch.sequenceCount))
        try encoder.encode(batch) { index, tokens in
          let values = tokens.withUnsafeBufferPointer { Array($0) }
          found.withLock { $0[index] = values }
        }
        return found.withLock { $0 }
      }
      for place in [0, 1, 2] {
        var whole = PackedBatch(), kept = PackedBatch(), mixed = PackedBatch()
        var rows: [Int] = []
        // Many short sequences share a group, and long ones have one each.
        for golden in goldens + Array(repeating: goldens[1], count: 40) {
          let row = [0, golden.ids.count / 2, golden.ids.count - 1][place]
          rows.append(row)
          whole.append(ids: golden.ids)
          kept.append(ids: golden.ids, kept: row)
          mixed.append(ids: golden.ids, kept: rows.count % 5 == 0 ? nil : row)
        }
        let all = try vectors(whole)
        let expected = zip(all, rows).map { Array($0[$1 * size..<($1 + 1) * size]) }
        #expect(try vectors(kept) == expected, "\(threads) threads, place \(place)")
        let both = zip(all, expected).enumerated().map { ($0.offset + 1) % 5 == 0 ? $0.element.0 : $0.element.1 }
        #expect(try vectors(mixed) == both, "\(threads) threads, place \(place)")
        var one = PackedBatch()
        one.append(ids: goldens[2].ids, kept: rows[2])
        #expect(try vectors(one) == [expected[2]], "\(threads) threads, place \(place), alone")
      }
    }
  }

  /// The same bits alone and together, on one thread and on several, from a folder and from its GGUF file.
  @Test(arguments: names)
  func quantisedVectorsHaveTheSameBitsEverywhere(name: String) throws {
    let folder = try TemporaryFolder()
    let weights = try Self.open(name, in: folder)
    let single = try TransformerEncoder(weights, precision: .q8, threads: 1)
    let several = try TransformerEncoder(weights, precision: .q8, threads: 3)
    try GGUFModel.write(
      weights.description, tensors: try Quantizer.ggufTensors(weights), fingerprint: "f00d", to: folder.file("m.gguf"))
    let stored = try ModelWeights.open(gguf: folder.file("m.gguf"), name: name)
    var description = weights.description
    // llama.cpp's files hold the sum.
    if stored.description.transformer.norm == .rootMeanSquare, description.transformer.norm == .rootMeanSquarePlusOne {
      description.transformer.norm = .rootMeanSquare
    }
    #expect(stored.description == description)
    let reread = try TransformerEncoder(stored, precision: .q8, threads: 1)
    var batch = PackedBatch()
    var alone: [Float] = []
    for golden in try Self.goldens(name) {
      batch.append(ids: golden.ids)
      var one = PackedBatch()
      one.append(ids: golden.ids)
      let states = try single.hiddenStates(one).values
      #expect(try several.hiddenStates(one).values == states)
      alone += states
      for (place, row) in golden.rows.enumerated() {
        let size = weights.description.transformer.hiddenSize
        let expected = Array(golden.states[place * size..<(place + 1) * size])
        #expect(Vectors.cosine(Array(states[row * size..<(row + 1) * size]), expected) > 0.99)
      }
    }
    for encoder in [single, several, reread] { #expect(try encoder.hiddenStates(batch).values == alone) }
  }

  /// The models of which llama.cpp computes the same, by what it calls them.
  static let llamas = [
    "bert": "bert", "roberta": "bert", "xlm-roberta": "bert", "camembert": "bert", "distilbert": "bert",
    "nomic-bert": "nomic-bert", "nomic-bert-remote": "nomic-bert", "jina-bert-v2": "jina-bert-v2", "qwen3": "qwen3",
    "qwen3-both": "qwen3", "modernbert in turn": "modern-bert", "gemma3 by its heads": "gemma-embedding",
  ]

  /// Members of config.json with which llama.cpp's graph is the model's; its patterns of windows repeat, and it scales by the heads' size.
  static let members = [
    "modernbert in turn": #"{"layer_types": ["full_attention", "sliding_attention", "full_attention"]}"#,
    "gemma3 by its heads": #"{"query_pre_attn_scalar": 16}"#,
  ]

  /// A file without Akin's keys is llama.cpp's, and the same model; what llama.cpp would compute otherwise is no file of its.
  @Test(arguments: names + members.keys.sorted())
  func withoutAkinsKeysAFileIsTheSameModel(name: String) throws {
    let folder = try TemporaryFolder()
    let source = String(name.prefix { $0 != " " })
    var weights = try Self.open(source, in: folder)
    if let members = Self.members[name] {
      let file = URL(fileURLWithPath: folder.file(source + "/config.json"))
      var config = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      let changes = try JSONSerialization.jsonObject(with: Data(members.utf8)) as? [String: Any]
      config.merge(try #require(changes)) { $1 }
      try JSONSerialization.data(withJSONObject: config).write(to: file)
      weights = try ModelWeights.open(folder: folder.file(source), name: name)
    }
    try GGUFModel.write(
      weights.description, tensors: try Quantizer.ggufTensors(weights), fingerprint: "f00d", to: folder.file("m.gguf"))
    let written = try GGUFFile(path: folder.file("m.gguf"))
    let keys = try written.metadata.keys.filter { !$0.hasPrefix("akin.") }.map { key in
      (key, try #require(try written.metadata.value(key)))
    }
    let tensors = written.tensors.values.sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }.map { view in
      GGUFTensor(name: view.name, shape: view.shape, type: view.type, bytes: view.withBytes { Array($0) })
    }
    try GGUFWriter(metadata: keys, tensors: tensors).write(to: folder.file("foreign.gguf"))
    let architecture = try written.metadata.string("general.architecture")
    guard let expected = Self.llamas[name] else {
      #expect(throws: ModelFileError.self) { try ModelWeights.open(gguf: folder.file("foreign.gguf"), name: name) }
      return
    }
    #expect(architecture == expected)
    let foreign = try ModelWeights.open(gguf: folder.file("foreign.gguf"), name: name)
    #expect(foreign.description.transformer.maxPositions == weights.description.transformer.maxPositions)
    let encoders = try [weights, foreign].map { try TransformerEncoder($0, precision: .q8, threads: 1) }
    let padding = weights.description.transformer.positionTable?.uncounted
    // llama.cpp counts a padding token within a text as any other.
    for golden in try Self.goldens(source) where !golden.ids.contains(padding ?? -1) {
      var batch = PackedBatch()
      batch.append(ids: golden.ids)
      #expect(try encoders[0].hiddenStates(batch).values == encoders[1].hiddenStates(batch).values)
    }
  }
}

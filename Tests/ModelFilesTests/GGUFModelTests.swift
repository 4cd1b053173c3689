import AkinTestSupport
import Foundation
import JSON
import ModelFiles
import Testing
import Tokenizers

@Suite struct GGUFModelTests {
  /// A description whose every field differs from its default.
  static func rich(_ weights: ModelWeights) -> ModelDescription {
    var description = weights.description
    description.transformer.activation = .geluTanh
    description.poolings = [.cls, .weightedMean]
    description.includePrompt = false
    description.dense = [
      DenseModule(inFeatures: 64, outFeatures: 8, hasBias: false, activation: .sigmoid),
      DenseModule(inFeatures: 8, outFeatures: 4, activation: .relu),
    ]
    description.normalize.toggle()
    description.maxSequenceLength = 7
    description.prompts = ["query": "query: ", "": "", "e\u{301}": "\u{1F600}"]
    description.defaultPromptName = "query"
    description.similarity = "dot"
    description.tokenizer.normalizer = [
      .bert(BertNormalization(cleanText: false, splitCJK: false, stripAccents: false, lowercase: false))
    ]
    description.tokenizer.model = .wordPiece(WordPieceModel(maxWordLength: 50))
    description.tokenizer.truncationSide = .left
    description.tokenizer.addedTokens[0].leftStrip = true
    description.tokenizer.addedTokens[1].normalized = true
    // What llama.cpp's spelling cannot hold: the word mark as text, a continuation of nothing, an accent on the prefix.
    var tokens = Array(description.tokenizer.vocabulary)
    tokens.replaceSubrange(50...54, with: ["\u{2581}", "##\u{2581}x", "##", "##\u{301}", "[bracketed]"])
    description.tokenizer.vocabulary = TokenList(tokens)
    return description
  }

  func write(
    _ description: ModelDescription, _ tensors: [GGUFTensor], in folder: TemporaryFolder
  ) throws -> String {
    try GGUFModel.write(description, tensors: tensors, fingerprint: "f00d", to: folder.file("m.gguf"))
    return folder.file("m.gguf")
  }

  func valid(_ path: String) throws -> ModelWeights {
    guard case .valid(let weights) = GGUFModel.openCache(path, name: "test/small", fingerprint: "f00d") else {
      Issue.record("the cache file is not valid")
      return try ModelWeights.open(gguf: path, name: nil)
    }
    return weights
  }

  @Test(arguments: ["sentence", "bert-plain", "bert-pretraining", "minilm-l12"])
  func aModelComesBackExactly(name: String) throws {
    let weights = try SmallModel(name).open()
    let folder = try TemporaryFolder()
    let back = try valid(try write(weights.description, float32Tensors(weights), in: folder))
    #expect(back.description == weights.description)
    #expect(back.description.tokenizer.vocabulary == weights.description.tokenizer.vocabulary)
    #expect(Set(back.tensors.keys) == Set(weights.tensors.keys))
    for (name, view) in weights.tensors {
      #expect(back.tensors[name]?.shape == view.shape)
      #expect(back.tensors[name]?.float32() == view.float32(), "\(name)")
    }
  }

  @Test func everyFieldComesBack() throws {
    let weights = try SmallModel().open()
    let description = Self.rich(weights)
    var tensors = float32Tensors(weights)
    for (index, shape) in [[8, 64], [4, 8]].enumerated() {
      let count = shape[0] * shape[1] * 4
      tensors.append(
        GGUFTensor(
          name: "akin.dense.\(index).weight", shape: shape, type: .f32, bytes: [UInt8](repeating: 0, count: count)))
    }
    tensors.append(
      GGUFTensor(name: "akin.dense.1.bias", shape: [4], type: .f32, bytes: [UInt8](repeating: 0, count: 16)))
    let folder = try TemporaryFolder()
    let back = try valid(try write(description, tensors, in: folder))
    #expect(back.description == description)
    #expect(back.description.tokenizer.vocabulary == description.tokenizer.vocabulary)
    #expect(back.description.embeddingDimensions == 4)
  }

  @Test(arguments: ["sentence-f32", "sentence-f16", "sentence-q8_0"])
  func readsWhatTheGGUFPackageWrites(name: String) throws {
    let source = try SmallModel().open()
    let weights = try ModelWeights.open(gguf: Fixtures.path("models/gguf/\(name).gguf"), name: nil)
    #expect(weights.description.transformer == source.description.transformer)
    #expect(weights.description.poolings == [.mean])
    #expect(weights.description.tokenizer.vocabulary == source.description.tokenizer.vocabulary)
    #expect(weights.description.tokenizer.names.separator == "[SEP]")
    #expect(Set(weights.tensors.keys) == Set(source.tensors.keys))
    // q8_0 rounds to 1/127 of a block's largest value, f16 to 11 bits.
    for (name, view) in source.tensors {
      let (expected, found) = (view.float32(), try #require(weights.tensors[name]).float32())
      let largest = expected.map(abs).max() ?? 0
      #expect(zip(expected, found).allSatisfy { abs($0 - $1) <= largest / 120 }, "\(name)")
    }
  }

  @Test func aDamagedCacheIsNoticed() throws {
    let weights = try SmallModel().open()
    let folder = try TemporaryFolder()
    let path = try write(weights.description, float32Tensors(weights), in: folder)
    let whole = try MappedFile(path: path).withBytes { Array($0) }
    func kind(_ bytes: [UInt8]) throws -> ModelFileError.Kind? {
      try folder.write(bytes, to: "damaged.gguf")
      guard case .unusable(let error) = GGUFModel.openCache(folder.file("damaged.gguf"), name: "test/small") else {
        return nil
      }
      return error.kind
    }
    #expect(try kind(whole) == nil)
    // One bit in the metadata, in the data, and in the padding; every one of many places.
    var random = SeededRandom(seed: 1)
    for place in [100, whole.count - 1] + (0..<100).map({ _ in Int.random(in: 24..<whole.count, using: &random) }) {
      var bytes = whole
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(try kind(bytes) != nil, "byte \(place)")
    }
    for length in [0, 10, 1_000, whole.count / 2, whole.count - 1] {
      #expect(try kind(Array(whole.prefix(length))) != nil, "\(length) bytes")
    }
    #expect(try kind(whole + [0]) != nil)
    var last = whole
    last[whole.count - 40] ^= 1
    #expect(try kind(last).map { if case .altered = $0 { true } else { false } } == true)
  }

  @Test func anotherVersionOrSourceIsNoticed() throws {
    let weights = try SmallModel().open()
    let folder = try TemporaryFolder()
    let path = try write(weights.description, float32Tensors(weights), in: folder)
    guard case .unusable(let error) = GGUFModel.openCache(path, name: "m", fingerprint: "beef") else {
      Issue.record("another fingerprint is valid")
      return
    }
    #expect(error.kind == .otherSource(found: "f00d", expected: "beef"))
    guard case .missing = GGUFModel.openCache(folder.file("none.gguf"), name: "m") else {
      Issue.record("no file is not missing")
      return
    }
    var metadata = GGUFModel.metadata(for: weights.description, sourceFingerprint: "f00d")
    let version = try #require(metadata.firstIndex { $0.0 == "akin.format_version" })
    metadata[version].1 = .uint32(UInt32(GGUFModel.formatVersion + 1))
    try GGUFWriter(metadata: metadata, tensors: float32Tensors(weights), checksumKey: "akin.checksum").write(to: path)
    #expect(
      fileError { try ModelWeights.open(gguf: path, name: nil) }?.kind
        == .otherVersion(found: GGUFModel.formatVersion + 1, expected: GGUFModel.formatVersion))
  }

  /// A key, a value that it must not have (nil: the key is left out), and a part of the error's description.
  static let bad: [(String, GGUFValue?, String)] = [
    ("general.architecture", .string("llama"), "found 'llama'"),
    ("general.architecture", nil, "found nothing"),
    ("bert.attention.causal", .bool(true), "expected false"),
    ("bert.block_count", .uint32(3), "'blk.2.attn_q.weight' is missing"),
    ("bert.block_count", .uint32(1 << 31), "bert.block_count"),
    ("bert.embedding_length", .uint32(64), "tables of 32 for blocks of 64"),
    ("bert.attention.head_count", .uint32(3), "3 heads cannot share"),
    ("bert.attention.layer_norm_epsilon", .float32(.nan), "expected a finite number"),
    ("akin.poolings", .strings(["median"]), "expected names of pooling modes"),
    ("akin.max_sequence_length", .uint32(33), "expected an integer in 3...32"),
    ("akin.prompts.default", .string("none"), "expected the name of a prompt"),
    ("tokenizer.ggml.model", .string("gpt2"), "expected 'bert'"),
    ("tokenizer.ggml.tokens", .strings(["a"]), "expected 490 tokens"),
    ("tokenizer.ggml.token_type", .int32s([1]), "expected 490 numbers"),
    ("akin.tokenizer.irregular_ids", .int32s([500]), "ids below 490"),
    ("akin.tokenizer.definition", .string("{}"), "akin.tokenizer.definition.model"),
    ("akin.tokenizer.definition", .string("{"), "a tokenizer as in a tokenizer.json"),
  ]

  @Test(arguments: bad)
  func refusesABadKey(key: String, value: GGUFValue?, expected: String) throws {
    let weights = try SmallModel().open()
    var metadata = GGUFModel.metadata(for: weights.description, sourceFingerprint: "f00d")
    metadata.removeAll { $0.0 == key }
    if let value { metadata.append((key, value)) }
    let folder = try TemporaryFolder()
    try GGUFWriter(metadata: metadata, tensors: float32Tensors(weights), checksumKey: "akin.checksum")
      .write(to: folder.file("m.gguf"))
    let error = try #require(fileError { try ModelWeights.open(gguf: folder.file("m.gguf"), name: nil) })
    #expect(error.description.contains(expected), "\(error)")
  }

  @Test func refusesASpecialTokenThatIsNone() throws {
    let weights = try SmallModel().open()
    var metadata = GGUFModel.metadata(for: weights.description, sourceFingerprint: "f00d")
    metadata.removeAll { $0.0 == "tokenizer.ggml.unknown_token_id" || $0.0 == "akin.tokenizer.definition" }
    metadata.append(("tokenizer.ggml.unknown_token_id", .uint32(490)))
    let folder = try TemporaryFolder()
    try GGUFWriter(metadata: metadata, tensors: float32Tensors(weights), checksumKey: "akin.checksum")
      .write(to: folder.file("m.gguf"))
    let error = try #require(fileError { try ModelWeights.open(gguf: folder.file("m.gguf"), name: nil) })
    #expect(error.description.contains("the id of one of 490 tokens"), "\(error)")
  }

  /// Blocks of every type against the gguf package (scripts/block_fixtures.py), bit for bit.
  @Test func blocksAreWidenedAsGGMLDoes() throws {
    let folder = try TemporaryFolder()
    // Those that are no blocks have tests of their own.
    var types: Set<TensorType> = [.f32, .f16, .bf16, .f64, .i8]
    for line in try Fixtures.lines("blocks.jsonl") {
      let root = JSONField(try JSONValue.parse(line), path: "blocks.jsonl")
      let type = try #require(TensorType(rawValue: try root["type"].string()))
      let blocks = [UInt8](try #require(Data(base64Encoded: try root["blocks"].string())))
      let expected = [UInt8](try #require(Data(base64Encoded: try root["values"].string())))
      types.insert(type)
      let path = folder.file(type.rawValue)
      try folder.write([0] + blocks, to: type.rawValue)
      let view = try TensorView(
        name: "t", shape: [6, type.blockLength], type: type, file: MappedFile(path: path),
        byteRange: 1..<blocks.count + 1)
      let found = view.float32()
      #expect(found.flatMap { littleEndian($0.bitPattern) } == expected, "\(type)")
      #expect(view.elementCount == 6 * type.blockLength)
    }
    #expect(types == Set(TensorType.allCases))
  }

  /// What llama.cpp keeps in one tensor for some families.
  @Test func joinedTensorsAreTakenApart() throws {
    let weights = try SmallModel().open()
    let folder = try TemporaryFolder()
    var tensors = float32Tensors(weights)
    for layer in 0..<weights.description.transformer.layerCount {
      for kind in ["weight", "bias"] {
        let names = ["attn_q", "attn_k", "attn_v"].map { "blk.\(layer).\($0).\(kind)" }
        let parts = try names.map { name in try #require(tensors.first { $0.name == name }) }
        tensors.removeAll { names.contains($0.name) }
        tensors.append(
          GGUFTensor(
            name: "blk.\(layer).attn_qkv.\(kind)", shape: [3 * parts[0].shape[0]] + parts[0].shape.dropFirst(),
            type: .f32,
            bytes: parts.flatMap(\.bytes)))
      }
    }
    let back = try valid(try write(weights.description, tensors, in: folder))
    #expect(Set(back.tensors.keys) == Set(weights.tensors.keys))
    for (name, view) in weights.tensors { #expect(back.tensors[name]?.float32() == view.float32(), "\(name)") }
    let index = try #require(tensors.firstIndex { $0.name == "blk.0.attn_qkv.weight" })
    tensors[index].shape[0] -= 1
    tensors[index].bytes.removeLast(4 * tensors[index].shape[1])
    let path = try write(weights.description, tensors, in: folder)
    let error = try #require(fileError { try ModelWeights.open(gguf: path, name: nil) })
    #expect(error.description.contains("attn_qkv"), "\(error)")
  }
}

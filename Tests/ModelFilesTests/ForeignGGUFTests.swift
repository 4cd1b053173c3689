import AkinTestSupport
import ModelFiles
import Testing
import Tokenizers

/// GGUF files of llama.cpp's converter: what their keys and tensors say is computed, or refused.
@Suite struct ForeignGGUFTests {
  /// The file of the gguf package, whose keys are llama.cpp's, changed and with further tensors.
  private func open(
    _ changes: [(String, GGUFValue)] = [], without dropped: Set<String> = [], adding tensors: [GGUFTensor] = []
  ) throws -> ModelWeights {
    let source = try GGUFFile(path: Fixtures.path("models/gguf/sentence-f32.gguf"))
    var metadata: [(String, GGUFValue)] = []
    for key in source.metadata.keys where !dropped.contains(key) && !changes.contains(where: { $0.0 == key }) {
      metadata.append((key, try #require(try source.metadata.value(key))))
    }
    let own = source.tensors.values.sorted { $0.name < $1.name }.map { view in
      GGUFTensor(name: view.name, shape: view.shape, type: view.type, bytes: view.withBytes { Array($0) })
    }
    let folder = try TemporaryFolder()
    try GGUFWriter(metadata: metadata + changes, tensors: own + tensors).write(to: folder.file("m.gguf"))
    return try ModelWeights.open(gguf: folder.file("m.gguf"), name: nil)
  }

  private func normalization(_ weights: ModelWeights) throws -> BertNormalization {
    for case .bert(let normalization) in weights.description.tokenizer.normalizer { return normalization }
    throw ModelFileError(.missing, path: "a normaliser")
  }

  @Test func theCaseOfTheVocabularyIsTheFiles() throws {
    let lowercase = "tokenizer.ggml.normalizer.lowercase", strip = "tokenizer.ggml.normalizer.strip_accents"
    #expect(try normalization(open()) == BertNormalization())
    #expect(try normalization(open([(lowercase, .bool(false))])) == BertNormalization(lowercase: false))
    let both = try normalization(open([(lowercase, .bool(true)), (strip, .bool(false))]))
    #expect(both == BertNormalization(stripAccents: false))
  }

  @Test func aVocabularyWithCapitalsIsCased() throws {
    let source = try GGUFFile(path: Fixtures.path("models/gguf/sentence-f32.gguf"))
    let key = "tokenizer.ggml.tokens"
    var tokens = try #require(try source.metadata.strings(key))
    let place = try #require(tokens.lastIndex { $0.hasPrefix("\u{2581}") })
    tokens[place] = "\u{2581}Fire"
    let weights = try open([(key, .strings(tokens))])
    #expect(try normalization(weights).lowercase == false)
    // The key stands above that.
    #expect(
      try normalization(open([(key, .strings(tokens)), ("tokenizer.ggml.normalizer.lowercase", .bool(true))])).lowercase
    )
  }

  /// Byte pairs of the small BERT's tokens.
  private func template(_ changes: [(String, GGUFValue)]) throws -> Template {
    let keys: [(String, GGUFValue)] = [
      ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.merges", .strings([])),
      ("tokenizer.ggml.bos_token_id", .uint32(4)), ("tokenizer.ggml.eos_token_id", .uint32(5)),
      ("tokenizer.ggml.seperator_token_id", .uint32(5)),
    ]
    let asked: Set = ["add_bos_token", "add_eos_token", "add_sep_token"]
    return try open(keys + changes, without: Set(asked.map { "tokenizer.ggml." + $0 })).description.tokenizer.template
  }

  @Test func whatStandsAroundATextIsTheKeysElseAsUsualOfWhatCutsIt() throws {
    let pre = "tokenizer.ggml.pre", begins = "tokenizer.ggml.add_bos_token"
    #expect(try template([(pre, .string("llama-bpe"))]).frame.before == [4])
    #expect(try template([(pre, .string("llama-bpe")), (begins, .bool(false))]).frame.before.isEmpty)
    #expect(try template([(pre, .string("gpt-2"))]).frame.before.isEmpty)
    #expect(try template([(pre, .string("gpt-2")), (begins, .bool(true))]).frame.before == [4])
    let ends: [(String, GGUFValue)] = [(pre, .string("gpt-2")), ("tokenizer.ggml.add_eos_token", .bool(true))]
    #expect(try template(ends).between == [5, 5])
    #expect(try template(ends + [("tokenizer.ggml.add_sep_token", .bool(false))]).between == [5])
  }

  @Test func whatCutsTextsIsNamed() throws {
    let key = "tokenizer.ggml.pre"
    let error = fileError {
      try open([("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.merges", .strings([]))], without: [key])
    }
    #expect(try #require(error).description.contains(key))
    let space = "tokenizer.ggml.add_space_prefix", count = try open().description.transformer.vocabularySize
    let unigram: [(String, GGUFValue)] = [
      ("tokenizer.ggml.model", .string("t5")), ("tokenizer.ggml.unknown_token_id", .uint32(1)),
      ("tokenizer.ggml.scores", .array(element: .float32, values: Array(repeating: .float32(-1), count: count))),
    ]
    #expect(try #require(fileError { try open(unigram) }).description.contains(space))
    #expect(try !open(unigram + [(space, .bool(false))]).description.tokenizer.preTokenizer.isEmpty)
  }

  @Test func denseLayersAreThoseBehindThePooling() throws {
    func dense(_ name: String, _ shape: [Int]) -> GGUFTensor {
      GGUFTensor(name: name, shape: shape, type: .f32, bytes: [UInt8](repeating: 0, count: 4 * shape[0] * shape[1]))
    }
    let weights = try open(adding: [dense("dense_2.weight", [64, 32]), dense("dense_3.weight", [16, 64])])
    let modules = weights.description.dense
    #expect(modules.map(\.inFeatures) == [32, 64] && modules.map(\.outFeatures) == [64, 16])
    #expect(modules.allSatisfy { !$0.hasBias && $0.activation == .identity })
    #expect(weights.tensors["akin.dense.1.weight"]?.shape == [16, 64])
    let error = fileError { try open(adding: [dense("dense_2.weight", [64, 48])]) }
    #expect(try #require(error).description.contains("dense_2.weight"))
  }

  @Test(arguments: ["blk.0.attn_q_norm.weight", "rope_freqs.weight", "dense_2.bias", "blk.1.ffn_gate.weight"])
  func aTensorThatNothingReadsIsRefused(name: String) throws {
    let tensor = GGUFTensor(name: name, shape: [32], type: .f32, bytes: [UInt8](repeating: 0, count: 128))
    let error = fileError { try open(adding: [tensor]) }
    #expect(try #require(error).description.contains("'\(name)' is none that Akin computes with"))
  }

  @Test func scoresOfWordsAreNoPartOfAVector() throws {
    let tensor = GGUFTensor(name: "output.weight", shape: [32], type: .f32, bytes: [UInt8](repeating: 0, count: 128))
    #expect(try open(adding: [tensor]).tensors["output.weight"] == nil)
  }

  @Test func activationsAndScalesAreHonoured() throws {
    #expect(try open([("bert.hidden_activation", .string("silu"))]).description.transformer.activation == .silu)
    #expect(try open([("bert.attention.scale", .float32(0.5))]).description.transformer.scoreScale == 0.5)
    #expect(try open([("bert.attention.max_alibi_bias", .float32(0))]).description.transformer.scoreBias == .none)
  }

  static let refused: [(String, GGUFValue)] = [
    ("bert.hidden_activation", .string("tanh")), ("bert.attn_logit_softcapping", .float32(30)),
    ("bert.attention.clamp_kqv", .float32(8)), ("bert.embedding_scale", .float32(2)),
    ("bert.residual_scale", .float32(0.5)), ("bert.attention.max_alibi_bias", .float32(8)),
    ("bert.expert_count", .uint32(8)), ("bert.attention.sliding_window", .uint32(16)),
    ("bert.attention.value_length", .uint32(8)), ("bert.attention.head_count_kv", .uint32(1)),
  ]

  @Test(arguments: refused)
  func whatIsNotComputedIsRefusedByName(key: String, value: GGUFValue) throws {
    #expect(try #require(fileError { try open([(key, value)]) }).description.contains(key))
  }
}

import AkinTestSupport
import Foundation
import ModelFiles
import Testing
import Tokenizers

@Suite struct ModelFolderTests {
  @Test func readsASentenceTransformersFolder() throws {
    let weights = try SmallModel().open()
    let description = weights.description
    #expect(
      description.transformer
        == TransformerDescription(
          vocabularySize: 490, hiddenSize: 32, layerCount: 2, headCount: 2, intermediateSize: 64, maxPositions: 32))
    #expect(description.poolings == [.mean])
    #expect(description.includePrompt && description.normalize)
    #expect(description.maxSequenceLength == 24)
    #expect(description.prompts == ["document": "", "passage": "search document: ", "query": "query: "])
    #expect(description.defaultPromptName == nil)
    #expect(description.similarity == "cosine")
    #expect(description.embeddingDimensions == 32)
    #expect(weights.tensors.count == 5 + 16 * 2)
    #expect(weights.tensors["blk.1.ffn_up.weight"]?.shape == [64, 32])
    #expect(description.tokenizer.vocabulary[3] == "[UNK]")
    #expect(
      description.tokenizer.addedTokens.map(\.content).sorted() == ["[CLS]", "[MASK]", "[PAD]", "[SEP]", "[UNK]"])
  }

  @Test func aPlainFolderHasTheDocumentedDefaults() throws {
    let description = try SmallModel("bert-plain").open().description
    #expect(description.poolings == [.mean])
    #expect(!description.normalize)
    #expect(description.prompts.isEmpty && description.similarity == nil && description.dense.isEmpty)
  }

  /// `bert.` before every name, gamma and beta for the norms, heads and pooler beside the encoder, no tokenizer.json.
  @Test func aPreTrainingCheckpointIsRead() throws {
    let weights = try SmallModel("bert-pretraining").open()
    #expect(weights.tensors.count == 5 + 16 * 2)
    #expect(weights.tensors["token_embd_norm.weight"]?.shape == [64])
    #expect(weights.description.tokenizer.vocabulary.count == 490)
    #expect(weights.description.tokenizer.addedTokens.count == 5)
  }

  @Test(arguments: ["sentence-f16", "sentence-bf16"])
  func narrowTypesAreWidened(name: String) throws {
    let (narrow, wide) = (try SmallModel(name).open(), try SmallModel().open())
    for (name, view) in wide.tensors {
      let values = try #require(narrow.tensors[name]).float32()
      #expect(zip(values, view.float32()).allSatisfy { abs($0 - $1) <= abs($1) / 128 + 1e-6 }, "\(name)")
    }
  }

  static let modes: [(String, [PoolingMode], Bool)] = [
    ("pooling-cls", [.cls], true), ("pooling-max", [.max], true), ("pooling-mean", [.mean], true),
    ("pooling-mean-sqrt-len", [.meanSqrtLen], true), ("pooling-weightedmean", [.weightedMean], true),
    ("pooling-lasttoken", [.lastToken], true), ("pooling-mean-max", [.mean, .max], true),
    ("pooling-legacy", [.cls, .mean], true), ("exclude-prompt-max", [.max], false),
  ]

  @Test(arguments: modes)
  func poolingIsReadInBothForms(overlay: String, modes: [PoolingMode], includePrompt: Bool) throws {
    let description = try SmallModel(overlay: overlay).open().description
    #expect(description.poolings == modes)
    #expect(description.includePrompt == includePrompt)
    #expect(description.embeddingDimensions == 32 * modes.count)
  }

  @Test func denseModulesAreReadWithTheirWeights() throws {
    let weights = try SmallModel(overlay: "dense-two").open()
    #expect(
      weights.description.dense == [
        DenseModule(inFeatures: 32, outFeatures: 48, hasBias: true, activation: .gelu),
        DenseModule(inFeatures: 48, outFeatures: 20, hasBias: false, activation: .relu),
      ])
    #expect(weights.description.embeddingDimensions == 20)
    #expect(weights.tensors["akin.dense.0.weight"]?.shape == [48, 32])
    #expect(weights.tensors["akin.dense.0.bias"]?.shape == [48])
    #expect(weights.tensors["akin.dense.1.bias"] == nil)
  }

  @Test func theOtherOverlaysAreRead() throws {
    #expect(try SmallModel(overlay: "activation-relu").open().description.transformer.activation == .relu)
    #expect(try SmallModel(overlay: "activation-gelu-tanh").open().description.transformer.activation == .geluTanh)
    #expect(try SmallModel(overlay: "no-normalize").open().description.normalize == false)
    #expect(try SmallModel(overlay: "default-prompt").open().description.defaultPromptName != nil)
  }

  @Test func lengthComesFromTheFirstFileThatSaysIt() throws {
    let model = try SmallModel()
    try model.write(#"{"max_seq_length": 17, "do_lower_case": false}"#, to: "sentence_bert_config.json")
    #expect(try model.open().description.maxSequenceLength == 17)
    try model.write(#"{"max_seq_length": 5000}"#, to: "sentence_bert_config.json")
    #expect(try model.open().description.maxSequenceLength == 32)
    try model.remove("sentence_bert_config.json")
    try model.write(#"{"model_max_length": 1000000000000000019884624838656}"#, to: "tokenizer_config.json")
    #expect(try model.open().description.maxSequenceLength == 32)
    try model.remove("tokenizer_config.json")
    #expect(try model.open().description.maxSequenceLength == 32)
  }

  @Test func tokenizerSettingsStandOverTokenizerJSON() throws {
    let model = try SmallModel()
    try model.replace(#""do_lower_case": true"#, with: #""do_lower_case": false"#, in: "tokenizer_config.json")
    var tokenizer = try model.open().description.tokenizer
    #expect(tokenizer.normalizer == [.bert(BertNormalization(lowercase: false))])
    // sentence-transformers puts a normaliser of its own in front, which special tokens in a text do not see.
    try model.write(#"{"do_lower_case": true}"#, to: "sentence_bert_config.json")
    tokenizer = try model.open().description.tokenizer
    #expect(tokenizer.normalizer == [.lowercase, .bert(BertNormalization(lowercase: false))])
  }

  @Test func vocabularyComesTheSameFromBothFiles() throws {
    let model = try SmallModel()
    let fromJSON = try model.open().description.tokenizer
    try model.remove("tokenizer.json")
    let fromText = try model.open().description.tokenizer
    #expect(fromText.vocabulary.map { Array($0.utf8) } == fromJSON.vocabulary.map { Array($0.utf8) })
    #expect(fromText.addedTokens == fromJSON.addedTokens)
  }

  @Test func theDefaultModelIsRead() throws {
    let description = try ModelWeights.open(folder: TestModel.folder, name: ModelStore.defaultModel).description
    #expect(description.transformer.vocabularySize == 30_522)
    #expect(description.maxSequenceLength == 256)
    #expect(description.normalize && description.poolings == [.mean])
    #expect(description.tokenizer.vocabulary.count == 30_522)
  }

  /// File, text in it, what it becomes, and a part of the error's description.
  static let bad: [(String, String, String, String)] = [
    ("config.json", "{", "", "config.json: byte"),
    ("config.json", #""bert""#, #""xlnet""#, "model_type: expected one of"),
    ("config.json", #""gelu""#, #""mish""#, "hidden_act: expected gelu"),
    ("config.json", #""absolute""#, #""relative_key""#, "position_embedding_type: expected \"absolute\""),
    ("config.json", #""num_attention_heads": 2"#, #""num_attention_heads": 3"#, "a divisor of hidden_size 32"),
    ("config.json", #""hidden_size": 32"#, #""hidden_size": "32""#, "hidden_size: expected an integer"),
    (
      "config.json", #""hidden_size": 32"#, #""hidden_size": 64"#,
      "has shape [490, 32] where the configuration says [490, 64]"
    ),
    ("config.json", #""vocab_size": 490"#, #""vocab_size": 400"#, "at most vocab_size 400"),
    ("config.json", #""vocab_size": 490"#, #""vocab_size": 500"#, "has shape [490, 32]"),
    (
      "config.json", #""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#,
      "encoder.layer.2.attention.self.query.weight"
    ),
    ("config.json", #""intermediate_size": 64"#, #""intermediate_size": 65"#, "has shape [64, 32]"),
    ("config.json", "1e-12", "-1", "layer_norm_eps"),
    ("modules.json", "pooling.Pooling", "pooling.Poling", "[1].type: expected one of"),
    ("modules.json", "sentence_transformers.sentence_transformer.modules.normalize", "evil", "[2].type"),
    ("modules.json", "1_Pooling", "../1_Pooling", "[1].path: expected a folder inside"),
    ("1_Pooling/config.json", "mean", "median", "pooling_mode: expected one of cls, max"),
    ("1_Pooling/config.json", "32", "33", "embedding_dimension: expected 32"),
    ("1_Pooling/config.json", "true", "1", "include_prompt: expected true or false, found number 1"),
    ("config_sentence_transformers.json", #""query: ""#, "7", "prompts.query: expected a string"),
    (
      "config_sentence_transformers.json", #""default_prompt_name": null"#, #""default_prompt_name": "x""#,
      "default_prompt_name"
    ),
    ("tokenizer.json", "BertNormalizer", "Titlecase", "normalizer.type: expected one of BertNormalizer"),
    ("tokenizer.json", "BertPreTokenizer", "UnicodeScripts", "pre_tokenizer.type"),
    ("tokenizer.json", #""WordPiece""#, #""Whole""#, "expected one of BPE, Unigram, WordLevel, WordPiece"),
    ("tokenizer_config.json", #""unk_token": "[UNK]""#, #""unk_token": "<unk>""#, "the unknown token '<unk>'"),
    (
      "tokenizer_config.json", #""model_max_length": 24"#, #""model_max_length": "x""#,
      "model_max_length: expected a number"
    ),
  ]

  @Test(arguments: bad)
  func refusesABadFile(file: String, old: String, new: String, expected: String) throws {
    let model = try SmallModel()
    if new.isEmpty { try model.write(old, to: file) } else { try model.replace(old, with: new, in: file) }
    let error = try #require(fileError { try model.open() })
    #expect(error.description.contains(expected), "\(error)")
    #expect(error.path.hasPrefix(model.path), "\(error)")
  }

  @Test func aVocabularyWithoutItsTokensIsRefused() throws {
    let model = try SmallModel()
    try model.remove("tokenizer.json")
    try model.remove("tokenizer_config.json")
    try model.replace("[UNK]\n", with: "[XXX]\n", in: "vocab.txt")
    #expect(fileError { try model.open() }?.description.contains("the unknown token '[UNK]'") == true)
    try model.folder.write([0x61, 0x0A, 0xFF, 0x0A], to: "sentence/vocab.txt")
    #expect(fileError { try model.open() }?.offset == 2)
    try model.remove("vocab.txt")
    #expect(fileError { try model.open() }?.path.hasSuffix("vocab.txt") == true)
    // Of a class that has no such list it would say the wrong thing.
    try model.write(#"{"tokenizer_class": "XLMRobertaTokenizer"}"#, to: "tokenizer_config.json")
    #expect(fileError { try model.open() }?.path.hasSuffix("tokenizer.json") == true)
  }

  @Test func missingWeightsSayWhatToDo() throws {
    let model = try SmallModel()
    try model.remove("model.safetensors")
    #expect(fileError { try model.open() }?.kind == .missing)
    try model.write("x", to: "pytorch_model.bin")
    #expect(fileError { try model.open() }?.description.contains("save_pretrained") == true)
    #expect(fileError { try ModelWeights.open(folder: model.path + "/config.json", name: "x") } != nil)
    #expect(fileError { try ModelWeights.open(folder: model.path + "/none", name: "x") }?.kind == .missing)
  }
}

/// A model as GGUF: llama.cpp's keys for its architecture (gguf-py's constants.py), and under `akin.` what
/// these cannot hold, so that a description written and read is the same description.
public enum GGUFModel {
  /// Raised whenever a file of an earlier Akin must be made anew.
  public static let formatVersion = 1

  /// The keys of Akin's own.
  enum Key {
    static let formatVersion = "akin.format_version"
    static let fingerprint = "akin.source.fingerprint"
    /// XXH64 of the whole file with this value zero.
    static let checksum = "akin.checksum"
    static let poolings = "akin.poolings"
    static let includePrompt = "akin.include_prompt"
    static let normalize = "akin.normalize"
    static let maxSequenceLength = "akin.max_sequence_length"
    static let activation = "akin.activation"
    static let promptNames = "akin.prompts.names"
    static let promptTexts = "akin.prompts.texts"
    static let defaultPrompt = "akin.prompts.default"
    static let similarity = "akin.similarity"
    static let denseIn = "akin.dense.in_features"
    static let denseOut = "akin.dense.out_features"
    static let denseBias = "akin.dense.has_bias"
    static let denseActivations = "akin.dense.activations"
    static let vocabularySize = "akin.tokenizer.vocabulary_size"
    static let irregularIDs = "akin.tokenizer.irregular_ids"
    static let irregularTokens = "akin.tokenizer.irregular_tokens"
    static let lowercase = "akin.tokenizer.lowercase"
    static let stripAccents = "akin.tokenizer.strip_accents"
    static let cleanText = "akin.tokenizer.clean_text"
    static let splitCJK = "akin.tokenizer.split_cjk"
    static let continuingPrefix = "akin.tokenizer.continuing_prefix"
    static let maxWordLength = "akin.tokenizer.max_word_length"
    static let added = "akin.tokenizer.added_tokens."
  }

  /// llama.cpp's file type 7: most tensors are q8_0.
  private static let mostlyQ8: UInt32 = 7
  /// GGML_QNT_VERSION
  private static let quantizationVersion: UInt32 = 2

  /// The keys of a q8_0 file of a model.
  /// - Parameter sourceFingerprint: of the files that the weights come from (`ModelStore.fingerprint(of:)`).
  public static func metadata(
    for description: ModelDescription, sourceFingerprint: String
  ) -> [(String, GGUFValue)] {
    llamaKeys(description) + llamaTokenizerKeys(description) + akinKeys(description, sourceFingerprint)
      + TransformerKeys.write(description.transformer) + akinTokenizerKeys(description.tokenizer)
  }

  private static func llamaKeys(_ description: ModelDescription) -> [(String, GGUFValue)] {
    let transformer = description.transformer
    let name = Architecture.of(transformer.family).ggufName
    return [
      ("general.architecture", .string(name)),
      ("general.type", .string("model")),
      ("general.name", .string(description.name)),
      ("general.file_type", .uint32(mostlyQ8)),
      ("general.quantization_version", .uint32(quantizationVersion)),
      (name + ".block_count", .uint32(UInt32(transformer.layerCount))),
      (name + ".context_length", .uint32(UInt32(transformer.maxPositions))),
      (name + ".embedding_length", .uint32(UInt32(transformer.hiddenSize))),
      (name + ".feed_forward_length", .uint32(UInt32(transformer.intermediateSize))),
      (name + ".attention.head_count", .uint32(UInt32(transformer.headCount))),
      (name + ".attention.layer_norm_epsilon", .float32(transformer.normEpsilon)),
      (name + ".attention.causal", .bool(transformer.isCausal)),
      (name + ".pooling_type", .uint32(poolingType(description.poolings))),
    ]
  }

  /// `enum llama_pooling_type`. What llama.cpp has no number for is written as none: it then returns token vectors
  /// rather than wrong ones.
  private static func poolingType(_ poolings: [PoolingMode]) -> UInt32 {
    switch poolings {
    case [.mean]: 1
    case [.cls]: 2
    case [.lastToken]: 3
    default: 0
    }
  }

  private static func llamaTokenizerKeys(_ description: ModelDescription) -> [(String, GGUFValue)] {
    let tokenizer = description.tokenizer
    let spelled = GGUFVocabulary.spell(tokenizer, size: description.transformer.vocabularySize)
    var keys: [(String, GGUFValue)] = [
      ("tokenizer.ggml.model", .string("bert")),
      // The name under which llama.cpp files BERT's pre-tokenizer.
      ("tokenizer.ggml.pre", .string("jina-v2-en")),
      ("tokenizer.ggml.token_type_count", .uint32(UInt32(description.transformer.typeVocabularySize))),
      ("tokenizer.ggml.tokens", .strings(spelled.tokens)),
      ("tokenizer.ggml.token_type", .int32s(spelled.types)),
      ("tokenizer.ggml.add_bos_token", .bool(true)),
      ("tokenizer.ggml.add_eos_token", .bool(true)),
      (Key.irregularIDs, .int32s(spelled.irregularIDs)),
      (Key.irregularTokens, .strings(spelled.irregularTokens)),
    ]
    for role in SpecialToken.allCases {
      guard let id = tokenizer.id(of: tokenizer[keyPath: role.token]) else { continue }
      keys += role.keys.map { ($0, .uint32(UInt32(id))) }
    }
    return keys
  }

  private static func akinKeys(_ description: ModelDescription, _ fingerprint: String) -> [(String, GGUFValue)] {
    let prompts = description.prompts.sorted { $0.key < $1.key }
    var keys: [(String, GGUFValue)] = [
      (Key.formatVersion, .uint32(UInt32(formatVersion))),
      (Key.fingerprint, .string(fingerprint)),
      (Key.checksum, .uint64(0)),
      (Key.poolings, .strings(description.poolings.map(\.rawValue))),
      (Key.includePrompt, .bool(description.includePrompt)),
      (Key.normalize, .bool(description.normalize)),
      (Key.maxSequenceLength, .uint32(UInt32(description.maxSequenceLength))),
      (Key.promptNames, .strings(prompts.map(\.key))),
      (Key.promptTexts, .strings(prompts.map(\.value))),
      (Key.denseIn, .int32s(description.dense.map { Int32($0.inFeatures) })),
      (Key.denseOut, .int32s(description.dense.map { Int32($0.outFeatures) })),
      (Key.denseBias, .bools(description.dense.map(\.hasBias))),
      (Key.denseActivations, .strings(description.dense.map(\.activation.rawValue))),
    ]
    if let name = description.defaultPromptName { keys.append((Key.defaultPrompt, .string(name))) }
    if let similarity = description.similarity { keys.append((Key.similarity, .string(similarity))) }
    return keys
  }

  private static func akinTokenizerKeys(_ tokenizer: TokenizerDefinition) -> [(String, GGUFValue)] {
    let added = tokenizer.addedTokens
    var keys: [(String, GGUFValue)] = [
      (Key.vocabularySize, .uint32(UInt32(tokenizer.vocabulary.count))),
      (Key.lowercase, .bool(tokenizer.lowercase)),
      (Key.cleanText, .bool(tokenizer.cleanText)),
      (Key.splitCJK, .bool(tokenizer.splitCJK)),
      (Key.continuingPrefix, .string(tokenizer.continuingPrefix)),
      (Key.maxWordLength, .uint32(UInt32(tokenizer.maxWordLength))),
      (Key.added + "contents", .strings(added.map(\.content))),
      (Key.added + "ids", .int32s(added.map(\.id))),
      (Key.added + "special", .bools(added.map(\.special))),
      (Key.added + "single_word", .bools(added.map(\.singleWord))),
      (Key.added + "left_strip", .bools(added.map(\.leftStrip))),
      (Key.added + "right_strip", .bools(added.map(\.rightStrip))),
      (Key.added + "normalized", .bools(added.map(\.normalized))),
    ]
    if let stripAccents = tokenizer.stripAccents { keys.append((Key.stripAccents, .bool(stripAccents))) }
    return keys
  }
}

/// The five tokens that llama.cpp's keys name by id.
enum SpecialToken: CaseIterable {
  case unknown, classification, separator, padding, mask

  /// Where the definition holds the token.
  var token: WritableKeyPath<TokenizerDefinition, String> {
    switch self {
    case .unknown: \.unknown
    case .classification: \.classification
    case .separator: \.separator
    case .padding: \.padding
    case .mask: \.mask
    }
  }

  /// llama.cpp's keys, the first being the one that is read; `seperator` is its spelling. For `bert` the classification
  /// token is the beginning of the sequence and the separator its end.
  var keys: [String] {
    let names =
      switch self {
      case .unknown: ["unknown"]
      case .classification: ["bos", "cls"]
      case .separator: ["seperator", "eos"]
      case .padding: ["padding"]
      case .mask: ["mask"]
      }
    return names.map { "tokenizer.ggml.\($0)_token_id" }
  }

  /// The id that llama.cpp takes for `bert` where a file names none.
  var defaultID: Int {
    switch self {
    case .unknown: 100
    case .classification: 101
    case .separator: 102
    case .padding: 0
    case .mask: 103
    }
  }
}

extension TokenizerDefinition {
  /// The id of a token of the vocabulary or an added one.
  func id(of token: String) -> Int? {
    addedTokens.first { $0.content == token }.map { Int($0.id) } ?? vocabulary.firstIndex(of: token)
  }
}

extension GGUFValue {
  /// An array of booleans.
  static func bools(_ values: [Bool]) -> GGUFValue {
    .array(element: .bool, values: values.map { .bool($0) })
  }
}

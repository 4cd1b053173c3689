/// A model as GGUF: llama.cpp's keys for its architecture (gguf-py's constants.py), and under `akin.` what
/// these cannot hold, so that a description written and read is the same description.
public enum GGUFModel {
  /// Raised whenever a file of an earlier Akin must be made anew.
  public static let formatVersion = 3

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
    static let dense = "akin.dense."
    static let truncateDimensions = "akin.truncate_dimensions"
    static let classifier = "akin.classifier."
    static let sparse = "akin.sparse."
    static let tokenHead = "akin.tokens."
    static let tokenDense = "akin.token_dense."
    static let vocabularySize = "akin.tokenizer.vocabulary_size"
    static let irregularIDs = "akin.tokenizer.irregular_ids"
    static let irregularTokens = "akin.tokenizer.irregular_tokens"
    /// The tokenizer as a tokenizer.json has it, without vocabulary, scores, merges and map of characters.
    static let tokenizer = "akin.tokenizer.definition"
    /// Three ids for each merge of a byte-pair encoding: two tokens and what they become.
    static let mergedIDs = "akin.tokenizer.merges"
    /// Scores that float32 does not hold.
    static let wideScores = "akin.tokenizer.scores"
    static let scores = "tokenizer.ggml.scores"
    static let characterMap = "tokenizer.ggml.precompiled_charsmap"
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
    metadata(for: description, LlamaLayout(description), sourceFingerprint: sourceFingerprint)
  }

  static func metadata(
    for description: ModelDescription, _ layout: LlamaLayout, sourceFingerprint: String
  ) -> [(String, GGUFValue)] {
    llamaKeys(description, layout) + GGUFTokenizer.keys(description) + akinKeys(description, sourceFingerprint)
      + TransformerKeys.write(layout.transformer)
  }

  private static func llamaKeys(_ description: ModelDescription, _ layout: LlamaLayout) -> [(String, GGUFValue)] {
    let name = layout.architecture
    var keys: [(String, GGUFValue)] = [
      ("general.architecture", .string(name)),
      ("general.type", .string("model")),
      ("general.name", .string(description.name)),
      ("general.file_type", .uint32(mostlyQ8)),
      ("general.quantization_version", .uint32(quantizationVersion)),
      (name + ".pooling_type", .uint32(poolingType(description))),
    ]
    if let labels = description.classifier?.labels, labels != 1 {
      keys.append((name + ".classifier.output_labels", .strings((0..<labels).map { "LABEL_\($0)" })))
    }
    for (module, dense) in zip(description.dense, llamaDense) where layout.isLlamas {
      let prefix = name + "." + dense.replacing(".weight", with: "_feat_")
      keys.append((prefix + "in", .uint32(UInt32(module.inFeatures))))
      keys.append((prefix + "out", .uint32(UInt32(module.outFeatures))))
    }
    return keys + LlamaKeys.transformer(layout.transformer, architecture: name)
  }

  /// llama.cpp's tensors of Dense modules: layers without bias and activation behind the pooling.
  static let llamaDense = ["dense_2.weight", "dense_3.weight"]

  /// `enum llama_pooling_type`. What llama.cpp has no number for is written as none: it then returns token vectors
  /// rather than wrong ones.
  private static func poolingType(_ description: ModelDescription) -> UInt32 {
    if description.classifier != nil { return 4 }
    return switch description.poolings {
    case [.mean]: 1
    case [.cls]: 2
    case [.lastToken]: 3
    default: 0
    }
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
    ]
    keys += denseKeys(description.dense, Key.dense) + headKeys(description)
    if let count = description.truncateDimensions { keys.append((Key.truncateDimensions, .uint32(UInt32(count)))) }
    keys += description.classifier.map(classifierKeys) ?? []
    if let name = description.defaultPromptName { keys.append((Key.defaultPrompt, .string(name))) }
    if let similarity = description.similarity { keys.append((Key.similarity, .string(similarity))) }
    return keys
  }
}

extension GGUFModel {
  /// The description that a file's keys give. What llama.cpp's keys cannot hold has a default where the file is not
  /// Akin's: vectors are normalised and the tokenizer is BERT's uncased one, both as llama.cpp does it.
  static func description(of gguf: GGUFFile, name: String?) throws(ModelFileError) -> ModelDescription {
    let metadata = gguf.metadata
    let architecture = try metadata.required("general.architecture", "a string", metadata.string)
    guard architecture == "bert" else {
      throw metadata.wrong("general.architecture", expected: "'bert'", found: "'\(architecture)'")
    }
    guard try metadata.bool("bert.attention.causal") != true else {
      throw metadata.wrong("bert.attention.causal", expected: "false", found: "true")
    }
    let bert = try configuration(of: gguf)
    let ownName = try metadata.string("general.name")
    var description = ModelDescription(
      name: name ?? ownName ?? Files.lastComponent(of: gguf.file.path), bert: bert,
      maxSequenceLength: try maxSequenceLength(metadata, bert), tokenizer: try tokenizer(metadata, bert))
    description.poolings = try poolings(metadata)
    description.includePrompt = try metadata.bool(Key.includePrompt) ?? true
    description.normalize = try metadata.bool(Key.normalize) ?? true
    description.similarity = try metadata.string(Key.similarity)
    try readPrompts(metadata, into: &description)
    try readDense(metadata, into: &description)
    return description
  }

  private static func configuration(of gguf: GGUFFile) throws(ModelFileError) -> BertConfiguration {
    let metadata = gguf.metadata
    func size(_ key: String, _ most: Int) throws(ModelFileError) -> Int {
      try metadata.required(key, "an integer") { key throws(ModelFileError) in try metadata.int(key, in: 1...most) }
    }
    guard let embeddings = gguf.tensors["token_embd.weight"] else { throw gguf.missing("token_embd.weight") }
    guard let types = gguf.tensors["token_types.weight"] else { throw gguf.missing("token_types.weight") }
    var bert = BertConfiguration(
      vocabularySize: embeddings.shape.first ?? 0,
      hiddenSize: try size("bert.embedding_length", BertLimits.hidden),
      layerCount: try size("bert.block_count", BertLimits.layers),
      headCount: try size("bert.attention.head_count", BertLimits.hidden),
      intermediateSize: try size("bert.feed_forward_length", BertLimits.intermediate),
      maxPositions: try size("bert.context_length", BertLimits.positions),
      typeVocabularySize: types.shape.first ?? 0,
      layerNormEpsilon: try metadata.required("bert.attention.layer_norm_epsilon", "a number", metadata.float))
    guard bert.layerNormEpsilon > 0, bert.layerNormEpsilon < 1 else {
      throw metadata.wrong(
        "bert.attention.layer_norm_epsilon", expected: "a number between 0 and 1", found: "\(bert.layerNormEpsilon)")
    }
    guard bert.hiddenSize % bert.headCount == 0 else {
      throw metadata.wrong(
        "bert.attention.head_count", expected: "a divisor of \(bert.hiddenSize)", found: "\(bert.headCount)")
    }
    if let activation = try metadata.choice(Key.activation, Activation.self) { bert.activation = activation }
    return bert
  }

  private static func maxSequenceLength(
    _ metadata: GGUFMetadata, _ bert: BertConfiguration
  ) throws(ModelFileError) -> Int {
    // Room for the two special tokens and one more.
    try metadata.int(Key.maxSequenceLength, in: 3...max(3, bert.maxPositions)) ?? bert.maxPositions
  }

  private static func poolings(_ metadata: GGUFMetadata) throws(ModelFileError) -> [PoolingMode] {
    if let names = try metadata.strings(Key.poolings) {
      let modes = names.compactMap(PoolingMode.init(rawValue:))
      guard modes.count == names.count, !modes.isEmpty else {
        throw metadata.wrong(Key.poolings, expected: "names of pooling modes", found: "\(names)")
      }
      return modes
    }
    switch try metadata.int("bert.pooling_type") {
    case nil, 0, 1: return [.mean]
    case 2: return [.cls]
    case 3: return [.lastToken]
    case let number?:
      throw metadata.wrong("bert.pooling_type", expected: "0 (none), 1 (mean), 2 (cls) or 3 (last)", found: "\(number)")
    }
  }

  private static func readPrompts(
    _ metadata: GGUFMetadata, into description: inout ModelDescription
  ) throws(ModelFileError) {
    let names = try metadata.strings(Key.promptNames) ?? []
    let texts = try metadata.strings(Key.promptTexts) ?? []
    guard names.count == texts.count else {
      throw metadata.wrong(Key.promptTexts, expected: "\(names.count) texts", found: "\(texts.count)")
    }
    description.prompts = Dictionary(zip(names, texts), uniquingKeysWith: { _, last in last })
    description.defaultPromptName = try metadata.string(Key.defaultPrompt)
    if let name = description.defaultPromptName, description.prompts[name] == nil {
      throw metadata.wrong(Key.defaultPrompt, expected: "the name of a prompt", found: "'\(name)'")
    }
  }

  private static func readDense(
    _ metadata: GGUFMetadata, into description: inout ModelDescription
  ) throws(ModelFileError) {
    let inputs = try metadata.ints(Key.denseIn) ?? []
    let outputs = try metadata.ints(Key.denseOut) ?? []
    let biases = try metadata.bools(Key.denseBias) ?? []
    let activations = try metadata.strings(Key.denseActivations) ?? []
    guard outputs.count == inputs.count, biases.count == inputs.count, activations.count == inputs.count else {
      throw metadata.wrong(
        Key.denseOut, expected: "\(inputs.count) values, as in the other akin.dense keys", found: "others")
    }
    for index in inputs.indices {
      guard let activation = DenseActivation(rawValue: activations[index]) else {
        throw metadata.wrong(Key.denseActivations, expected: "names of activations", found: "'\(activations[index])'")
      }
      let width = description.embeddingDimensions
      guard inputs[index] == width, (1...BertLimits.intermediate).contains(outputs[index]) else {
        throw metadata.wrong(
          Key.denseIn, expected: "\(width), the width that comes in", found: "\(inputs[index]) to \(outputs[index])")
      }
      description.dense.append(
        DenseModule(
          inFeatures: inputs[index], outFeatures: outputs[index], hasBias: biases[index], activation: activation))
    }
  }
}

/// Greater sizes are taken for damage: no BERT comes near them, and products of them stay far from overflow.
enum BertLimits {
  static let vocabulary = 1 << 24
  static let hidden = 1 << 16
  static let layers = 1 << 10
  static let intermediate = 1 << 18
  static let positions = 1 << 20
  static let types = 1 << 10
}

extension GGUFMetadata {
  /// A string that names one of an enumeration's cases; nil where there is no such key.
  func choice<T: RawRepresentable & CaseIterable>(_ key: String, _: T.Type) throws(ModelFileError) -> T?
  where T.RawValue == String {
    guard let name = try string(key) else { return nil }
    guard let choice = T(rawValue: name) else {
      throw wrong(key, expected: "one of " + T.allCases.map(\.rawValue).joined(separator: ", "), found: "'\(name)'")
    }
    return choice
  }
}

extension GGUFFile {
  /// The error of a tensor that is not there, or is there in a type that is not read.
  func missing(_ name: String) -> ModelFileError {
    guard let type = otherTypes[name] else { return ModelFileError(.missingTensor(name), path: file.path) }
    let types = TensorType.allCases.map { "\($0.rawValue) (\($0.ggmlNumber))" }.joined(separator: ", ")
    return ModelFileError(
      .unsupported("the tensor '\(name)' has GGML type \(type); \(types) are read"), path: file.path)
  }
}

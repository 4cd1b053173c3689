extension GGUFModel {
  /// The encoder that a file's keys describe: sizes under llama.cpp's, the rest under Akin's, or as is usual of the family.
  static func transformer(of gguf: GGUFFile) throws(ModelFileError) -> TransformerDescription {
    let metadata = gguf.metadata
    let family = try metadata.choice(TransformerKeys.family, ModelFamily.self)
    let name = try metadata.required("general.architecture", "a string", metadata.string)
    let found = Architecture.all.first { architecture in
      guard let family else { return architecture.ggufName == name }
      return architecture.family == family && [architecture.ggufName, architecture.ownName].contains(name)
    }
    guard let architecture = found else {
      let known = Set(Architecture.all.compactMap { $0.ggufName.map { "'\($0)'" } }).sorted().joined(separator: ", ")
      throw metadata.wrong("general.architecture", expected: "one of \(known)", found: "'\(name)'")
    }
    var model = try sizes(gguf, architecture, prefix: name + ".")
    if family == nil {
      try architecture.completeGGUF(&model, metadata)
      try ForeignKeys(metadata, architecture: name).apply(to: &model)
    } else {
      try TransformerKeys.read(metadata, into: &model)
    }
    if let problem = model.problem {
      throw metadata.wrong(
        "general.architecture", expected: "a model whose sizes fit each other: \(problem)", found: "'\(name)'")
    }
    let causal = name + ".attention.causal"
    guard try metadata.bool(causal) ?? model.isCausal == model.isCausal else {
      throw metadata.wrong(causal, expected: "\(model.isCausal)", found: "\(!model.isCausal)")
    }
    return model
  }

  private static func sizes(
    _ gguf: GGUFFile, _ architecture: Architecture, prefix: String
  ) throws(ModelFileError) -> TransformerDescription {
    let metadata = gguf.metadata
    // A static model has no blocks.
    let least = architecture.family == .staticEmbedding ? 0 : 1
    func size(_ key: String, _ most: Int) throws(ModelFileError) -> Int {
      try metadata.required(prefix + key, "an integer") { key throws(ModelFileError) in
        try metadata.int(key, in: least...most)
      }
    }
    let epsilon = prefix + "attention.layer_norm_epsilon", otherEpsilon = prefix + "attention.layer_norm_rms_epsilon"
    let epsilonKey = metadata.entry(epsilon) == nil && metadata.entry(otherEpsilon) != nil ? otherEpsilon : epsilon
    guard let words = gguf.tensors[TransformerTensor.wordTable] else { throw gguf.missing(TransformerTensor.wordTable) }
    var model = TransformerDescription(
      family: architecture.family, vocabularySize: words.shape.first ?? 0,
      hiddenSize: try size("embedding_length", TransformerLimits.hidden),
      layerCount: try size("block_count", TransformerLimits.layers),
      headCount: try size("attention.head_count", TransformerLimits.hidden),
      intermediateSize: try size("feed_forward_length", TransformerLimits.intermediate),
      maxPositions: try size("context_length", TransformerLimits.positions),
      typeVocabularySize: gguf.tensors["token_types.weight"]?.shape.first ?? 0,
      normEpsilon: try metadata.required(epsilonKey, "a number", metadata.float))
    guard model.normEpsilon > 0, model.normEpsilon < 1 else {
      throw metadata.wrong(
        epsilonKey, expected: "a number between 0 and 1", found: "\(model.normEpsilon)")
    }
    let isOwnSize =
      metadata.entry(prefix + "attention.key_length") != nil || metadata.entry(TransformerKeys.family) != nil
    guard model.headCount > 0, model.hiddenSize % model.headCount == 0 || isOwnSize else {
      throw metadata.wrong(
        prefix + "attention.head_count", expected: "a divisor of \(model.hiddenSize)", found: "\(model.headCount)")
    }
    if let activation = try metadata.choice(Key.activation, Activation.self) { model.activation = activation }
    return model
  }
}

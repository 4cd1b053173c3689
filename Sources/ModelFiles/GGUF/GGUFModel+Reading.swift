extension GGUFModel {
  /// The description that a file's keys give. What llama.cpp's keys cannot hold has a default where the file is not
  /// Akin's: vectors are normalised, as llama.cpp does it.
  static func description(of gguf: GGUFFile, name: String?) throws(ModelFileError) -> ModelDescription {
    let metadata = gguf.metadata
    let transformer = try transformer(of: gguf)
    let ownName = try metadata.string("general.name")
    var description = ModelDescription(
      name: name ?? ownName ?? Files.lastComponent(of: gguf.file.path), transformer: transformer,
      maxSequenceLength: try maxSequenceLength(metadata, transformer),
      tokenizer: try GGUFTokenizer.definition(metadata, size: transformer.vocabularySize))
    description.poolings = try poolings(metadata, transformer)
    description.includePrompt = try metadata.bool(Key.includePrompt) ?? true
    description.normalize = try metadata.bool(Key.normalize) ?? true
    description.similarity = try metadata.string(Key.similarity)
    try readPrompts(metadata, into: &description)
    description.dense =
      metadata.entry(Key.formatVersion) == nil
      ? try foreignDense(of: gguf, width: description.projectedDimensions)
      : try denseModules(metadata, Key.dense, width: description.projectedDimensions)
    description.truncateDimensions = try metadata.int(Key.truncateDimensions, in: 1...TransformerLimits.intermediate)
    description.classifier = try classifier(of: gguf)
    description.sparse = try sparseHead(metadata)
    description.tokenHead = try tokenHead(metadata, transformer)
    return description
  }

  private static func maxSequenceLength(
    _ metadata: GGUFMetadata, _ transformer: TransformerDescription
  ) throws(ModelFileError) -> Int {
    // Room for the two special tokens and one more.
    try metadata.int(Key.maxSequenceLength, in: 3...max(3, transformer.maxPositions)) ?? transformer.maxPositions
  }

  private static func poolings(
    _ metadata: GGUFMetadata, _ transformer: TransformerDescription
  ) throws(ModelFileError) -> [PoolingMode] {
    if let names = try metadata.strings(Key.poolings) {
      let modes = names.compactMap(PoolingMode.init(rawValue:))
      guard modes.count == names.count, !modes.isEmpty else {
        throw metadata.wrong(Key.poolings, expected: "names of pooling modes", found: "\(names)")
      }
      return modes
    }
    let key = try metadata.required("general.architecture", "a string", metadata.string) + ".pooling_type"
    switch try metadata.int(key, in: -1...Int(Int32.max)) {
    // Rank: what follows is a classifier, which pools by itself.
    case nil, -1, 0, 1, 4: return [.mean]
    case 2: return [.cls]
    case 3: return [.lastToken]
    case let number?:
      throw metadata.wrong(key, expected: "-1 or 0 (none), 1 (mean), 2 (cls), 3 (last) or 4 (rank)", found: "\(number)")
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

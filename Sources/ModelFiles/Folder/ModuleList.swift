import JSON

/// The modules of a sentence-transformers folder after its encoder. The order is the library's usual one: Transformer,
/// Pooling, any number of Dense, at most one Normalize.
struct ModuleList {
  /// The folder of the encoder's own settings.
  let transformer: String

  private struct Module {
    enum Kind: String {
      case transformer = "Transformer"
      case pooling = "Pooling"
      case dense = "Dense"
      case normalize = "Normalize"
      /// A table of words' vectors in place of a transformer and its pooling.
      case staticEmbedding = "StaticEmbedding"
      /// Does nothing outside training.
      case dropout = "Dropout"
    }
    let kind: Kind
    let folder: String
    let typePath: String
  }

  private let file: JSONFile?
  private let modules: [Module]

  /// Reads modules.json; without it there is the encoder alone.
  init(folder: String) throws(ModelFileError) {
    file = try JSONFile.ifThere(folder + "/modules.json")
    modules =
      try file?.read { root throws(JSONFieldError) in
        var modules: [Module] = []
        for field in try root.array() { modules.append(try Self.module(field, root: folder)) }
        let kinds = modules.map(\.kind)
        guard
          kinds.first == .staticEmbedding || kinds == [.transformer] || kinds.starts(with: [.transformer, .pooling])
        else {
          throw root.mismatch("Transformer and Pooling first", found: kinds.map(\.rawValue).joined(separator: ", "))
        }
        return modules
      } ?? []
    transformer = modules.first?.folder ?? folder
  }

  /// sentence-transformers has moved its classes; their last name says what they are.
  private static func module(_ field: JSONField, root: String) throws(JSONFieldError) -> Module {
    let type = try field["type"].string()
    let name = type.split(separator: ".").last.map(String.init) ?? ""
    guard type.utf8.starts(with: "sentence_transformers.".utf8), let kind = Module.Kind(rawValue: name) else {
      throw field["type"].mismatch(
        "one of sentence-transformers' Transformer, Pooling, Dense, Normalize, Dropout", found: "\"\(type)\"")
    }
    let path = try field["path"].string()
    let isInside = !path.utf8.starts(with: "/".utf8) && !path.split(separator: "/").contains("..")
    guard isInside else { throw field["path"].mismatch("a folder inside the model's") }
    return Module(kind: kind, folder: path.isEmpty ? root : root + "/" + path, typePath: field["type"].path)
  }

  /// Whether there is a modules.json.
  var isThere: Bool { file != nil }

  /// Whether words' vectors stand in place of a transformer.
  var isStatic: Bool { modules.first?.kind == .staticEmbedding }

  /// Reads what the modules add to an encoder.
  func read(
    into description: inout ModelDescription, tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    if let first = modules.first, first.kind == .transformer, (modules.count == 1) != (description.classifier != nil) {
      let expected =
        modules.count == 1 ? "Transformer and Pooling first" : "a Transformer alone, since it is a classifier"
      throw misplaced(first, expected: expected)
    }
    for module in modules.dropFirst() {
      if description.normalize, module.kind != .dropout {
        throw misplaced(module, expected: "nothing after Normalize")
      }
      switch module.kind {
      case .transformer, .staticEmbedding: throw misplaced(module, expected: "one encoder, the first module")
      case .pooling:
        guard !isStatic, module.folder == modules[1].folder else {
          throw misplaced(module, expected: "one Pooling, the second module")
        }
        try readPooling(module.folder, into: &description)
      case .dense: try readDense(module.folder, into: &description, tensors: &tensors)
      case .normalize:
        try checkNormalize(module)
        description.normalize = true
      case .dropout: break
      }
    }
  }

  /// Vectors of tokens are not what is normalised.
  private func checkNormalize(_ module: Module) throws(ModelFileError) {
    try JSONFile.ifThere(module.folder + "/config.json")?.read { root throws(JSONFieldError) in
      for key in ["module_input_name", "module_output_name"] {
        guard let name = try root[key].ifPresent?.string(), name != "sentence_embedding" else { continue }
        throw root[key].mismatch("\"sentence_embedding\"", found: "\"\(name)\"")
      }
    }
  }

  private func misplaced(_ module: Module, expected: String) -> ModelFileError {
    ModelFileError(
      .field(module.typePath, expected: expected, found: module.kind.rawValue), path: file?.path ?? transformer)
  }

  private func readPooling(_ folder: String, into description: inout ModelDescription) throws(ModelFileError) {
    let file = try JSONFile(path: folder + "/config.json")
    let hidden = description.transformer.hiddenSize
    (description.poolings, description.includePrompt) = try file.read { root throws(JSONFieldError) in
      let width = root["embedding_dimension"].ifPresent ?? root["word_embedding_dimension"]
      guard try width.int() == hidden else { throw width.mismatch("\(hidden), the encoder's hidden_size") }
      return (try PoolingMode.list(root), try root["include_prompt"].ifPresent?.bool() ?? true)
    }
  }

  private func readDense(
    _ folder: String, into description: inout ModelDescription, tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    let width = description.projectedDimensions
    let dense = try JSONFile(path: folder + "/config.json").read { root throws(JSONFieldError) in
      try DenseModule(root, width: width)
    }
    let weights = try SafetensorsSet(weightsIn: folder)
    for (name, source, shape) in dense.tensors(index: description.dense.count) {
      tensors[name] = try weights.tensor(source).checked(as: name, shape: shape)
    }
    description.dense.append(dense)
  }
}

extension PoolingMode {
  /// sentence-transformers' names, in the order in which the old flags are concatenated.
  private static let names: [(name: String, flag: String, mode: PoolingMode)] = [
    ("cls", "pooling_mode_cls_token", .cls),
    ("max", "pooling_mode_max_tokens", .max),
    ("mean", "pooling_mode_mean_tokens", .mean),
    ("mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", .meanSqrtLen),
    ("weightedmean", "pooling_mode_weightedmean_tokens", .weightedMean),
    ("lasttoken", "pooling_mode_lasttoken", .lastToken),
  ]

  /// `pooling_mode`, a name or a list of names, else the old flags; none of them means the mean.
  fileprivate static func list(_ root: JSONField) throws(JSONFieldError) -> [PoolingMode] {
    if let field = root["pooling_mode"].ifPresent {
      if case .string = field.value { return [try mode(field)] }
      var modes: [PoolingMode] = []
      for element in try field.array() { modes.append(try mode(element)) }
      guard !modes.isEmpty else { throw field.mismatch("at least one mode") }
      return modes
    }
    var modes: [PoolingMode] = []
    for (_, flag, mode) in names where try root[flag].ifPresent?.bool() == true { modes.append(mode) }
    return modes.isEmpty ? [.mean] : modes
  }

  private static func mode(_ field: JSONField) throws(JSONFieldError) -> PoolingMode {
    let name = try field.string()
    guard let known = names.first(where: { $0.name == name }) else {
      throw field.mismatch("one of " + names.map(\.name).joined(separator: ", "), found: "\"\(name)\"")
    }
    return known.mode
  }
}

extension DenseModule {
  /// PyTorch's classes by their last name.
  private static let activations: [String: DenseActivation] = [
    "Tanh": .tanh, "Identity": .identity, "ReLU": .relu, "GELU": .gelu, "Sigmoid": .sigmoid,
  ]

  /// Reads the config.json of a Dense module.
  /// - Parameter width: what comes in.
  fileprivate init(_ root: JSONField, width: Int) throws(JSONFieldError) {
    guard try root["in_features"].int() == width else { throw root["in_features"].mismatch("\(width), what comes in") }
    for key in ["module_input_name", "module_output_name"] {
      guard let name = try root[key].ifPresent?.string(), name != "sentence_embedding" else { continue }
      throw root[key].mismatch("\"sentence_embedding\"", found: "\"\(name)\"")
    }
    var activation = DenseActivation.tanh
    if let field = root["activation_function"].ifPresent {
      let type = try field.string()
      guard type.utf8.starts(with: "torch.nn.".utf8),
        let known = type.split(separator: ".").last.flatMap({ Self.activations[String($0)] })
      else {
        throw field.mismatch(
          "torch.nn's " + Self.activations.keys.sorted().joined(separator: ", "), found: "\"\(type)\"")
      }
      activation = known
    }
    self.init(
      inFeatures: width, outFeatures: try root["out_features"].int(in: 1...TransformerLimits.intermediate),
      hasBias: try root["bias"].ifPresent?.bool() ?? true, activation: activation)
    hasResidual = try root["use_residual"].ifPresent?.bool() ?? false
  }
}

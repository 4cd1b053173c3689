import JSON

/// The modules of a sentence-transformers folder after its encoder. The order is the library's usual one: Transformer,
/// Pooling, any number of Dense, at most one Normalize; Transformer and SpladePooling of a sparse encoder; or of one that compares
/// tokens, Transformer, any number of Dense, MultiVectorMask and Normalize.
struct ModuleList {
  /// The folder of the encoder's own settings.
  let transformer: String

  struct Module {
    enum Kind: String {
      case transformer = "Transformer"
      /// What Transformer with the task `fill-mask` was until version 5.
      case maskedTransformer = "MLMTransformer"
      case pooling = "Pooling"
      case spladePooling = "SpladePooling"
      case dense = "Dense"
      case normalize = "Normalize"
      /// Says which vectors of tokens are compared.
      case multiVectorMask = "MultiVectorMask"
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
  let modules: [Module]

  /// Reads modules.json; without it there is the encoder alone.
  init(folder: String) throws(ModelFileError) {
    file = try JSONFile.ifThere(folder + "/modules.json")
    modules =
      try file?.read { root throws(JSONFieldError) in
        var modules: [Module] = []
        var names: Set<String> = []
        for field in try root.array() {
          modules.append(try Self.module(field, root: folder))
          // sentence-transformers keeps the last one of a name alone, in the first one's place.
          if let name = try field["name"].ifPresent?.string(), !names.insert(name).inserted {
            throw field["name"].mismatch("a name that no module before it has", found: "\"\(name.prefix(64))\"")
          }
        }
        let kinds = modules.map(\.kind)
        let isOrdinary =
          kinds.first == .staticEmbedding || kinds == [.transformer] || kinds.starts(with: [.transformer, .pooling])
        let isSparse =
          kinds.starts(with: [.transformer, .spladePooling])
          || kinds.starts(with: [.maskedTransformer, .spladePooling])
        guard
          isOrdinary || isSparse || kinds.starts(with: [.transformer, .dense])
            || kinds.starts(with: [.transformer, .normalize]) || kinds.starts(with: [.transformer, .multiVectorMask])
        else {
          throw root.mismatch(
            "Transformer first, then Pooling, SpladePooling or modules of tokens",
            found: kinds.map(\.rawValue).joined(separator: ", "))
        }
        return modules
      } ?? []
    transformer = modules.first?.folder ?? folder
  }

  /// sentence-transformers has moved its classes; their last name says what they are. PyLate's Dense is the same class.
  private static func module(_ field: JSONField, root: String) throws(JSONFieldError) -> Module {
    let type = try field["type"].string()
    let name = type.split(separator: ".").last.map(String.init) ?? ""
    let isKnown =
      type.utf8.starts(with: "sentence_transformers.".utf8) || type.utf8.elementsEqual("pylate.models.Dense.Dense".utf8)
    guard isKnown, let kind = Module.Kind(rawValue: name) else {
      throw field["type"].mismatch(
        "one of sentence-transformers' Transformer, Pooling, Dense, Normalize, SpladePooling, MultiVectorMask, "
          + "StaticEmbedding, Dropout", found: "\"\(type)\"")
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

  /// Whether the encoder is a masked language model.
  var isMasking: Bool { modules.contains { $0.kind == .spladePooling || $0.kind == .maskedTransformer } }

  /// What the first module is for where no file says it.
  var usualTask: ModelTask { modules.first?.kind == .maskedTransformer ? .masking : .encoding }

  /// Whether a module says which vectors of tokens are compared.
  var hasMask: Bool { modules.contains { $0.kind == .multiVectorMask } }

  /// Whether a module scales what it is given to length 1.
  var normalizes: Bool { modules.contains { $0.kind == .normalize } }

  /// Whether the modules are those of tokens: none makes one vector of them.
  var isOfTokens: Bool {
    isThere && !isStatic && modules.count > 1 && !modules.contains { $0.kind == .pooling || $0.kind == .spladePooling }
  }

  /// Reads what the modules add to an encoder.
  func read(
    into description: inout ModelDescription, tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    if let first = modules.first, first.kind == .transformer, (modules.count == 1) != (description.classifier != nil) {
      let expected =
        modules.count == 1 ? "Transformer and Pooling first" : "a Transformer alone, since it is a classifier"
      throw misplaced(first, expected: expected)
    }
    if isOfTokens { return try readTokenModules(into: &description, tensors: &tensors) }
    for (index, module) in modules.enumerated().dropFirst() {
      if description.normalize, module.kind != .dropout {
        throw misplaced(module, expected: "nothing after Normalize")
      }
      if description.sparse != nil, index > 1, module.kind != .dropout {
        throw misplaced(module, expected: "nothing after SpladePooling")
      }
      switch module.kind {
      case .transformer, .maskedTransformer, .staticEmbedding:
        throw misplaced(module, expected: "one encoder, the first module")
      case .multiVectorMask: throw misplaced(module, expected: "no Pooling before it")
      case .pooling:
        guard !isStatic, index == 1, description.sparse == nil else {
          throw misplaced(module, expected: "one Pooling, the second module")
        }
        try readPooling(module.folder, into: &description)
      case .spladePooling:
        guard index == 1 else { throw misplaced(module, expected: "one SpladePooling, the second module") }
        try readSpladePooling(module.folder, into: &description)
      case .dense:
        let dense = try readDense(module.folder, of: "sentence_embedding", width: description.projectedDimensions)
        try dense.read(index: description.dense.count, prefix: "akin.dense.", from: module.folder, into: &tensors)
        description.dense.append(dense)
      case .normalize:
        try check(module, inputs: "sentence_embedding")
        description.normalize = true
      case .dropout: break
      }
    }
  }

  /// Modules whose results are token vectors: Dense modules, then what scales them, and anywhere what says which are compared.
  private func readTokenModules(
    into description: inout ModelDescription, tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    var head = description.tokenHead ?? TokenHead()
    head.normalize = false
    for module in modules.dropFirst() {
      switch module.kind {
      case .dense:
        guard !head.normalize else { throw misplaced(module, expected: "no Dense after Normalize") }
        let dense = try readDense(
          module.folder, of: "token_embeddings", width: head.dimensions(description.transformer))
        try dense.read(index: head.dense.count, prefix: TokenHead.prefix, from: module.folder, into: &tensors)
        head.dense.append(dense)
      case .normalize:
        try check(module, inputs: "token_embeddings")
        head.normalize = true
      case .multiVectorMask:
        if let file = try JSONFile.ifThere(module.folder + "/config.json") {
          let tokenizer = description.tokenizer
          try file.read { root throws(JSONFieldError) in try head.readMask(root, tokenizer) }
        }
      case .dropout: break
      default: throw misplaced(module, expected: "Dense, MultiVectorMask or Normalize, where no Pooling is")
      }
    }
    // PyLate's folders of version 3 leave this to its class.
    if !modules.contains(where: { $0.kind == .multiVectorMask }) { head.normalize = true }
    description.tokenHead = head
  }

  /// - Parameter inputs: what the module takes and gives.
  private func check(_ module: Module, inputs: String) throws(ModelFileError) {
    guard let file = try JSONFile.ifThere(module.folder + "/config.json") else {
      guard inputs == "sentence_embedding" else {
        throw misplaced(module, expected: "a config.json that says it takes token_embeddings")
      }
      return
    }
    try file.read { root throws(JSONFieldError) in try root.checkNames(inputs) }
  }

  private func misplaced(_ module: Module, expected: String) -> ModelFileError {
    ModelFileError(
      .field(module.typePath, expected: expected, found: module.kind.rawValue), path: file?.path ?? transformer)
  }

  private func readPooling(_ folder: String, into description: inout ModelDescription) throws(ModelFileError) {
    let file = try JSONFile(path: folder + "/config.json")
    let hidden = description.transformer.hiddenSize
    (description.poolings, description.includePrompt) = try file.read { root throws(JSONFieldError) in
      try MemberTable.pooling.checkAll(root)
      let width = root["embedding_dimension"].ifPresent ?? root["word_embedding_dimension"]
      guard try width.int() == hidden else { throw width.mismatch("\(hidden), the encoder's hidden_size") }
      return (try PoolingMode.list(root), try root["include_prompt"].ifPresent?.bool() ?? true)
    }
  }

  private func readSpladePooling(_ folder: String, into description: inout ModelDescription) throws(ModelFileError) {
    let size = description.transformer.vocabularySize
    guard var head = description.sparse, let file = try JSONFile.ifThere(folder + "/config.json") else { return }
    try file.read { root throws(JSONFieldError) in
      try MemberTable.spladePooling.checkAll(root)
      let width = root["embedding_dimension"].ifPresent ?? root["word_embedding_dimension"]
      if let given = try width.ifPresent?.int(), given != size { throw width.mismatch("\(size), the words") }
      if let field = root["pooling_strategy"].ifPresent { head.pooling = try field.oneOf(SparsePooling.self) }
      if let field = root["activation_function"].ifPresent {
        head.takesLogTwice = try field.choice(["relu": false, "log1p_relu": true])
      }
    }
    description.sparse = head
  }

  private func readDense(_ folder: String, of input: String, width: Int) throws(ModelFileError) -> DenseModule {
    try JSONFile(path: folder + "/config.json").read { root throws(JSONFieldError) in
      try MemberTable.dense.checkAll(root)
      return try DenseModule(root, of: input, width: width)
    }
  }
}

extension DenseModule {
  /// Adds a module's tensors under their canonical names.
  func read(
    index: Int, prefix: String, from folder: String, into tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    let weights = try SafetensorsSet(weightsIn: folder)
    for (name, source, shape) in self.tensors(index: index, prefix: prefix) {
      tensors[name] = try weights.tensor(source).checked(as: name, shape: shape)
    }
  }
}

extension JSONField {
  /// Of a module that takes and gives something else than `expected`.
  fileprivate func checkNames(_ expected: String) throws(JSONFieldError) {
    for key in ["module_input_name", "module_output_name"] {
      // Configurations of modules of tokens that are older than these names have none; those of texts neither.
      guard let name = try self[key].ifPresent?.string(), name != expected else { continue }
      throw self[key].mismatch("\"\(expected)\"", found: "\"\(name)\"")
    }
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
  /// - Parameters:
  ///   - input: what it takes and gives, by sentence-transformers' name.
  ///   - width: of what comes in.
  fileprivate init(_ root: JSONField, of input: String, width: Int) throws(JSONFieldError) {
    guard try root["in_features"].int() == width else { throw root["in_features"].mismatch("\(width), what comes in") }
    try root.checkNames(input)
    var activation = DenseActivation.tanh
    let field = root["activation_function"]
    if field.value != nil {
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

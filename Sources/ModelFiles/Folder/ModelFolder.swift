import JSON
import Tokenizers

extension ModelWeights {
  /// Opens a folder as sentence-transformers or transformers writes it; `model.safetensors` is mapped.
  ///
  /// A file that is missing has the default that these libraries give it; one that is there and does not say what it
  /// must is an error. Without `modules.json` the model is a plain encoder: mean pooling, no normalising.
  /// - Parameters:
  ///   - folder: its path.
  ///   - name: what the model is called.
  /// - Throws: an error that names the file, and in it the JSON path or the offset.
  public static func open(folder: String, name: String) throws(ModelFileError) -> ModelWeights {
    guard let status = Files.status(folder) else { throw ModelFileError(.missing, path: folder) }
    guard status.isFolder else {
      throw ModelFileError(.wrongFileType(expected: "a folder", found: "a file"), path: folder)
    }
    let modules = try ModuleList(folder: folder)
    let place = modules.transformer
    var (description, tensors) =
      modules.isStatic
      ? try openStatic(place, name: name)
      : try openTransformer(place, name: name, root: folder, modules: modules)
    try modules.read(into: &description, tensors: &tensors)
    if modules.isThere || description.tokenHead != nil { try readPrompts(folder: folder, into: &description) }
    try readTokenSettings(place, root: folder, modules: modules, into: &description)
    if modules.isThere { try checkKind(folder, description) }
    return ModelWeights(description: description, tensors: tensors)
  }

  /// An encoder with its head, without what modules add.
  /// - Parameters:
  ///   - folder: its own files'.
  ///   - root: the model's.
  private static func openTransformer(
    _ folder: String, name: String, root: String, modules: ModuleList
  ) throws(ModelFileError) -> (ModelDescription, [String: TensorView]) {
    try FolderFiles.check(folder, hasModules: modules.isThere)
    let configuration = try JSONFile(path: folder + "/config.json")
    var transformer = try configuration.read(TransformerDescription.init(transformers:))
    let settings = try TransformerSettings(folder: folder, isRead: modules.isThere)
    let task = try ModelTask(configuration, modules: modules, settings: settings, family: transformer.family)
    var tokenizer = try TokenizerFiles(folder: folder).definition(vocabularySize: transformer.vocabularySize)
    // As sentence-transformers 6 does it: special tokens that a text names keep their letters.
    if try settings.lowercases, !tokenizer.normalizer.contains(.lowercase) {
      tokenizer.normalizer.insert(.lowercase, at: 0)
    }
    let processing = try settings.file?.read(ProcessingSettings.init)
    if processing?.addsSpecialTokens == false { tokenizer.template = Template() }
    // What the tokenizer is called with stands over its own limit.
    let own = try settings.read("max_seq_length", sequenceLength), asked = processing?.maxLength ?? own
    if let asked {
      try configuration.read { root throws(JSONFieldError) in try transformer.lengthen(to: asked, root) }
    }
    let usual = if let asked { asked } else { try tokenizerLength(folder: folder) ?? transformer.maxPositions }
    let length = min(usual, transformer.maxPositions)
    var description = ModelDescription(
      name: name, transformer: transformer, maxSequenceLength: length, tokenizer: tokenizer)
    let files = try SafetensorsSet(weightsIn: folder)
    var tensors = try Architecture.of(transformer.family).tensors(transformer, in: files)
    switch task {
    case .encoding: break
    case .classification:
      let extra = modules.isThere ? try JSONFile(path: root + "/config_sentence_transformers.json") : nil
      // Of another kind of model sentence-transformers' CrossEncoder would take the classifier, and none of the settings.
      try extra?.read { root throws(JSONFieldError) in
        guard try root["model_type"].string() == "CrossEncoder" else {
          throw root["model_type"].mismatch("\"CrossEncoder\", where the one module is a classifier")
        }
      }
      try readClassifier(configuration, extra, files, into: &description, tensors: &tensors)
    case .masking: try readSparseHead(configuration, files, into: &description, tensors: &tensors)
    case .stanfordTokens: try readStanford(folder, files, into: &description, tensors: &tensors)
    }
    try PaddingSide.check(folder, settings, transformer, description.classifier)
    return (description, tensors)
  }

  private static func readSparseHead(
    _ configuration: JSONFile, _ files: SafetensorsSet, into description: inout ModelDescription,
    tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    let model = description.transformer
    guard let names = MaskedNames.of(model.family) else {
      throw ModelFileError(
        .unsupported("Akin does not compute masked language models of the family \(model.family.rawValue)"),
        path: configuration.path)
    }
    let head = try configuration.read { root throws(JSONFieldError) in try names.head(root, model) }
    for (name, shape) in head.tensors(model) {
      tensors[name] = try files.tensor(names.source(of: name, in: files)).checked(as: name, shape: shape)
    }
    description.sparse = head
  }

  /// The projection of Stanford's ColBERT, which lies with the encoder's tensors, and what artifact.metadata says.
  private static func readStanford(
    _ folder: String, _ files: SafetensorsSet, into description: inout ModelDescription,
    tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    var head = TokenHead()
    let linear = try files.tensor("linear.weight"), width = description.transformer.hiddenSize
    guard linear.shape.count == 2, linear.shape[1] == width,
      (1...TransformerLimits.intermediate).contains(linear.shape[0])
    else {
      throw ModelFileError(
        .wrongShape(tensor: "linear.weight", expected: [128, width], found: linear.shape), path: linear.file.path)
    }
    head.dense = [
      DenseModule(inFeatures: width, outFeatures: linear.shape[0], hasBias: false, activation: .identity)
    ]
    let name = TokenHead.prefix + "0.weight"
    tensors[name] = linear.renamed(name)
    let tokenizer = description.tokenizer
    let file = try JSONFile.ifThere(folder + "/artifact.metadata")
    let nothing = JSONFile(root: JSONField(nil, path: ""), path: folder + "/artifact.metadata")
    let prefixes = try (file ?? nothing).read { root throws(JSONFieldError) in
      try head.readStanford(root, tokenizer)
    }
    for (role, prefix) in prefixes {
      description.prompts[role] = prefix
      description.tokenizer.addPrefix(prefix)
    }
    description.tokenHead = head
  }

  /// What files beside the modules say of vectors of tokens.
  private static func readTokenSettings(
    _ folder: String, root: String, modules: ModuleList, into description: inout ModelDescription
  ) throws(ModelFileError) {
    let settings = try modules.isStatic ? nil : TransformerSettings(folder: folder, isRead: modules.isThere)
    guard var head = description.tokenHead else {
      for name in ["query_length", "document_length", "query_expansion"] {
        _ = try settings?.read(name) { field throws(JSONFieldError) -> Void in
          throw field.mismatch("no such member, where texts have one vector each")
        }
      }
      return
    }
    let tokenizer = description.tokenizer
    try settings?.file?.read { root throws(JSONFieldError) in try head.readLengths(root, tokenizer) }
    let file = try JSONFile.ifThere(root + "/config_sentence_transformers.json")
    let encoder = settings?.file?.root ?? JSONField(nil, path: ""), hasMask = modules.hasMask
    let prefixes = try file?.read { root throws(JSONFieldError) in
      if !hasMask, try root["model_type"].ifPresent?.string() == "MultiVectorEncoder" {
        head.normalize = modules.normalizes
        if let expansion = encoder["query_expansion"].ifPresent {
          throw expansion.mismatch("none, as no MultiVectorMask says that what a query is filled up with counts")
        }
      }
      return try head.readPyLate(root, encoder: encoder, hasMask: hasMask, tokenizer)
    }
    for (role, prefix) in prefixes ?? [:] {
      let prompt = description.prompts[role] ?? ""
      description.prompts[role] = prefix + (prompt.hasPrefix(prefix) ? String(prompt.dropFirst(prefix.count)) : prompt)
      description.tokenizer.addPrefix(prefix)
    }
    if let expansion = head.expansion, !expansion.isAttended, let window = description.transformer.window,
      window < expansion.length - 1
    {
      throw ModelFileError(
        .unsupported("queries are filled up to \(expansion.length) tokens, of which a token sees \(window)"), path: root
      )
    }
    description.tokenHead = head
  }

  /// Refuses a `model_type` that is not the modules' own: sentence-transformers leaves modules and prompts out, and makes others.
  private static func checkKind(_ folder: String, _ description: ModelDescription) throws(ModelFileError) {
    // Of a classifier it is read with the rest.
    guard description.classifier == nil else { return }
    var (kinds, modules) = (["SentenceTransformer"], "make one vector of a text")
    if description.sparse != nil { (kinds, modules) = (kinds + ["SparseEncoder"], "make a sparse vector of a text") }
    if description.tokenHead != nil {
      (kinds, modules) = (kinds + ["MultiVectorEncoder", "ColBERT"], "make a vector of every token")
    }
    try JSONFile.ifThere(folder + "/config_sentence_transformers.json")?.read { root throws(JSONFieldError) in
      let field = root["model_type"]
      guard field.value != nil else { return }
      let kind = try field.string()
      guard !kinds.contains(kind) else { return }
      let names = kinds.map { "\"\($0)\"" }.joined(separator: " or ")
      throw field.mismatch("\(names), as the modules \(modules)", found: "\"\(kind.prefix(64))\"")
    }
  }

  private static func openStatic(
    _ folder: String, name: String
  ) throws(ModelFileError) -> (ModelDescription, [String: TensorView]) {
    let (table, transformer) = try SafetensorsSet(weightsIn: folder).staticTable()
    var (tokenizer, length) = try TokenizerFiles(folder: folder).definitionOfJSONAlone(rows: transformer.vocabularySize)
    tokenizer.template = Template()
    let description = ModelDescription(
      name: name, transformer: transformer, maxSequenceLength: min(length ?? .max, transformer.maxPositions),
      tokenizer: tokenizer)
    return (description, [TransformerTensor.wordTable: table.renamed(TransformerTensor.wordTable)])
  }

  private static func readClassifier(
    _ configuration: JSONFile, _ settings: JSONFile?, _ files: SafetensorsSet, into description: inout ModelDescription,
    tensors: inout [String: TensorView]
  ) throws(ModelFileError) {
    let model = description.transformer
    guard let names = ClassifierNames.of(model.family) else {
      throw ModelFileError(
        .unsupported("Akin does not compute sequence classifiers of the family \(model.family.rawValue)"),
        path: configuration.path)
    }
    let head = try configuration.read { root throws(JSONFieldError) in
      try ClassifierHead(root, names: names, family: model.family, settings: settings?.root)
    }
    for (name, shape) in head.tensors(model) {
      guard let source = names.source(of: name) else { preconditionFailure("every tensor of the head has a name") }
      tensors[name] = try files.tensor(source).checked(as: name, shape: shape)
    }
    description.classifier = head
  }

  /// A tokenizer without a limit is written with a length of 1e30.
  private static func sequenceLength(_ field: JSONField) throws(JSONFieldError) -> Int {
    let number = try field.double()
    guard number >= 3, number == number.rounded() else { throw field.mismatch("a whole number of at least 3") }
    return Int(min(number, Double(TransformerLimits.positions)))
  }

  private static func tokenizerLength(folder: String) throws(ModelFileError) -> Int? {
    try JSONFile.ifThere(folder + "/tokenizer_config.json")?.read { root throws(JSONFieldError) in
      try root["model_max_length"].optional(sequenceLength)
    }
  }

  private static func readPrompts(
    folder: String, into description: inout ModelDescription
  ) throws(ModelFileError) {
    guard let file = try JSONFile.ifThere(folder + "/config_sentence_transformers.json") else { return }
    var prompts: [String: String] = [:]
    let (defaultName, similarity, dimensions, active) = try file.read { root throws(JSONFieldError) in
      if let field = root["prompts"].ifPresent {
        for (name, _) in try field.object() where field[name].isPresent { prompts[name] = try field[name].string() }
      }
      var defaultName = try root["default_prompt_name"].ifPresent?.string()
      // These two are there with nothing in them where a model does not say more.
      if let name = defaultName, prompts[name] == nil, TextRole(rawValue: name) != nil { defaultName = nil }
      if let defaultName, prompts[defaultName] == nil {
        throw root["default_prompt_name"].mismatch("the name of one of the \(prompts.count) prompts")
      }
      // Only what is advised to clients: another name changes no vector.
      let names = ["cos_sim": "cosine", "dot_score": "dot"],
        known = ["cosine", "dot", "euclidean", "manhattan", "maxsim", "meanmaxsim"]
      let similarity = try root["similarity_fn_name"].ifPresent?.string()
      return (
        defaultName, similarity.map { names[$0] ?? $0 }.flatMap { known.contains($0) ? $0 : nil },
        try root["truncate_dim"].ifPresent?.int(in: 1...TransformerLimits.intermediate),
        try root["max_active_dims"].ifPresent?.int(in: 1...TransformerLimits.vocabulary)
      )
    }
    description.prompts.merge(prompts) { _, new in new }
    description.sparse?.mostActive = active
    description.defaultPromptName = defaultName
    description.similarity = similarity
    description.truncateDimensions = dimensions
  }
}

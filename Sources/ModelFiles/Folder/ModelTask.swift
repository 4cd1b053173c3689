import JSON

/// What a model folder is for: `architectures` of config.json names a head where no modules say what follows the encoder, else
/// sentence-transformers' `transformer_task` does.
enum ModelTask: Equatable {
  /// Token vectors, which modules or a pooling make one.
  case encoding
  /// A cross-encoder or another classifier.
  case classification
  /// A masked language model, whose scores of words are a sparse vector.
  case masking
  /// Stanford's own ColBERT: token vectors through the layer `linear`.
  case stanfordTokens

  /// - Parameter modules: of the folder; those that stand for a masked language model say so themselves.
  /// - Throws: `field` for a head, a task or code that Akin does not compute.
  init(
    _ configuration: JSONFile, modules: ModuleList, settings: TransformerSettings, family: ModelFamily
  ) throws(ModelFileError) {
    let task = try settings.read("transformer_task") { field throws(JSONFieldError) -> ModelTask in
      switch try field.string() {
      case "feature-extraction": return .encoding
      case "sequence-classification": return .classification
      case "fill-mask": return .masking
      case let task:
        throw field.mismatch(
          "\"feature-extraction\", \"sequence-classification\" or \"fill-mask\"", found: "\"\(task)\"")
      }
    }
    if modules.isThere {
      self = modules.isMasking ? .masking : task ?? .encoding
      if modules.isMasking, (task ?? modules.usualTask) != .masking {
        let key = "transformer_task", expected = "\"fill-mask\", as the modules take scores of words"
        _ = try settings.read(key) { field throws(JSONFieldError) -> Void in throw field.mismatch(expected) }
        throw ModelFileError(
          .field(key, expected: expected, found: "none"), path: modules.transformer + "/sentence_bert_config.json")
      }
    } else {
      self = try configuration.read(Self.head)
    }
    try settings.checkOutput(
      self == .encoding ? "last_hidden_state" : "logits",
      givenOnAs: self == .classification ? "scores" : "token_embeddings")
    let key = autoClass
    try configuration.read { root throws(JSONFieldError) in try Self.checkCode(root, key, family) }
  }

  /// Of a folder without modules.
  private static func head(_ root: JSONField) throws(JSONFieldError) -> ModelTask {
    guard let name = try root["architectures"].ifPresent?.array().first?.string() else { return .encoding }
    if name.hasSuffix("ForSequenceClassification") { return .classification }
    if name.hasSuffix("ForMaskedLM") { return .masking }
    if name == "HF_ColBERT" { return .stanfordTokens }
    // What pre-training leaves beside the encoder belongs to no task.
    guard name.hasSuffix("Model") || name.hasSuffix("ForPreTraining") else {
      throw root["architectures"].mismatch(
        "an encoder, a masked language model or a sequence classifier, where no modules.json says what follows the encoder",
        found: "\"\(name)\"")
    }
    return .encoding
  }

  /// transformers' class that a folder's `auto_map` would stand in for.
  private var autoClass: String {
    switch self {
    case .encoding, .stanfordTokens: "AutoModel"
    case .classification: "AutoModelForSequenceClassification"
    case .masking: "AutoModelForMaskedLM"
    }
  }

  /// The classes of code beside models whose computation Akin has under a family's name.
  private static func classes(_ family: ModelFamily) -> [String] {
    switch family {
    case .nomicBert: ["NomicBertModel"]
    case .jinaBert: ["JinaBertModel"]
    case .new, .gte: ["NewModel", "GteModel", "NewForSequenceClassification", "GteForSequenceClassification"]
    default: []
    }
  }

  /// Refuses models that are computed by code of their own.
  private static func checkCode(
    _ root: JSONField, _ key: String, _ family: ModelFamily
  ) throws(JSONFieldError) {
    guard let name = try root["auto_map"][key].ifPresent?.string() else { return }
    let known = classes(family)
    guard !known.contains(name.split(separator: ".").last.map(String.init) ?? "") else { return }
    let expected = known.isEmpty ? "no code of the model's own" : "the code of " + known.joined(separator: " or ")
    throw root["auto_map"][key].mismatch(expected + ": Akin runs none from a model's folder", found: "\"\(name)\"")
  }
}

extension ClassifierHead {
  /// Reads config.json of a sequence classifier, and what sentence-transformers adds.
  init(_ root: JSONField, names: ClassifierNames, family: ModelFamily, settings: JSONField?) throws(JSONFieldError) {
    var count = 2
    if let labels = root["id2label"].ifPresent {
      count = try labels.object().members.count
    } else if let number = root["num_labels"].ifPresent {
      count = try number.int(in: 1...1 << 16)
    }
    self.init(labels: max(count, 1), pooling: names.pooling, hidden: names.hidden == nil ? nil : names.activation)
    (hasBias, hasNorm) = (names.hasBias, names.norm != nil)
    scores = labels == 1 ? .sigmoid : .identity
    if family == .modernBert {
      hasHiddenBias = try root["classifier_bias"].ifPresent?.bool() ?? false
      pooling = try root["classifier_pooling"].ifPresent?.string() == "mean" ? .mean : .cls
      let name = try root["classifier_activation"].ifPresent?.string() ?? "gelu"
      guard name == "gelu" else { throw root["classifier_activation"].mismatch("\"gelu\"", found: "\"\(name)\"") }
    }
    let own = root["sentence_transformers"]["activation_fn"]
    // One that is there and null stands over the older one too, and says the usual.
    let older = own.value == nil ? root["sbert_ce_default_activation_function"] : own
    if let field = settings?["activation_fn"].ifPresent ?? older.ifPresent { scores = try Self.scores(field) }
  }

  /// PyTorch's classes.
  private static func scores(_ field: JSONField) throws(JSONFieldError) -> ScoreFunction {
    let type = try field.string()
    switch type.utf8.starts(with: "torch.nn.".utf8) ? type.split(separator: ".").last : nil {
    case "Sigmoid"?: return .sigmoid
    case "Identity"?: return .identity
    default: throw field.mismatch("torch.nn's Sigmoid or Identity", found: "\"\(type)\"")
    }
  }
}

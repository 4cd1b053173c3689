import JSON

/// What a model folder is for: `architectures` of config.json names a head where no modules say what follows the encoder, else
/// sentence-transformers' `transformer_task` does.
enum ModelTask: Equatable {
  /// Token vectors, which modules or a pooling make one.
  case encoding
  /// A cross-encoder or another classifier.
  case classification

  /// - Parameters:
  ///   - hasModules: whether there is a modules.json.
  ///   - settings: sentence_bert_config.json.
  /// - Throws: `field` for a head or a task that Akin does not compute.
  init(_ configuration: JSONFile, hasModules: Bool, settings: JSONFile?) throws(ModelFileError) {
    let task = try settings?.read { root throws(JSONFieldError) in
      let field = root["transformer_task"]
      let task = try field.ifPresent?.string() ?? "feature-extraction"
      switch task {
      case "feature-extraction": return ModelTask.encoding
      case "sequence-classification": return ModelTask.classification
      default:
        throw field.mismatch("\"feature-extraction\" or \"sequence-classification\"", found: "\"\(task)\"")
      }
    }
    if let task, hasModules {
      self = task
      return
    }
    self = hasModules ? .encoding : try configuration.read(Self.head)
  }

  /// Of a folder without modules.
  private static func head(_ root: JSONField) throws(JSONFieldError) -> ModelTask {
    guard let name = try root["architectures"].ifPresent?.array().first?.string() else { return .encoding }
    if name.hasSuffix("ForSequenceClassification") { return .classification }
    // What pre-training leaves beside the encoder belongs to no task.
    let isEncoder = name.hasSuffix("Model") || name.hasSuffix("ForPreTraining") || name.hasSuffix("ForCausalLM")
    guard isEncoder || name.hasSuffix("ForMaskedLM") else {
      throw root["architectures"].mismatch(
        "an encoder or a sequence classifier, where no modules.json says what follows the encoder", found: "\"\(name)\""
      )
    }
    return .encoding
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
    let places = [
      settings?["activation_fn"], root["sentence_transformers"]["activation_fn"],
      root["sbert_ce_default_activation_function"],
    ]
    if let field = places.lazy.compactMap({ $0?.ifPresent }).first { scores = try Self.scores(field) }
  }

  /// PyTorch's classes.
  private static func scores(_ field: JSONField) throws(JSONFieldError) -> ScoreFunction {
    let type = try field.string()
    switch type.split(separator: ".").last {
    case "Sigmoid"?: return .sigmoid
    case "Identity"?: return .identity
    default: throw field.mismatch("torch.nn's Sigmoid or Identity", found: "\"\(type)\"")
    }
  }
}

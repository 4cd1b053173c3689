import JSON

/// Where transformers keeps the head of a family's `...ForSequenceClassification`, and what it computes.
struct ClassifierNames: Sendable {
  /// The layer behind the pooling, without `.weight`.
  var hidden: String?
  var activation = DenseActivation.tanh
  var norm: String?
  var output = "classifier"
  var pooling = PoolingMode.cls
  var hasBias = true

  /// nil where the family has no such head.
  static func of(_ family: ModelFamily) -> ClassifierNames? {
    switch family {
    case .bert: ClassifierNames(hidden: "bert.pooler.dense")
    case .roberta, .xlmRoberta, .camembert, .mpnet:
      ClassifierNames(hidden: "classifier.dense", output: "classifier.out_proj")
    case .distilbert: ClassifierNames(hidden: "pre_classifier", activation: .relu)
    case .modernBert: ClassifierNames(hidden: "head.dense", activation: .gelu, norm: "head.norm")
    case .qwen3: ClassifierNames(output: "score", pooling: .lastToken, hasBias: false)
    case .gte: ClassifierNames(hidden: "gte.pooler.dense")
    case .new: ClassifierNames(hidden: "new.pooler.dense")
    case .electra: ClassifierNames(hidden: "classifier.dense", activation: .gelu, output: "classifier.out_proj")
    case .albert: ClassifierNames(hidden: "albert.pooler")
    case .nomicBert, .gemma3, .jinaBert, .staticEmbedding: nil
    }
  }

  /// The name of a tensor of the head.
  /// - Parameter canonical: as ``ClassifierHead/tensors(_:)`` names it.
  func source(of canonical: String) -> String? {
    let kind = canonical.split(separator: ".").last.map { "." + $0 } ?? ""
    return switch canonical.dropLast(kind.count) {
    case "cls": hidden.map { $0 + kind }
    case "cls.norm": norm.map { $0 + kind }
    default: output + kind
    }
  }
}

/// Where transformers keeps the head of a family's `...ForMaskedLM`, and what it computes.
struct MaskedNames: Sendable {
  /// The hidden layer and the norm behind it, without `.weight`.
  var hidden: String
  var norm: String
  /// The words' own biases; what was saved at different times may have different names.
  var biases: [String]
  /// The words, where they are not those of the embedding table.
  var words: String
  /// The member of config.json that names the activation; nil where it is GELU whatever that says.
  var activation: String?

  /// nil where the family has no such head that Akin computes.
  static func of(_ family: ModelFamily) -> MaskedNames? {
    switch family {
    case .bert:
      MaskedNames(
        hidden: "cls.predictions.transform.dense", norm: "cls.predictions.transform.LayerNorm",
        biases: ["cls.predictions.bias", "cls.predictions.decoder.bias"], words: "cls.predictions.decoder.weight",
        activation: "hidden_act")
    case .roberta, .xlmRoberta, .camembert, .mpnet:
      MaskedNames(
        hidden: "lm_head.dense", norm: "lm_head.layer_norm", biases: ["lm_head.bias", "lm_head.decoder.bias"],
        words: "lm_head.decoder.weight")
    case .distilbert:
      MaskedNames(
        hidden: "vocab_transform", norm: "vocab_layer_norm", biases: ["vocab_projector.bias"],
        words: "vocab_projector.weight", activation: "activation")
    case .modernBert:
      MaskedNames(
        hidden: "head.dense", norm: "head.norm", biases: ["decoder.bias"], words: "decoder.weight",
        activation: "classifier_activation")
    case .electra:
      MaskedNames(
        hidden: "generator_predictions.dense", norm: "generator_predictions.LayerNorm",
        biases: ["generator_lm_head.bias"], words: "generator_lm_head.weight")
    case .albert:
      MaskedNames(
        hidden: "predictions.dense", norm: "predictions.LayerNorm",
        biases: ["predictions.bias", "predictions.decoder.bias"], words: "predictions.decoder.weight",
        activation: "hidden_act")
    default: nil
    }
  }

  /// The head that config.json describes.
  func head(_ root: JSONField, _ model: TransformerDescription) throws(JSONFieldError) -> SparseHead {
    var head = SparseHead(
      width: model.embeddingSize, activation: .gelu, normEpsilon: model.normEpsilon)
    if let activation {
      head.activation = try ConfigurationReader(root).activation(
        activation, default: model.family == .albert ? "gelu_new" : "gelu")
    }
    head.isTied = try root["tie_word_embeddings"].ifPresent?.bool() ?? true
    if model.family == .modernBert {
      head.hasHiddenBias = try root["classifier_bias"].ifPresent?.bool() ?? false
      head.hasBias = try root["decoder_bias"].ifPresent?.bool() ?? true
    }
    return head
  }

  /// The name of a tensor of the head in some files.
  /// - Parameter canonical: as ``SparseHead/tensors(_:)`` names it.
  func source(of canonical: String, in files: SafetensorsSet) -> String {
    switch canonical {
    case "mlm.weight": hidden + ".weight"
    case "mlm.bias": hidden + ".bias"
    case "mlm.norm.weight": files.either(norm + ".weight", norm + ".gamma")
    case "mlm.norm.bias": files.either(norm + ".bias", norm + ".beta")
    case "mlm.output.weight": words
    default: biases.first(where: files.has) ?? biases[0]
    }
  }
}

extension SafetensorsSet {
  /// The second name where a tensor is there under it alone: what the oldest checkpoints call a norm's parameters.
  func either(_ name: String, _ old: String) -> String { !has(name) && has(old) ? old : name }
}

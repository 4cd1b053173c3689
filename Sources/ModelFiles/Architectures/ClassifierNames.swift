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

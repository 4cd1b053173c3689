import JSON

/// Reads what the families' config.json files have in common, under transformers' names.
struct ConfigurationReader {
  let root: JSONField
  private let names: [String: String]

  /// - Parameter named: the family's names of keys that are usually called otherwise; an empty one where it has no such key.
  init(_ root: JSONField, named names: [String: String] = [:]) {
    self.root = root
    self.names = names
  }

  private func field(_ key: String) -> JSONField { root[names[key] ?? key] }

  /// BERT's shape with this file's sizes.
  /// - Parameters:
  ///   - epsilon: where the file has none.
  ///   - activation: likewise.
  func description(
    _ family: ModelFamily, epsilon: Double = 1e-12, activation: String = "gelu"
  ) throws(JSONFieldError) -> TransformerDescription {
    let hidden = try size("hidden_size", TransformerLimits.hidden)
    let heads = try size("num_attention_heads", TransformerLimits.hidden)
    guard hidden % heads == 0 || root["head_dim"].isPresent else {
      throw field("num_attention_heads").mismatch("a divisor of hidden_size \(hidden)")
    }
    return TransformerDescription(
      family: family, vocabularySize: try size("vocab_size", TransformerLimits.vocabulary), hiddenSize: hidden,
      layerCount: try size("num_hidden_layers", TransformerLimits.layers), headCount: heads,
      intermediateSize: try size("intermediate_size", TransformerLimits.intermediate),
      maxPositions: try field("max_position_embeddings").int(in: 3...TransformerLimits.positions),
      normEpsilon: try self.epsilon("layer_norm_eps", default: epsilon),
      activation: try self.activation("hidden_act", default: activation))
  }

  /// A number of things, 1 to `most`.
  func size(_ key: String, _ most: Int, default missing: Int? = nil) throws(JSONFieldError) -> Int {
    let field = field(key)
    if let missing, !field.isPresent { return missing }
    return try field.int(in: 1...most)
  }

  /// What is added to a variance.
  func epsilon(_ key: String, default missing: Double) throws(JSONFieldError) -> Float {
    let value = Float(try field(key).ifPresent?.double() ?? missing)
    guard value > 0, value < 1 else { throw field(key).mismatch("a number between 0 and 1") }
    return value
  }

  /// transformers' names (`ACT2FN`).
  func activation(_ key: String, default missing: String) throws(JSONFieldError) -> Activation {
    let name = try field(key).ifPresent?.string() ?? missing
    switch name {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh": return .geluTanh
    case "relu": return .relu
    case "silu", "swish": return .silu
    default: throw field(key).mismatch("gelu, gelu_new, gelu_pytorch_tanh, relu or silu", found: "\"\(name)\"")
    }
  }

  /// Heads of keys and values.
  func keyValueHeads(_ model: TransformerDescription) throws(JSONFieldError) -> Int {
    let count = try size("num_key_value_heads", TransformerLimits.hidden, default: model.headCount)
    guard model.headCount % count == 0 else {
      throw root["num_key_value_heads"].mismatch("a divisor of \(model.headCount), the heads of queries")
    }
    return count
  }

  /// Which blocks attend to a window: what `layer_types` says, else `usual`.
  func localLayers(_ count: Int, usual: (Int) -> Bool) throws(JSONFieldError) -> [Bool] {
    guard let field = root["layer_types"].ifPresent else { return (0..<count).map(usual) }
    var layers: [Bool] = []
    for type in try field.array() {
      switch try type.string() {
      case "sliding_attention": layers.append(true)
      case "full_attention": layers.append(false)
      default: throw type.mismatch("\"full_attention\" or \"sliding_attention\"")
      }
    }
    guard layers.count == count else { throw field.mismatch("\(count) types, one a block") }
    return layers
  }

  /// Whether a decoder sees the past only: a null says that it does not, as a false does.
  func isCausal() throws(JSONFieldError) -> Bool {
    switch root["is_causal"].value {
    case nil: true
    case .null?: false
    default: try root["is_causal"].bool()
    }
  }

  /// Refuses the relative positions that some BERT checkpoints ask for.
  func requireAbsolutePositions() throws(JSONFieldError) {
    let position = try root["position_embedding_type"].ifPresent?.string() ?? "absolute"
    guard position == "absolute" else {
      throw root["position_embedding_type"].mismatch("\"absolute\"", found: "\"\(position)\"")
    }
  }

  /// Refuses `is_causal`, by which transformers' encoders hide what is behind a token in batches without padding alone.
  func refusePast() throws(JSONFieldError) {
    guard try root["is_causal"].ifPresent?.bool() == true else { return }
    throw root["is_causal"].mismatch("false: what it does depends on the other texts of a batch")
  }

  /// Refuses what would compute something else than an encoder.
  func refuseDecoders() throws(JSONFieldError) {
    for flag in ["is_decoder", "add_cross_attention"] where try root[flag].ifPresent?.bool() == true {
      throw root[flag].mismatch("false: Akin runs encoders")
    }
  }
}

/// Greater sizes are taken for damage: no model comes near them, and products of them stay far from overflow.
enum TransformerLimits {
  static let vocabulary = 1 << 24
  static let hidden = 1 << 16
  static let layers = 1 << 10
  static let intermediate = 1 << 18
  static let positions = 1 << 20
  static let types = 1 << 10
}

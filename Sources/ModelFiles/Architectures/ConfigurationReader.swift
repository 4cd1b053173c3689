import JSON

/// Reads what the families' config.json files have in common, under transformers' names.
struct ConfigurationReader {
  let root: JSONField

  init(_ root: JSONField) { self.root = root }

  /// BERT's shape with this file's sizes.
  func description(_ family: ModelFamily) throws(JSONFieldError) -> TransformerDescription {
    let hidden = try size("hidden_size", TransformerLimits.hidden)
    let heads = try size("num_attention_heads", TransformerLimits.hidden)
    guard hidden % heads == 0 || root["head_dim"].isPresent else {
      throw root["num_attention_heads"].mismatch("a divisor of hidden_size \(hidden)")
    }
    return TransformerDescription(
      family: family, vocabularySize: try size("vocab_size", TransformerLimits.vocabulary), hiddenSize: hidden,
      layerCount: try size("num_hidden_layers", TransformerLimits.layers), headCount: heads,
      intermediateSize: try size("intermediate_size", TransformerLimits.intermediate),
      maxPositions: try root["max_position_embeddings"].int(in: 3...TransformerLimits.positions),
      normEpsilon: try epsilon("layer_norm_eps", default: 1e-12), activation: try activation("hidden_act"))
  }

  /// A number of things, 1 to `most`.
  func size(_ key: String, _ most: Int, default missing: Int? = nil) throws(JSONFieldError) -> Int {
    let field = root[key]
    if let missing, !field.isPresent { return missing }
    return try field.int(in: 1...most)
  }

  /// What is added to a variance.
  func epsilon(_ key: String, default missing: Double) throws(JSONFieldError) -> Float {
    let value = Float(try root[key].ifPresent?.double() ?? missing)
    guard value > 0, value < 1 else { throw root[key].mismatch("a number between 0 and 1") }
    return value
  }

  /// transformers' names (`ACT2FN`).
  func activation(_ key: String) throws(JSONFieldError) -> Activation {
    let name = try root[key].ifPresent?.string() ?? "gelu"
    switch name {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh": return .geluTanh
    case "relu": return .relu
    default: throw root[key].mismatch("gelu, gelu_new, gelu_pytorch_tanh or relu", found: "\"\(name)\"")
    }
  }

  /// Refuses the relative positions that some BERT checkpoints ask for.
  func requireAbsolutePositions() throws(JSONFieldError) {
    let position = try root["position_embedding_type"].ifPresent?.string() ?? "absolute"
    guard position == "absolute" else {
      throw root["position_embedding_type"].mismatch("\"absolute\"", found: "\"\(position)\"")
    }
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

import JSON

extension BertConfiguration {
  /// Reads transformers' config.json of `model_type` bert.
  init(transformers root: JSONField) throws(JSONFieldError) {
    let type = try root["model_type"].string()
    guard type == "bert" else {
      throw root["model_type"].mismatch("\"bert\", the architecture Akin runs", found: "\"\(type)\"")
    }
    try Self.refuseVariants(root)
    self.init(
      vocabularySize: try root["vocab_size"].int(in: 1...BertLimits.vocabulary),
      hiddenSize: try root["hidden_size"].int(in: 1...BertLimits.hidden),
      layerCount: try root["num_hidden_layers"].int(in: 1...BertLimits.layers),
      headCount: try root["num_attention_heads"].int(in: 1...BertLimits.hidden),
      intermediateSize: try root["intermediate_size"].int(in: 1...BertLimits.intermediate),
      maxPositions: try root["max_position_embeddings"].int(in: 3...BertLimits.positions),
      typeVocabularySize: try root["type_vocab_size"].ifPresent?.int(in: 1...BertLimits.types) ?? 2,
      layerNormEpsilon: try Self.epsilon(root["layer_norm_eps"]),
      activation: try Self.activation(root["hidden_act"]))
    guard hiddenSize % headCount == 0 else {
      throw root["num_attention_heads"].mismatch("a divisor of hidden_size \(hiddenSize)")
    }
  }

  /// What would compute something else than a BERT encoder.
  private static func refuseVariants(_ root: JSONField) throws(JSONFieldError) {
    let position = try root["position_embedding_type"].ifPresent?.string() ?? "absolute"
    guard position == "absolute" else {
      throw root["position_embedding_type"].mismatch("\"absolute\"", found: "\"\(position)\"")
    }
    for flag in ["is_decoder", "add_cross_attention"] where try root[flag].ifPresent?.bool() == true {
      throw root[flag].mismatch("false: Akin runs encoders")
    }
  }

  private static func epsilon(_ field: JSONField) throws(JSONFieldError) -> Float {
    let value = Float(try field.ifPresent?.double() ?? 1e-12)
    guard value > 0, value < 1 else { throw field.mismatch("a number between 0 and 1") }
    return value
  }

  /// transformers' names (`ACT2FN`).
  private static func activation(_ field: JSONField) throws(JSONFieldError) -> Activation {
    let name = try field.ifPresent?.string() ?? "gelu"
    switch name {
    case "gelu": return .gelu
    case "gelu_new", "gelu_pytorch_tanh": return .geluTanh
    case "relu": return .relu
    default: throw field.mismatch("gelu, gelu_new, gelu_pytorch_tanh or relu", found: "\"\(name)\"")
    }
  }
}

import JSON

/// GTE's second generation (Zhang et al. 2024, arXiv:2407.19669): Nomic BERT's shape with biases in attention and a GELU gate. `new`
/// is what its first files call it.
extension Architecture {
  static let gte = Architecture(.gte, names: [.gte, .rotaryBert], tokenizer: .xlmRoberta) {
    root throws(JSONFieldError) in
    try gte(root, .gte, base: 160_000)
  }
  static let new = Architecture(.new, names: [.gte]) { root throws(JSONFieldError) in
    for (key, expected) in [("position_embedding_type", "rope"), ("layer_norm_type", "layer_norm")] {
      if let value = try root[key].ifPresent?.string(), value != expected {
        throw root[key].mismatch("\"\(expected)\"", found: "\"\(value)\"")
      }
    }
    for flag in ["pack_qkv"] where try root[flag].ifPresent?.bool() == false { throw root[flag].mismatch("true") }
    for flag in ["logn_attention_scale"] where try root[flag].ifPresent?.bool() == true {
      throw root[flag].mismatch("false")
    }
    return try gte(root, .new, base: 10_000)
  }

  private static func gte(
    _ root: JSONField, _ family: ModelFamily, base: Double
  ) throws(JSONFieldError) -> TransformerDescription {
    let reader = ConfigurationReader(root)
    var model = try reader.description(family)
    model.positionTable = nil
    (model.isGated, model.hasUpBias) = (true, false)
    model.typeVocabularySize = try root["type_vocab_size"].ifPresent?.int(in: 0...TransformerLimits.types) ?? 1
    model.rotary = try reader.rotary(model, base: base)
    return model
  }
}

extension TensorNames {
  static let gte = TensorNames(
    prefixes: ["", "new.", "gte."], block: "encoder.layer.%.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "token_types": "embeddings.token_type_embeddings",
      "token_embd_norm": "embeddings.LayerNorm", "attn_q": Source("attention.qkv_proj", part: 0, of: 3),
      "attn_k": Source("attention.qkv_proj", part: 1, of: 3), "attn_v": Source("attention.qkv_proj", part: 2, of: 3),
      "attn_output": "attention.o_proj", "attn_output_norm": "attn_ln",
      "ffn_up": Source("mlp.up_gate_proj", part: 0, of: 2),
      "ffn_gate": Source("mlp.up_gate_proj", part: 1, of: 2), "ffn_down": "mlp.down_proj",
      "layer_output_norm": "mlp_ln",
    ])
}

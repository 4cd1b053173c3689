import JSON

extension Architecture {
  /// BERT (Devlin et al. 2019, arXiv:1810.04805): absolute positions, norms after each step, GELU.
  static let bert = Architecture(.bert, ggufName: "bert", names: [.bert], tokenizer: .bert) {
    root throws(JSONFieldError) in
    let reader = ConfigurationReader(root)
    try reader.requireAbsolutePositions()
    try reader.refuseDecoders()
    var model = try reader.description(.bert)
    model.typeVocabularySize = try reader.size("type_vocab_size", TransformerLimits.types, default: 2)
    return model
  }
}

extension TensorNames {
  /// Of BERT and the families that took its names over. Pre-training checkpoints have a prefix.
  static let bert = TensorNames(
    prefixes: ["", "bert."], block: "encoder.layer.%.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
      "token_types": "embeddings.token_type_embeddings", "token_embd_norm": "embeddings.LayerNorm",
      "attn_q": "attention.self.query", "attn_k": "attention.self.key", "attn_v": "attention.self.value",
      "attn_output": "attention.output.dense", "attn_output_norm": "attention.output.LayerNorm",
      "ffn_up": "intermediate.dense", "ffn_down": "output.dense", "layer_output_norm": "output.LayerNorm",
    ])
}

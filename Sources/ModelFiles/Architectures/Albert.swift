import JSON

extension Architecture {
  /// ALBERT (Lan et al. 2020, arXiv:1909.11942): one block's weights for all, and narrow tables.
  static let albert = Architecture(.albert, names: [.albert], tokenizer: .albert) { root throws(JSONFieldError) in
    let reader = ConfigurationReader(root)
    for key in ["num_hidden_groups", "inner_group_num"] where try root[key].ifPresent?.int() ?? 1 != 1 {
      throw root[key].mismatch("1: all blocks have the same weights")
    }
    var model = try reader.description(.albert, activation: "gelu_new")
    model.typeVocabularySize = try reader.size("type_vocab_size", TransformerLimits.types, default: 2)
    model.embeddingSize = try reader.size("embedding_size", TransformerLimits.hidden, default: 128)
    (model.hasEmbeddingProjection, model.sharesLayers) = (true, true)
    return model
  }
}

extension TensorNames {
  static let albert = TensorNames(
    prefixes: ["", "albert."], block: "encoder.albert_layer_groups.%.albert_layers.0.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
      "token_types": "embeddings.token_type_embeddings", "token_embd_norm": "embeddings.LayerNorm",
      "token_embd_proj": "encoder.embedding_hidden_mapping_in", "attn_q": "attention.query", "attn_k": "attention.key",
      "attn_v": "attention.value", "attn_output": "attention.dense", "attn_output_norm": "attention.LayerNorm",
      "ffn_up": "ffn", "ffn_down": "ffn_output", "layer_output_norm": "full_layer_layer_norm",
    ])
}

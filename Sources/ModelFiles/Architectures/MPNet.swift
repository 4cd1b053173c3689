import JSON

extension Architecture {
  /// MPNet (Song et al. 2020, arXiv:2004.09297): RoBERTa's positions, and T5's biases by distance, which all blocks share.
  static let mpnet = Architecture(.mpnet, names: [.mpnet], tokenizer: .mpnet) { root throws(JSONFieldError) in
    let reader = ConfigurationReader(root)
    var model = try reader.description(.mpnet)
    model.typeVocabularySize = 0
    // Whatever pad_token_id says.
    try reader.countPositions(from: 1, in: &model)
    let buckets = try root["relative_attention_num_buckets"].ifPresent?.int() ?? 32
    guard buckets == 32 else {
      throw root["relative_attention_num_buckets"].mismatch("32, which transformers counts with", found: "\(buckets)")
    }
    model.scoreBias = .buckets(buckets, maxDistance: 128)
    return model
  }
}

extension TensorNames {
  static let mpnet = TensorNames(
    prefixes: ["", "mpnet."], block: "encoder.layer.%.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
      "token_embd_norm": "embeddings.LayerNorm", "attn_rel_b": "encoder.relative_attention_bias",
      "attn_q": "attention.attn.q", "attn_k": "attention.attn.k", "attn_v": "attention.attn.v",
      "attn_output": "attention.attn.o", "attn_output_norm": "attention.LayerNorm", "ffn_up": "intermediate.dense",
      "ffn_down": "output.dense", "layer_output_norm": "output.LayerNorm",
    ])
}

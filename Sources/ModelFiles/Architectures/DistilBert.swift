import JSON

extension Architecture {
  /// DistilBERT (Sanh et al. 2019, arXiv:1910.01108): BERT without token types, under names of its own.
  static let distilbert = Architecture(
    .distilbert, ggufName: "bert", names: [.distilbert], tokenizer: .bert
  ) { root throws(JSONFieldError) in
    let reader = ConfigurationReader(
      root,
      named: [
        "hidden_size": "dim", "num_attention_heads": "n_heads", "num_hidden_layers": "n_layers",
        "intermediate_size": "hidden_dim", "hidden_act": "activation", "layer_norm_eps": "",
      ])
    var model = try reader.description(.distilbert)
    model.typeVocabularySize = 0
    return model
  }
}

extension TensorNames {
  static let distilbert = TensorNames(
    prefixes: ["", "distilbert."], block: "transformer.layer.%.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "position_embd": "embeddings.position_embeddings",
      "token_embd_norm": "embeddings.LayerNorm", "attn_q": "attention.q_lin", "attn_k": "attention.k_lin",
      "attn_v": "attention.v_lin", "attn_output": "attention.out_lin", "attn_output_norm": "sa_layer_norm",
      "ffn_up": "ffn.lin1", "ffn_down": "ffn.lin2", "layer_output_norm": "output_layer_norm",
    ])
}

import JSON

extension Architecture {
  /// Nomic BERT (Nussbaum et al. 2024, arXiv:2402.01613): rotary positions, SwiGLU and no biases, norms after each step as in BERT.
  /// Its first files name their sizes as GPT-2 does.
  static let nomicBert = Architecture(
    .nomicBert, ggufName: "nomic-bert", names: [.nomicBert, .rotaryBert], tokenizer: .bert,
    configuration: { root throws(JSONFieldError) in
      root["n_embd"].isPresent ? try remoteNomicBert(root) : try nativeNomicBert(root)
    },
    completeGGUF: { model, metadata throws(ModelFileError) in
      describe(&model)
      model.rotary = Rotary(
        base: try metadata.double("nomic-bert.rope.freq_base") ?? ForeignKeys.rotaryBase, dimensions: model.headSize)
    })

  private static func describe(_ model: inout TransformerDescription) {
    model.positionTable = nil
    (model.isGated, model.activation) = (true, .silu)
    (model.hasAttentionBias, model.hasOutputBias, model.hasUpBias, model.hasDownBias) = (false, false, false, false)
  }

  private static func nativeNomicBert(_ root: JSONField) throws(JSONFieldError) -> TransformerDescription {
    let reader = ConfigurationReader(root)
    var model = try reader.description(.nomicBert, activation: "silu")
    let activation = model.activation
    if let size = try root["head_dim"].ifPresent?.int(), size != model.headSize {
      throw root["head_dim"].mismatch("\(model.headSize), hidden_size by num_attention_heads")
    }
    describe(&model)
    model.activation = activation
    model.typeVocabularySize = try reader.size("type_vocab_size", TransformerLimits.types, default: 2)
    model.rotary = try reader.rotary(model, base: 1000)
    return model
  }

  private static func remoteNomicBert(_ root: JSONField) throws(JSONFieldError) -> TransformerDescription {
    let reader = ConfigurationReader(
      root,
      named: [
        "hidden_size": "n_embd", "num_attention_heads": "n_head", "num_hidden_layers": "n_layer",
        "intermediate_size": "n_inner", "max_position_embeddings": "n_positions",
        "layer_norm_eps": "layer_norm_epsilon",
        "hidden_act": "",
      ])
    for flag in [
      "prenorm", "use_rms_norm", "qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias", "rotary_emb_interleaved", "causal",
    ] where try root[flag].ifPresent?.bool() == true {
      throw root[flag].mismatch("false")
    }
    guard try root["activation_function"].string() == "swiglu" else {
      throw root["activation_function"].mismatch("\"swiglu\"")
    }
    var model = try reader.description(.nomicBert)
    describe(&model)
    // The table is filled up.
    let multiple = try reader.size("pad_vocab_size_multiple", 1 << 16, default: 1)
    model.vocabularySize = (model.vocabularySize + multiple - 1) / multiple * multiple
    model.typeVocabularySize = try root["type_vocab_size"].ifPresent?.int(in: 0...TransformerLimits.types) ?? 2
    let fraction = try root["rotary_emb_fraction"].ifPresent?.double() ?? 1
    guard fraction == 1 else { throw root["rotary_emb_fraction"].mismatch("1: the whole of a head is turned") }
    model.rotary = Rotary(base: try root["rotary_emb_base"].ifPresent?.double() ?? 10_000, dimensions: model.headSize)
    if root["rotary_scaling_factor"].ifPresent != nil {
      // Beyond the length of its training the angles depend on the length of the sequence.
      model.maxPositions = min(model.maxPositions, try reader.size("max_trained_positions", 1 << 20, default: 2048))
    }
    return model
  }
}

extension TensorNames {
  static let nomicBert = TensorNames(
    prefixes: ["", "nomic_bert."], block: "encoder.layers.%.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "token_types": "embeddings.token_type_embeddings",
      "token_embd_norm": "emb_ln", "attn_q": Source("attn.Wqkv", part: 0, of: 3),
      "attn_k": Source("attn.Wqkv", part: 1, of: 3), "attn_v": Source("attn.Wqkv", part: 2, of: 3),
      "attn_output": "attn.out_proj", "attn_output_norm": "norm1", "ffn_up": "mlp.fc11", "ffn_gate": "mlp.fc12",
      "ffn_down": "mlp.fc2", "layer_output_norm": "norm2",
    ])

  /// What transformers calls the tensors of the rotary families with BERT's norms since it has these itself.
  static let rotaryBert = TensorNames(
    prefixes: ["", "nomic_bert.", "gte."], block: "layers.%.",
    sources: [
      "token_embd": "embeddings.word_embeddings", "token_types": "embeddings.token_type_embeddings",
      "token_embd_norm": "embeddings.LayerNorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
      "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "attn_output_norm": "post_attention_layernorm",
      "ffn_up": "mlp.up_proj", "ffn_gate": "mlp.gate_proj", "ffn_down": "mlp.down_proj",
      "layer_output_norm": "post_mlp_layernorm",
    ])
}

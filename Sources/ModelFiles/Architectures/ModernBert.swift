import JSON

extension Architecture {
  /// ModernBERT (Warner et al. 2024, arXiv:2412.13663): norms before each step, GeGLU, rotary positions, and in two blocks of three
  /// attention to a window.
  static let modernBert = Architecture(
    .modernBert, ggufName: "modern-bert", names: [.modernBert],
    configuration: { root throws(JSONFieldError) in
      let reader = ConfigurationReader(
        root, named: ["hidden_act": "hidden_activation", "layer_norm_eps": "norm_eps"])
      var model = try reader.description(.modernBert, epsilon: 1e-5)
      describe(&model)
      model.norm = .layer(hasBias: try root["norm_bias"].ifPresent?.bool() ?? false)
      let attentionBias = try root["attention_bias"].ifPresent?.bool() ?? false
      (model.hasAttentionBias, model.hasOutputBias) = (attentionBias, attentionBias)
      let bias = try root["mlp_bias"].ifPresent?.bool() ?? false
      (model.hasUpBias, model.hasDownBias) = (bias, bias)
      let every = try reader.size("global_attn_every_n_layers", 1 << 10, default: 3)
      model.localLayers = try reader.localLayers(model.layerCount) { $0 % every != 0 }
      let window = try root["sliding_window"].ifPresent?.int(in: 1...1 << 20)
      let width = try reader.size("local_attention", 1 << 20, default: 128)
      model.window = window ?? width / 2
      model.rotary = try reader.rotary(
        model, base: ("global_rope_theta", 160_000), localBase: ("local_rope_theta", 10_000), scalesLocal: true)
      return model
    },
    completeGGUF: { model, metadata throws(ModelFileError) in
      describe(&model)
      model.norm = .layer(hasBias: false)
      (model.hasAttentionBias, model.hasOutputBias, model.hasUpBias, model.hasDownBias) = (false, false, false, false)
      let key = "modern-bert.attention.sliding_window"
      let window = try metadata.required(key, "an integer") { key throws(ModelFileError) in try metadata.int(key) }
      let every = try metadata.int("modern-bert.attention.sliding_window_pattern", in: 1...1024) ?? 3
      if window > 0 {
        model.window = window / 2
        model.localLayers = (0..<model.layerCount).map { $0 % every != 0 }
      }
      model.rotary = Rotary(
        base: try metadata.double("modern-bert.rope.freq_base") ?? ForeignKeys.rotaryBase,
        localBase: try metadata.double("modern-bert.rope.freq_base_swa") ?? ForeignKeys.rotaryBase,
        dimensions: model.headSize)
    })

  private static func describe(_ model: inout TransformerDescription) {
    (model.positionTable, model.typeVocabularySize) = (nil, 0)
    (model.normPlacement, model.skipsFirstNorm, model.hasFinalNorm) = (.before, true, true)
    model.isGated = true
  }
}

extension TensorNames {
  static let modernBert = TensorNames(
    prefixes: ["", "model."], block: "layers.%.",
    sources: [
      "token_embd": "embeddings.tok_embeddings", "token_embd_norm": "embeddings.norm",
      "attn_norm": "attn_norm", "attn_q": Source("attn.Wqkv", part: 0, of: 3),
      "attn_k": Source("attn.Wqkv", part: 1, of: 3), "attn_v": Source("attn.Wqkv", part: 2, of: 3),
      "attn_output": "attn.Wo", "ffn_norm": "mlp_norm", "ffn_gate": Source("mlp.Wi", part: 0, of: 2),
      "ffn_up": Source("mlp.Wi", part: 1, of: 2), "ffn_down": "mlp.Wo", "output_norm": "final_norm",
    ])
}

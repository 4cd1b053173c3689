import JSON

extension Architecture {
  /// Qwen3 (arXiv:2505.09388), whose embedding models read a token's past only: a decoder without the words that it would write.
  static let qwen3 = Architecture(
    .qwen3, ggufName: "qwen3", names: [.qwen3], tokenizer: .qwen2,
    configuration: { root throws(JSONFieldError) in
      let reader = ConfigurationReader(root, named: ["layer_norm_eps": "rms_norm_eps"])
      var model = try reader.description(.qwen3, epsilon: 1e-6, activation: "silu")
      let activation = model.activation
      describe(&model)
      model.activation = activation
      model.headSize = try reader.size("head_dim", TransformerLimits.hidden, default: 128)
      model.keyValueHeadCount = try reader.keyValueHeads(model)
      let bias = try root["attention_bias"].ifPresent?.bool() ?? false
      (model.hasAttentionBias, model.hasOutputBias) = (bias, bias)
      model.isCausal = try reader.isCausal()
      if try root["use_sliding_window"].ifPresent?.bool() == true {
        throw root["use_sliding_window"].mismatch("false: no embedding model of the family has a window")
      }
      if try reader.localLayers(model.layerCount, usual: { _ in false }).contains(true) {
        throw root["layer_types"].mismatch("\"full_attention\" alone, as use_sliding_window is not true")
      }
      model.rotary = try reader.rotary(model, base: 10_000)
      return model
    },
    completeGGUF: { model, metadata throws(ModelFileError) in
      describe(&model)
      model.isCausal = try metadata.bool("qwen3.attention.causal") ?? true
      model.headSize =
        try metadata.int("qwen3.attention.key_length", in: 1...TransformerLimits.hidden) ?? model.headSize
      model.keyValueHeadCount =
        try metadata.int("qwen3.attention.head_count_kv", in: 1...model.headCount) ?? model.headCount
      model.rotary = Rotary(
        base: try metadata.double("qwen3.rope.freq_base") ?? ForeignKeys.rotaryBase, dimensions: model.headSize)
    })

  private static func describe(_ model: inout TransformerDescription) {
    (model.positionTable, model.typeVocabularySize, model.hasEmbeddingNorm) = (nil, 0, false)
    (model.norm, model.normPlacement, model.hasFinalNorm) = (.rootMeanSquare, .before, true)
    (model.isCausal, model.hasHeadNorms, model.isGated, model.activation) = (true, true, true, .silu)
    (model.hasAttentionBias, model.hasOutputBias, model.hasUpBias, model.hasDownBias) = (false, false, false, false)
  }
}

extension TensorNames {
  static let qwen3 = TensorNames(
    prefixes: ["", "model."], block: "layers.%.",
    sources: [
      "token_embd": "embed_tokens", "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj",
      "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_q_norm": "self_attn.q_norm",
      "attn_k_norm": "self_attn.k_norm", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
      "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj", "output_norm": "norm",
    ])
}

import JSON
import Platform

extension Architecture {
  /// Gemma 3 (arXiv:2503.19786), whose embedding model reads in both directions: norms on both sides of each step, and in five blocks
  /// of six attention to a window.
  static let gemma3 = Architecture(
    .gemma3, ggufName: "gemma-embedding", names: [.gemma3], tokenizer: .gemma,
    configuration: { root throws(JSONFieldError) in
      let reader = ConfigurationReader(
        root, named: ["layer_norm_eps": "rms_norm_eps", "hidden_act": "hidden_activation"])
      var model = try reader.description(.gemma3, epsilon: 1e-6, activation: "gelu_pytorch_tanh")
      let activation = model.activation
      describe(&model)
      model.activation = activation
      for key in ["attn_logit_softcapping"] where root[key].isPresent { throw root[key].mismatch("null") }
      let isBidirectional = try root["use_bidirectional_attention"].ifPresent?.bool() ?? false
      let window = try reader.size("sliding_window", TransformerLimits.positions, default: 4096)
      guard try reader.isCausal() else {
        throw root["is_causal"].mismatch("true or no such member: use_bidirectional_attention says it")
      }
      model.isCausal = !isBidirectional
      model.window = isBidirectional ? max(1, window / 2) : max(1, window - 1)
      let every = try reader.size("sliding_window_pattern", 1 << 10, default: 6)
      model.localLayers = try reader.localLayers(model.layerCount) { ($0 + 1) % every != 0 }
      model.headSize = try reader.size("head_dim", TransformerLimits.hidden, default: 256)
      model.keyValueHeadCount = try reader.keyValueHeads(model)
      let scalar = try root["query_pre_attn_scalar"].ifPresent?.double() ?? 256
      guard scalar > 0 else { throw root["query_pre_attn_scalar"].mismatch("a positive number") }
      model.scoreScale = Float(pow(scalar, -0.5))
      let bias = try root["attention_bias"].ifPresent?.bool() ?? false
      (model.hasAttentionBias, model.hasOutputBias) = (bias, bias)
      model.rotary = try reader.rotary(
        model, base: ("rope_theta", 1_000_000), localBase: ("rope_local_base_freq", 10_000), scalesLocal: false)
      return model
    },
    completeGGUF: { model, metadata throws(ModelFileError) in
      describe(&model)
      let prefix = "gemma-embedding."
      model.headSize =
        try metadata.int(prefix + "attention.key_length", in: 1...TransformerLimits.hidden) ?? model.headSize
      model.keyValueHeadCount =
        try metadata.int(prefix + "attention.head_count_kv", in: 1...model.headCount) ?? model.headCount
      let window = try metadata.required(prefix + "attention.sliding_window", "an integer") {
        key throws(ModelFileError) in try metadata.int(key, in: 1...TransformerLimits.positions)
      }
      model.window = max(1, window / 2)
      let every = try metadata.int(prefix + "attention.sliding_window_pattern", in: 1...1024) ?? 6
      model.localLayers = (0..<model.layerCount).map { ($0 + 1) % every != 0 }
      model.scoreScale = Float(pow(Double(model.headSize), -0.5))
      // llama.cpp's files hold 1 + weight.
      model.norm = .rootMeanSquare
      model.rotary = Rotary(
        base: try metadata.double(prefix + "rope.freq_base") ?? ForeignKeys.rotaryBase,
        localBase: try metadata.double(prefix + "rope.freq_base_swa") ?? ForeignKeys.rotaryBase,
        dimensions: model.headSize)
    })

  private static func describe(_ model: inout TransformerDescription) {
    (model.positionTable, model.typeVocabularySize, model.hasEmbeddingNorm) = (nil, 0, false)
    (model.norm, model.normPlacement, model.hasFinalNorm) = (.rootMeanSquarePlusOne, .both, true)
    (model.hasHeadNorms, model.isGated, model.activation) = (true, true, .geluTanh)
    (model.hasAttentionBias, model.hasOutputBias, model.hasUpBias, model.hasDownBias) = (false, false, false, false)
    model.embeddingScale = Float(Double(model.hiddenSize).squareRoot())
  }
}

extension TensorNames {
  static let gemma3 = TensorNames(
    prefixes: ["", "model."], block: "layers.%.",
    sources: [
      "token_embd": "embed_tokens", "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj",
      "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_q_norm": "self_attn.q_norm",
      "attn_k_norm": "self_attn.k_norm", "attn_output": "self_attn.o_proj",
      "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
      "post_ffw_norm": "post_feedforward_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
      "ffn_down": "mlp.down_proj", "output_norm": "norm",
    ])
}

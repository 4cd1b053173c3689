/// llama.cpp's keys of a transformer (gguf-py's constants.py), which stand in every file; what they say is all that llama.cpp knows.
enum LlamaKeys {
  /// - Parameter architecture: what stands before the keys.
  static func transformer(_ model: TransformerDescription, architecture: String) -> [(String, GGUFValue)] {
    let isLayerNorm = if case .layer = model.norm { true } else { false }
    var keys: [(String, GGUFValue)] = [
      ("block_count", .uint32(UInt32(model.layerCount))),
      ("context_length", .uint32(UInt32(model.maxPositions))),
      ("embedding_length", .uint32(UInt32(model.hiddenSize))),
      ("feed_forward_length", .uint32(UInt32(model.intermediateSize))),
      ("attention.head_count", .uint32(UInt32(model.headCount))),
      ("attention.layer_norm_\(isLayerNorm ? "" : "rms_")epsilon", .float32(model.normEpsilon)),
      ("attention.causal", .bool(model.isCausal)),
    ]
    if let rotary = model.rotary { keys += self.rotary(rotary, model) }
    if let window = model.window {
      keys.append(("attention.sliding_window", .uint32(UInt32(2 * window))))
      keys.append(("attention.sliding_window_pattern", .uint32(UInt32(period(model)))))
    }
    if architecture == "modern-bert" { keys.append(("hidden_activation", .string(gated[model.activation] ?? ""))) }
    return keys.map { (architecture + "." + $0.0, $0.1) }
  }

  /// What llama.cpp calls an activation that multiplies another layer's outputs.
  private static let gated: [Activation: String] = [
    .gelu: "gelu", .geluTanh: "gelu_pytorch_tanh", .silu: "silu", .relu: "reglu",
  ]

  private static func rotary(_ rotary: Rotary, _ model: TransformerDescription) -> [(String, GGUFValue)] {
    var keys: [(String, GGUFValue)] = [
      ("attention.head_count_kv", .uint32(UInt32(model.keyValueHeadCount))),
      ("attention.key_length", .uint32(UInt32(model.headSize))),
      ("attention.value_length", .uint32(UInt32(model.headSize))),
      ("rope.dimension_count", .uint32(UInt32(rotary.dimensions))),
      ("rope.freq_base", .float32(Float(rotary.base))),
    ]
    if model.localLayers.contains(true) { keys.append(("rope.freq_base_swa", .float32(Float(rotary.localBase)))) }
    if rotary.factor != 1 {
      keys += [("rope.scaling.type", .string("linear")), ("rope.scaling.factor", .float32(Float(rotary.factor)))]
    }
    return keys
  }

  /// One block of so many sees everything: the first of them where the first block of all does, else the last.
  private static func period(_ model: TransformerDescription) -> Int {
    let wide = (0..<model.layerCount).filter { !model.isLocal($0) }
    guard let first = wide.first else { return model.layerCount + 1 }
    return first == 0 && model.skipsFirstNorm ? wide.dropFirst().first ?? model.layerCount : first + 1
  }
}

import JSON

extension Architecture {
  /// JinaBERT v2 (Günther et al. 2023, arXiv:2310.19923): BERT with ALiBi in place of positions, and a gate. Its files call it `bert`.
  static let jinaBert = Architecture(
    .jinaBert, ggufName: "jina-bert-v2", names: [.jinaBert],
    configuration: { root throws(JSONFieldError) in
      let reader = ConfigurationReader(root)
      try reader.refuseDecoders()
      var model = try reader.description(.jinaBert)
      describe(&model)
      model.typeVocabularySize = try reader.size("type_vocab_size", TransformerLimits.types, default: 2)
      let kind = try root["feed_forward_type"].string()
      switch kind {
      case "geglu": model.activation = .gelu
      case "reglu": model.activation = .relu
      default: throw root["feed_forward_type"].mismatch("\"geglu\" or \"reglu\"", found: "\"\(kind)\"")
      }
      return model
    },
    completeGGUF: { model, _ throws(ModelFileError) in describe(&model) })

  private static func describe(_ model: inout TransformerDescription) {
    (model.positionTable, model.scoreBias) = (nil, .linear)
    (model.isGated, model.hasUpBias) = (true, false)
  }
}

extension TensorNames {
  static let jinaBert = TensorNames(
    prefixes: ["", "bert."], block: TensorNames.bert.block,
    sources: TensorNames.bert.sources.merging([
      "ffn_gate": Source("mlp.gated_layers", part: 0, of: 2), "ffn_up": Source("mlp.gated_layers", part: 1, of: 2),
      "ffn_down": "mlp.wo", "layer_output_norm": "mlp.layernorm",
    ]) { _, new in new })
}

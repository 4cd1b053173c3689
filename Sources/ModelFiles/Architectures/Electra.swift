import JSON

extension Architecture {
  /// ELECTRA (Clark et al. 2020, arXiv:2003.10555): BERT, whose tables may be narrower than its blocks.
  static let electra = Architecture(.electra, ggufName: "bert", names: [.electra], tokenizer: .bert) {
    root throws(JSONFieldError) in
    let reader = ConfigurationReader(root)
    try reader.requireAbsolutePositions()
    try reader.refuseDecoders()
    var model = try reader.description(.electra)
    model.typeVocabularySize = try reader.size("type_vocab_size", TransformerLimits.types, default: 2)
    model.embeddingSize = try reader.size("embedding_size", TransformerLimits.hidden, default: 128)
    model.hasEmbeddingProjection = model.embeddingSize != model.hiddenSize
    return model
  }
}

extension TensorNames {
  static let electra = TensorNames(
    prefixes: ["", "electra."], block: TensorNames.bert.block,
    sources: TensorNames.bert.sources.merging(["token_embd_proj": "embeddings_project"]) { _, new in new })
}

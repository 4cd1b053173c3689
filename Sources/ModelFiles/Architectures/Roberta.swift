import JSON

/// BERT with positions that begin behind the padding id, and do not count padding (Liu et al. 2019, arXiv:1907.11692). XLM-R and
/// CamemBERT are RoBERTa with other tokenizers.
extension Architecture {
  static let roberta = family(.roberta, tokenizer: .roberta)
  static let xlmRoberta = family(.xlmRoberta, tokenizer: .xlmRoberta)
  static let camembert = family(.camembert, tokenizer: .camembert)

  private static func family(_ family: ModelFamily, tokenizer: TokenizerClass) -> Architecture {
    Architecture(family, ggufName: "bert", names: [.roberta], tokenizer: tokenizer) { root throws(JSONFieldError) in
      let reader = ConfigurationReader(root)
      try reader.requireAbsolutePositions()
      try reader.refuseDecoders()
      var model = try reader.description(family)
      model.typeVocabularySize = try reader.size("type_vocab_size", TransformerLimits.types, default: 2)
      try reader.countPositions(from: try root["pad_token_id"].ifPresent?.int(in: 0...1 << 20) ?? 1, in: &model)
      return model
    }
  }
}

extension TensorNames {
  static let roberta = TensorNames(
    prefixes: ["", "roberta."], block: TensorNames.bert.block, sources: TensorNames.bert.sources)
}

extension ConfigurationReader {
  /// Positions that begin behind the padding token's id.
  func countPositions(from padding: Int, in model: inout TransformerDescription) throws(JSONFieldError) {
    let rows = model.maxPositions
    guard rows > padding + 3 else {
      throw root["max_position_embeddings"].mismatch("more than \(padding + 3), for positions behind the padding id")
    }
    model.positionTable = PositionTable(rows: rows, offset: padding + 1, uncounted: Int32(padding))
    model.maxPositions = rows - padding - 1
  }
}

import JSON

extension Architecture {
  /// A table of words' vectors and nothing else, whose mean is a text's (sentence-transformers' StaticEmbedding, model2vec).
  /// It has no config.json of transformers.
  static let staticEmbedding = Architecture(.staticEmbedding, names: [.staticEmbedding]) {
    root throws(JSONFieldError) in
    throw root["model_type"].mismatch("an architecture of transformers; a static model has a modules.json")
  }
}

extension TensorNames {
  static let staticEmbedding = TensorNames(prefixes: [""], block: "", sources: ["token_embd": "embedding"])
}

extension TransformerDescription {
  /// A transformer without blocks: a token's vector is its row of the table.
  static func staticTable(rows: Int, columns: Int) -> TransformerDescription {
    var model = TransformerDescription(
      family: .staticEmbedding, vocabularySize: rows, hiddenSize: columns, layerCount: 0, headCount: 1,
      intermediateSize: 0, maxPositions: TransformerLimits.positions, typeVocabularySize: 0)
    (model.positionTable, model.hasEmbeddingNorm) = (nil, false)
    return model
  }
}

extension SafetensorsSet {
  /// The table of a static model, under sentence-transformers' name or model2vec's.
  /// - Throws: `unsupported` where rows are shared by several tokens or weighted, as quantised vocabularies have it.
  func staticTable() throws(ModelFileError) -> TensorView {
    let name = has("embedding.weight") ? "embedding.weight" : "embeddings"
    let table = try tensor(name)
    for extra in ["mapping", "weights"] where name == "embeddings" && has(extra) {
      throw ModelFileError(
        .unsupported("the tensor '\(extra)' says that tokens share or weigh their vectors, which Akin does not read"),
        path: table.file.path)
    }
    guard table.shape.count == 2, (1...TransformerLimits.hidden).contains(table.shape[1]),
      (1...TransformerLimits.vocabulary).contains(table.shape[0])
    else {
      throw ModelFileError(
        .malformed("the tensor '\(name)' has shape \(table.shape); expected a row a token"), path: table.file.path)
    }
    return table
  }
}

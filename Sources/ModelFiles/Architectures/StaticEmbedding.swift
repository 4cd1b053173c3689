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
  /// The table of a static model, under sentence-transformers' name or model2vec's, and what model2vec says of words that share rows
  /// (`mapping`) or count more or less than others (`weights`), as its StaticModel and sentence-transformers' StaticEmbedding read them.
  func staticTable() throws(ModelFileError) -> (TensorView, TransformerDescription) {
    let isOfModel2vec = !has("embedding.weight"), name = isOfModel2vec ? "embeddings" : "embedding.weight"
    let table = try tensor(name)
    guard table.shape.count == 2, (1...TransformerLimits.hidden).contains(table.shape[1]),
      (1...TransformerLimits.vocabulary).contains(table.shape[0])
    else {
      throw ModelFileError(
        .malformed("the tensor '\(name)' has shape \(table.shape); expected a row a token"), path: table.file.path)
    }
    var model = TransformerDescription.staticTable(rows: table.shape[0], columns: table.shape[1])
    guard isOfModel2vec, let words = try wordRows(of: table.shape[0]) else { return (table, model) }
    if !words.rows.isEmpty { model.vocabularySize = words.rows.count }
    model.wordRows = words
    if let problem = model.problem {
      throw ModelFileError(
        .malformed("'mapping' and 'weights' do not fit the table: \(problem)"), path: table.file.path)
    }
    return (table, model)
  }

  private func wordRows(of count: Int) throws(ModelFileError) -> WordRows? {
    let rows = has("mapping") ? try integers("mapping", in: 0..<count) : []
    guard rows.count <= TransformerLimits.vocabulary else {
      throw ModelFileError(
        .malformed("the tensor 'mapping' has \(rows.count) numbers; expected one a token"), path: path)
    }
    let weights = has("weights") ? try tensor("weights").float32() : []
    return rows.isEmpty && weights.isEmpty ? nil : WordRows(count: count, rows: rows, weights: weights)
  }
}

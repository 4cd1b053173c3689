import ModelFiles

/// What a token's vector begins with: norm(scale * word + type + position) W + b, each where the model has it. E is the tables'
/// width, H the blocks'.
final class Embedding: Sendable {
  let words: WordTable  // [vocabulary, E]
  let scale: Float
  let types: KernelMemory<Float>?  // [types, E]
  let positions: KernelMemory<Float>?  // [rows, E]
  let norm: Norm?  // [E]
  let projection: LinearLayer?  // E -> H

  /// Whether words' vectors are taken as they are.
  var isOfWordsAlone: Bool { scale == 1 && types == nil && positions == nil }

  init(of model: TransformerDescription, precision: Precision, from reader: TensorReader) throws(EncoderError) {
    let width = model.embeddingSize
    words = try WordTable(of: model, precision: precision, from: reader)
    scale = model.embeddingScale
    func table(_ name: String, rows: Int) throws(EncoderError) -> KernelMemory<Float> {
      let table = KernelMemory<Float>(count: rows * width)
      try reader.read(name, shape: [rows, width], into: table.all)
      return table
    }
    positions = if let rows = model.positionTable?.rows { try table("position_embd.weight", rows: rows) } else { nil }
    types =
      model.typeVocabularySize > 0 ? try table("token_types.weight", rows: model.typeVocabularySize) : nil
    norm = model.hasEmbeddingNorm ? try Norm("token_embd_norm", size: width, of: model, from: reader) : nil
    projection =
      model.hasEmbeddingProjection
      ? try LinearLayer(
        "token_embd_proj", outputs: model.hiddenSize, inputs: width, hasBias: true, precision: precision, from: reader)
      : nil
  }
}

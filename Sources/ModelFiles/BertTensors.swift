/// The tensors of a BERT encoder: the canonical name (llama.cpp's for the architecture `bert`), transformers' name, and
/// the shape that the configuration asks for.
struct BertTensor {
  let name: String
  /// Without the prefix `bert.`, which pre-training checkpoints have.
  let transformersName: String
  let shape: [Int]

  /// Every tensor of an encoder with these sizes. The pooler, the pre-training heads and `position_ids` are not among
  /// them: sentence embeddings do not use them.
  static func all(_ bert: BertConfiguration) -> [BertTensor] {
    let hidden = bert.hiddenSize
    var tensors = [
      BertTensor(
        name: "token_embd.weight", transformersName: "embeddings.word_embeddings.weight",
        shape: [bert.vocabularySize, hidden]),
      BertTensor(
        name: "position_embd.weight", transformersName: "embeddings.position_embeddings.weight",
        shape: [bert.maxPositions, hidden]),
      BertTensor(
        name: "token_types.weight", transformersName: "embeddings.token_type_embeddings.weight",
        shape: [bert.typeVocabularySize, hidden]),
    ]
    tensors += pair("token_embd_norm", "embeddings.LayerNorm", weight: [hidden])
    for layer in 0..<bert.layerCount {
      let (block, source) = ("blk.\(layer).", "encoder.layer.\(layer).")
      tensors += pair(block + "attn_q", source + "attention.self.query", weight: [hidden, hidden])
      tensors += pair(block + "attn_k", source + "attention.self.key", weight: [hidden, hidden])
      tensors += pair(block + "attn_v", source + "attention.self.value", weight: [hidden, hidden])
      tensors += pair(block + "attn_output", source + "attention.output.dense", weight: [hidden, hidden])
      tensors += pair(block + "attn_output_norm", source + "attention.output.LayerNorm", weight: [hidden])
      tensors += pair(block + "ffn_up", source + "intermediate.dense", weight: [bert.intermediateSize, hidden])
      tensors += pair(block + "ffn_down", source + "output.dense", weight: [hidden, bert.intermediateSize])
      tensors += pair(block + "layer_output_norm", source + "output.LayerNorm", weight: [hidden])
    }
    return tensors
  }

  /// A weight and a bias as long as the weight's outermost dimension.
  private static func pair(_ name: String, _ source: String, weight shape: [Int]) -> [BertTensor] {
    [
      BertTensor(name: name + ".weight", transformersName: source + ".weight", shape: shape),
      BertTensor(name: name + ".bias", transformersName: source + ".bias", shape: Array(shape.prefix(1))),
    ]
  }
}

extension TensorView {
  /// This view under its canonical name.
  /// - Throws: `wrongShape`
  func checked(as name: String, shape expected: [Int]) throws(ModelFileError) -> TensorView {
    guard shape == expected else {
      throw ModelFileError(
        .wrongShape(tensor: self.name, expected: expected, found: shape), path: file.path, offset: byteRange.lowerBound)
    }
    return renamed(name)
  }
}

extension DenseModule {
  /// Name and shape of the tensors of the Dense module at `index`.
  func tensors(index: Int) -> [(name: String, source: String, shape: [Int])] {
    let weight = (name: "akin.dense.\(index).weight", source: "linear.weight", shape: [outFeatures, inFeatures])
    let bias = (name: "akin.dense.\(index).bias", source: "linear.bias", shape: [outFeatures])
    return hasBias ? [weight, bias] : [weight]
  }
}

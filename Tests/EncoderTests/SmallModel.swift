import AkinTestSupport
import ModelFiles
import Tokenizers

/// Models with random weights, small enough to be made in a test.
struct SmallModel {
  var sizes = TransformerDescription(
    vocabularySize: 50, hiddenSize: 64, layerCount: 2, headCount: 4, intermediateSize: 100, maxPositions: 40)
  {
    didSet {
      // BERT's shape follows from the sizes that a test sets.
      sizes.keyValueHeadCount = sizes.headCount
      sizes.headSize = sizes.headCount > 0 ? sizes.hiddenSize / sizes.headCount : 0
      sizes.embeddingSize = sizes.hiddenSize
      sizes.positionTable = PositionTable(rows: sizes.maxPositions)
    }
  }
  var dense: [DenseModule] = []
  var seed: UInt64 = 1
  /// Tensors to leave out.
  var without: Set<String> = []
  /// Tensors with values of the test's own.
  var replacing: [String: [Float]] = [:]

  /// Canonical name and shape of every tensor of the configuration.
  var shapes: [(name: String, shape: [Int])] {
    let hidden = sizes.hiddenSize, wide = sizes.intermediateSize
    var shapes = [
      ("token_embd.weight", [sizes.vocabularySize, hidden]), ("position_embd.weight", [sizes.maxPositions, hidden]),
      ("token_types.weight", [sizes.typeVocabularySize, hidden]),
      ("token_embd_norm.weight", [hidden]), ("token_embd_norm.bias", [hidden]),
    ]
    for block in 0..<max(0, sizes.layerCount) {
      let linear = [
        ("attn_q", hidden, hidden), ("attn_k", hidden, hidden), ("attn_v", hidden, hidden),
        ("attn_output", hidden, hidden), ("ffn_up", wide, hidden), ("ffn_down", hidden, wide),
      ]
      for (name, outputs, inputs) in linear {
        shapes += [("blk.\(block).\(name).weight", [outputs, inputs]), ("blk.\(block).\(name).bias", [outputs])]
      }
      for name in ["attn_output_norm", "layer_output_norm"] {
        shapes += [("blk.\(block).\(name).weight", [hidden]), ("blk.\(block).\(name).bias", [hidden])]
      }
    }
    for (index, module) in dense.enumerated() {
      shapes.append(("akin.dense.\(index).weight", [module.outFeatures, module.inFeatures]))
      if module.hasBias { shapes.append(("akin.dense.\(index).bias", [module.outFeatures])) }
    }
    return shapes
  }

  /// The weights in float32, in memory.
  func weights() throws -> ModelWeights {
    var random = SeededRandom(seed: seed)
    var tensors: [String: TensorView] = [:]
    for (name, shape) in shapes where !without.contains(name) {
      let count = shape.reduce(1, *)
      let center: Float = name.hasSuffix("norm.weight") ? 1 : 0
      let values = replacing[name] ?? (0..<count).map { _ in center + Float.random(in: -0.2...0.2, using: &random) }
      tensors[name] = try Self.view(name, shape: shape, values: values)
    }
    return ModelWeights(description: description, tensors: tensors)
  }

  var description: ModelDescription {
    var description = ModelDescription(
      name: "small", transformer: sizes, maxSequenceLength: sizes.maxPositions,
      tokenizer: TokenizerDefinition(vocabulary: TokenList(), model: .wordLevel(unknown: "[UNK]")))
    description.dense = dense
    return description
  }

  /// A float32 tensor in memory.
  static func view(_ name: String, shape: [Int], values: [Float]) throws -> TensorView {
    let bytes = values.withUnsafeBytes { Array($0) }
    let file = try MappedFile(bytes: bytes, path: name)
    return try TensorView(name: name, shape: shape, type: .f32, file: file, byteRange: 0..<bytes.count)
  }
}

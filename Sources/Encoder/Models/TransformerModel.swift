import ModelFiles

/// A transformer's layers, laid out for one table of kernels, and the steps in which they are computed.
final class TransformerModel: Sendable {
  let description: TransformerDescription
  let precision: Precision
  let embedding: Embedding
  /// What attention adds to its scores by distance, where the model does.
  let scoreBias: DistanceBias?
  let steps: [Step]

  init(from reader: TensorReader, precision: Precision) throws(EncoderError) {
    let model = reader.weights.description.transformer
    try Self.check(model)
    description = model
    self.precision = precision
    var reader = reader
    if precision == .q8 { reader.panelRoom = PanelRoom(bytes: Self.panelBytes(model, reader.kernels)) }
    embedding = try Embedding(of: model, precision: precision, from: reader)
    scoreBias = try DistanceBias(of: model, from: reader)
    var blocks: [Block] = []
    for layer in 0..<model.storedLayerCount {
      blocks.append(try Block(layer, of: model, precision: precision, from: reader))
    }
    if model.sharesLayers, let block = blocks.first {
      blocks = Array(repeating: block, count: model.layerCount)
    }
    let last = model.hasFinalNorm ? try Norm("output_norm", size: model.hiddenSize, of: model, from: reader) : nil
    steps = [.rows([.embed(embedding, next: blocks.first?.input)])] + Self.steps(blocks, last: last)
  }

  private struct Block {
    let attention: Attention
    let feedForward: FeedForward
    private let placement: NormPlacement
    private let norms: [Norm]

    init(
      _ layer: Int, of model: TransformerDescription, precision: Precision, from reader: TensorReader
    ) throws(EncoderError) {
      attention = try Attention(layer, of: model, precision: precision, from: reader)
      feedForward = try FeedForward(layer, of: model, precision: precision, from: reader)
      placement = model.normPlacement
      norms = try model.blockNorms(layer).map { name throws(EncoderError) in
        try Norm("blk.\(layer).\(name)", size: model.hiddenSize, of: model, from: reader)
      }
    }

    /// Of what attention reads.
    var input: Norm? {
      switch placement {
      case .after: nil
      case .before: norms.count > 1 ? norms[0] : nil
      case .both: norms[0]
      }
    }

    /// Behind attention.
    var middle: Join {
      switch placement {
      case .after: Join(outer: norms[0])
      case .before: Join(next: norms[norms.count - 1])
      case .both: Join(inner: norms[1], next: norms[2])
      }
    }

    /// Behind the feed-forward network.
    var end: Join {
      switch placement {
      case .after: Join(outer: norms[1])
      case .before: Join()
      case .both: Join(inner: norms[3])
      }
    }
  }

  private static func steps(_ blocks: [Block], last: Norm?) -> [Step] {
    blocks.indices.flatMap { index -> [Step] in
      let block = blocks[index]
      var end = block.end
      if index + 1 < blocks.count {
        end.next = blocks[index + 1].input
      } else {
        end.outer = last ?? end.outer
        end.isLast = true
      }
      return [
        .heads(block.attention),
        .rows([
          .project(block.attention.output, from: .context), .join(block.middle), .widen(block.feedForward),
          .project(block.feedForward.down, from: .wide), .join(end),
        ]),
      ]
    }
  }

  /// Of the panels of all linear layers, each from a cache line's start on.
  private static func panelBytes(_ model: TransformerDescription, _ kernels: KernelTable) -> Int {
    let hidden = model.hiddenSize, wide = model.intermediateSize
    let parts = AttentionPart.allCases.reduce(0) { $0 + model.outputs($1) }
    var layers = [(parts, hidden), (hidden, model.outputs(.query)), (wide, hidden), (hidden, wide)]
    if model.isGated { layers.append((wide, hidden)) }
    let block = layers.reduce(0) { sum, layer in
      sum + (kernels.panelBytes(columns: layer.0, blocks: q8BlockCount(layer.1)) + 63) / 64 * 64
    }
    let columns = kernels.panelBytes(columns: hidden, blocks: q8BlockCount(model.embeddingSize)) + 63
    return block * model.storedLayerCount + (model.hasEmbeddingProjection ? columns / 64 * 64 : 0)
  }

  private static func check(_ model: TransformerDescription) throws(EncoderError) {
    let fields = [
      ("vocabularySize", model.vocabularySize), ("hiddenSize", model.hiddenSize), ("layerCount", model.layerCount),
      ("headCount", model.headCount), ("keyValueHeadCount", model.keyValueHeadCount), ("headSize", model.headSize),
      ("intermediateSize", model.intermediateSize), ("maxPositions", model.maxPositions),
    ]
    // Words' vectors alone need no blocks.
    let blocks: Set = ["layerCount", "intermediateSize"]
    for (field, value) in fields where value < (model.family == .staticEmbedding && blocks.contains(field) ? 0 : 1) {
      throw .configuration(field: field, value: value)
    }
    guard model.typeVocabularySize >= 0 else {
      throw .configuration(field: "typeVocabularySize", value: model.typeVocabularySize)
    }
    let isEven = model.hiddenSize % model.headCount == 0 || model.headSize != model.hiddenSize / model.headCount
    guard model.headCount % model.keyValueHeadCount == 0, isEven else {
      throw .headCount(hiddenSize: model.hiddenSize, heads: model.headCount)
    }
  }
}

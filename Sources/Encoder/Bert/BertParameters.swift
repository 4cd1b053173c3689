import ModelFiles

/// A BERT encoder's parameters, laid out for one table of kernels. Post-layer-norm transformer blocks as in Devlin et
/// al. 2019 (arXiv:1810.04805); H is the hidden size, I the intermediate size.
final class BertParameters: Sendable {
  let precision: Precision
  let slabs: HeadSlabs
  let words: WordTable  // [vocabulary, H]
  let positions: KernelMemory<Float>  // [maxPositions, H]
  let types: KernelMemory<Float>  // [types, H]
  let embeddingNorm: LayerNorm  // [H]
  let blocks: [Block]

  final class Block: Sendable {
    let qkv: LinearLayer  // H -> 3 H: slab by slab of heads, queries, keys and values
    let attentionOutput: LinearLayer  // H -> H
    let attentionNorm: LayerNorm  // [H]
    let up: LinearLayer  // H -> I
    let down: LinearLayer  // I -> H
    let outputNorm: LayerNorm  // [H]

    init(
      _ index: Int, sizes: BertConfiguration, precision: Precision, from reader: TensorReader
    ) throws(EncoderError) {
      let prefix = "blk.\(index)."
      let hidden = sizes.hiddenSize
      func linear(_ name: String, outputs: Int, inputs: Int) throws(EncoderError) -> LinearLayer {
        try LinearLayer(
          weight: prefix + name + ".weight", bias: prefix + name + ".bias", outputs: outputs, inputs: inputs,
          precision: precision, from: reader)
      }
      func norm(_ name: String) throws(EncoderError) -> LayerNorm {
        try LayerNorm(prefix + name, size: hidden, epsilon: sizes.layerNormEpsilon, from: reader)
      }
      let slabs = HeadSlabs(sizes)
      let rows = (0..<slabs.count).flatMap { slab in
        ["attn_q", "attn_k", "attn_v"].map { name in
          LinearLayer.Rows(
            weight: prefix + name + ".weight", bias: prefix + name + ".bias", range: slabs.columns(slab), count: hidden)
        }
      }
      qkv = try LinearLayer(rows, inputs: hidden, precision: precision, from: reader)
      attentionOutput = try linear("attn_output", outputs: hidden, inputs: hidden)
      attentionNorm = try norm("attn_output_norm")
      up = try linear("ffn_up", outputs: sizes.intermediateSize, inputs: hidden)
      down = try linear("ffn_down", outputs: hidden, inputs: sizes.intermediateSize)
      outputNorm = try norm("layer_output_norm")
    }
  }

  init(from reader: TensorReader, precision: Precision) throws(EncoderError) {
    let sizes = reader.weights.description.bert
    try Self.check(sizes)
    self.precision = precision
    slabs = HeadSlabs(sizes)
    let hidden = sizes.hiddenSize
    var reader = reader
    if precision == .q8 { reader.panelRoom = PanelRoom(bytes: Self.panelBytes(sizes, reader.kernels)) }
    words = try WordTable(rows: sizes.vocabularySize, columns: hidden, precision: precision, from: reader)
    positions = KernelMemory(count: sizes.maxPositions * hidden)
    try reader.read("position_embd.weight", shape: [sizes.maxPositions, hidden], into: positions.all)
    types = KernelMemory(count: sizes.typeVocabularySize * hidden)
    try reader.read("token_types.weight", shape: [sizes.typeVocabularySize, hidden], into: types.all)
    embeddingNorm = try LayerNorm("token_embd_norm", size: hidden, epsilon: sizes.layerNormEpsilon, from: reader)
    var blocks: [Block] = []
    for index in 0..<sizes.layerCount {
      blocks.append(try Block(index, sizes: sizes, precision: precision, from: reader))
    }
    self.blocks = blocks
  }

  /// Of the panels of all linear layers, each from a cache line's start on.
  private static func panelBytes(_ sizes: BertConfiguration, _ kernels: KernelTable) -> Int {
    let hidden = sizes.hiddenSize, intermediate = sizes.intermediateSize
    let layers = [(3 * hidden, hidden), (hidden, hidden), (intermediate, hidden), (hidden, intermediate)]
    let block = layers.reduce(0) { sum, layer in
      sum + (kernels.panelBytes(columns: layer.0, blocks: q8BlockCount(layer.1)) + 63) / 64 * 64
    }
    return block * sizes.layerCount
  }

  private static func check(_ sizes: BertConfiguration) throws(EncoderError) {
    let fields = [
      ("vocabularySize", sizes.vocabularySize), ("hiddenSize", sizes.hiddenSize), ("layerCount", sizes.layerCount),
      ("headCount", sizes.headCount), ("intermediateSize", sizes.intermediateSize),
      ("maxPositions", sizes.maxPositions), ("typeVocabularySize", sizes.typeVocabularySize),
    ]
    for (field, value) in fields where value <= 0 {
      throw .configuration(field: field, value: value)
    }
    guard sizes.hiddenSize % sizes.headCount == 0 else {
      throw .headCount(hiddenSize: sizes.hiddenSize, heads: sizes.headCount)
    }
  }
}

import ModelFiles

/// The memory of a forward pass: made for the largest group of sequences so far, and used again for every one that fits.
/// Nothing in it grows with a batch.
struct Workspace: Sendable {
  /// What the layers of one group's way hand on. H is the hidden size, I the intermediate size, C the width of all heads.
  final class Activations: Sendable {
    let hidden: KernelMemory<Float>  // [rows, H]
    /// Embeddings, where they are not yet as wide as the blocks.
    let embedded: KernelMemory<Float>?  // [rows, E]
    let embeddedInput: LayerInput?  // [rows, E], the same
    /// What a step reads, where it is not `hidden` itself.
    let normed: KernelMemory<Float>?  // [rows, H]
    let input: LayerInput  // [rows, H], the same
    let context: LayerInput  // [rows, C]
    let projected: KernelMemory<Float>  // [rows, H]
    let wide: LayerInput  // [rows, I]

    init(rows: Int, model: TransformerModel, kernels: KernelTable) {
      let sizes = model.description, size = sizes.hiddenSize, precision = model.precision
      func input(_ width: Int) -> LayerInput {
        LayerInput(rows: rows, width: width, precision: precision, kernels: kernels)
      }
      hidden = KernelMemory(count: rows * size)
      let embedded =
        sizes.hasEmbeddingProjection ? KernelMemory<Float>(count: rows * sizes.embeddingSize) : nil
      self.embedded = embedded
      embeddedInput = embedded.map {
        precision == .f32 ? LayerInput($0, width: sizes.embeddingSize) : input(sizes.embeddingSize)
      }
      normed = sizes.normPlacement == .after ? nil : KernelMemory(count: rows * size)
      self.input = precision == .f32 ? LayerInput(normed ?? hidden, width: size) : input(size)
      context = input(sizes.outputs(.query))
      projected = KernelMemory(count: rows * size)
      wide = input(sizes.intermediateSize)
    }
  }

  /// What a worker computes in, from one step to the next.
  final class Scratch: Sendable {
    let parts: KernelMemory<Float>  // [rows, slab]: queries, keys and values of a slab of heads
    let context: KernelMemory<Float>  // [rows, slab's queries]
    let wide: KernelMemory<Float>  // [chunkRows, wideColumns]
    let gate: KernelMemory<Float>  // the same, where the model is gated
    let attention: KernelMemory<Float>

    init(rows: Int, model: TransformerModel) {
      let slabs = HeadSlabs(model.description), wideCount = SequenceGroup.chunkRows * Workspace.wideColumns
      parts = KernelMemory(count: rows * slabs.outputWidth)
      context = KernelMemory(count: rows * slabs.width(.query))
      wide = KernelMemory(count: wideCount)
      gate = KernelMemory(count: model.description.isGated ? wideCount : 0)
      attention = KernelMemory(count: KernelTable.attentionScratch(tokens: rows, headSize: slabs.headSize))
    }
  }

  /// What depends on positions alone: made for sequences as long as a group has rows.
  final class Tables: Sendable {
    let angles: AngleTable?
    let localAngles: AngleTable?
    let bias: BiasTable?

    init(rows: Int, model: TransformerModel) {
      let rotary = model.description.rotary
      angles = rotary.map { AngleTable($0, isLocal: false, positions: rows) }
      localAngles = rotary.map { AngleTable($0, isLocal: true, positions: rows) }
      bias = model.scoreBias.map { BiasTable(values: $0.table(tokens: rows), tokens: rows) }
    }
  }

  /// Outputs of a block's wide layer that are computed, activated and quantised together: few enough that a chunk of them
  /// stays in the first-level cache.
  static let wideColumns = 128

  private(set) var activations: [Activations] = []
  private(set) var scratch: [Scratch] = []
  private(set) var tables: Tables
  private let model: TransformerModel
  private let kernels: KernelTable
  private var rowCapacity = 0

  init(_ model: TransformerModel, kernels: KernelTable) {
    self.model = model
    self.kernels = kernels
    tables = Tables(rows: 1, model: model)
  }

  /// Makes room for groups of that many rows.
  /// - Parameters:
  ///   - groups: how many are computed at the same time.
  ///   - workers: how many threads compute.
  mutating func reserve(rows: Int, groups: Int, workers: Int) {
    if rows > rowCapacity {
      (activations, scratch) = ([], [])
      rowCapacity = rows
      tables = Tables(rows: rows, model: model)
    }
    while activations.count < groups {
      activations.append(Activations(rows: rowCapacity, model: model, kernels: kernels))
    }
    while scratch.count < workers { scratch.append(Scratch(rows: rowCapacity, model: model)) }
  }
}

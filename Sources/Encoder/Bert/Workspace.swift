import ModelFiles

/// The memory of a forward pass: made for the largest group of sequences so far, and used again for every one that fits.
/// Nothing in it grows with a batch.
struct Workspace: Sendable {
  /// What the layers of one group's way hand on. H is the hidden size, I the intermediate size.
  final class Activations: Sendable {
    let hidden: KernelMemory<Float>  // [rows, H]
    let hiddenInput: LayerInput  // [rows, H], the same
    let context: LayerInput  // [rows, H]
    let projected: KernelMemory<Float>  // [rows, H]
    let wide: LayerInput  // [rows, I]

    init(rows: Int, sizes: BertConfiguration, precision: Precision, kernels: KernelTable) {
      let size = sizes.hiddenSize
      func input(_ width: Int) -> LayerInput {
        LayerInput(rows: rows, width: width, precision: precision, kernels: kernels)
      }
      hidden = KernelMemory(count: rows * size)
      hiddenInput = precision == .f32 ? LayerInput(hidden, width: size) : input(size)
      context = input(size)
      projected = KernelMemory(count: rows * size)
      wide = input(sizes.intermediateSize)
    }
  }

  /// What a worker computes in, from one step to the next.
  final class Scratch: Sendable {
    let qkv: KernelMemory<Float>  // [rows, 3 slab]: queries, keys and values of a slab of heads
    let context: KernelMemory<Float>  // [rows, slab]
    let wide: KernelMemory<Float>  // [chunkRows, wideColumns]
    let attention: KernelMemory<Float>

    init(rows: Int, slabs: HeadSlabs) {
      qkv = KernelMemory(count: rows * 3 * slabs.width)
      context = KernelMemory(count: rows * slabs.width)
      wide = KernelMemory(count: SequenceGroup.chunkRows * Workspace.wideColumns)
      attention = KernelMemory(count: KernelTable.attentionScratch(tokens: rows, headSize: slabs.headSize))
    }
  }

  /// Outputs of a block's wide layer that are computed, activated and quantised together: few enough that a chunk of them
  /// stays in the first-level cache.
  static let wideColumns = 128

  private(set) var activations: [Activations] = []
  private(set) var scratch: [Scratch] = []
  private var rowCapacity = 0

  /// Makes room for groups of that many rows.
  /// - Parameters:
  ///   - groups: how many are computed at the same time.
  ///   - workers: how many threads compute.
  mutating func reserve(
    rows: Int, groups: Int, workers: Int, sizes: BertConfiguration, precision: Precision, kernels: KernelTable
  ) {
    if rows > rowCapacity {
      (activations, scratch) = ([], [])
      rowCapacity = rows
    }
    while activations.count < groups {
      activations.append(Activations(rows: rowCapacity, sizes: sizes, precision: precision, kernels: kernels))
    }
    while scratch.count < workers { scratch.append(Scratch(rows: rowCapacity, slabs: HeadSlabs(sizes))) }
  }
}

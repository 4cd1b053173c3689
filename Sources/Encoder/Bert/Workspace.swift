import ModelFiles

/// The memory of a forward pass: made for the largest batch so far, and used again for every one that fits.
struct Workspace: Sendable {
  /// Rows of a batch are worked on in chunks of at most this many, so that a chunk's activations stay in the CPU's
  /// second-level cache while a layer's weights pass by.
  static let chunkRows = 64

  /// Chunks are of a multiple of this many rows, which is how many the products take at once.
  static let tileRows = 8

  /// Outputs of a block's wide layer that are computed, activated and quantised together: in q8_0 few enough that a chunk
  /// of them stays in the first-level cache, in float32 all.
  let slabColumns: Int

  /// One worker's own.
  struct Slot: Sendable {
    let quantizedHidden: QuantizedRows  // [chunkRows, H]
    let quantizedWide: QuantizedRows  // [chunkRows, I]
    let projected: KernelMemory<Float>  // [chunkRows, H]
    let intermediate: KernelMemory<Float>  // [chunkRows, slabColumns]
    let attention: KernelMemory<Float>
  }

  let slots: [Slot]
  private(set) var hidden = KernelMemory<Float>(count: 0)  // [tokens, H]
  private(set) var qkv = KernelMemory<Float>(count: 0)  // [tokens, 3 H]
  private(set) var context = KernelMemory<Float>(count: 0)  // [tokens, H]
  private var tokenCapacity = 0

  init(_ sizes: BertConfiguration, parameters: BertParameters, kernels: KernelTable, workers: Int) {
    let rows = Self.chunkRows
    let slabColumns = parameters.precision == .q8 ? min(128, sizes.intermediateSize) : sizes.intermediateSize
    self.slabColumns = slabColumns
    slots = (0..<workers).map { _ in
      Slot(
        quantizedHidden: parameters.blocks[0].qkv.makeQuantizedRows(rows: rows, kernels: kernels),
        quantizedWide: parameters.blocks[0].down.makeQuantizedRows(rows: rows, kernels: kernels),
        projected: KernelMemory(count: rows * sizes.hiddenSize),
        intermediate: KernelMemory(count: rows * slabColumns),
        attention: KernelMemory(
          count: KernelTable.attentionScratch(
            tokens: sizes.maxPositions, headSize: sizes.hiddenSize / sizes.headCount)))
    }
  }

  /// As this one, for a batch that is computed between two tasks of another one: a worker's own memory holds nothing from
  /// one task to the next.
  func sharingSlots() -> Workspace { Workspace(slots: slots, slabColumns: slabColumns) }

  private init(slots: [Slot], slabColumns: Int) {
    self.slots = slots
    self.slabColumns = slabColumns
  }

  /// Makes room for a batch of that many tokens.
  mutating func reserve(tokens: Int, hiddenSize: Int) {
    guard tokens > tokenCapacity else { return }
    tokenCapacity = tokens
    hidden = KernelMemory(count: tokens * hiddenSize)
    qkv = KernelMemory(count: tokens * 3 * hiddenSize)
    context = KernelMemory(count: tokens * hiddenSize)
  }
}

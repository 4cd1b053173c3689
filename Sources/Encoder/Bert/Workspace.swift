import ModelFiles

/// The memory of a forward pass: made for the largest batch so far, and used again for every one that fits.
struct Workspace: Sendable {
  /// Rows of a batch are worked on in chunks of at most this many, so that a chunk's activations stay in the CPU's
  /// second-level cache while a layer's weights pass by.
  static let chunkRows = 48

  /// One worker's own.
  struct Slot: Sendable {
    let quantizedHidden: QuantizedRows  // [chunkRows, H]
    let quantizedWide: QuantizedRows  // [chunkRows, I]
    let projected: KernelMemory<Float>  // [chunkRows, H]
    let intermediate: KernelMemory<Float>  // [chunkRows, I]
    let attention: KernelMemory<Float>
  }

  let slots: [Slot]
  private(set) var hidden = KernelMemory<Float>(count: 0)  // [tokens, H]
  private(set) var qkv = KernelMemory<Float>(count: 0)  // [tokens, 3 H]
  private(set) var context = KernelMemory<Float>(count: 0)  // [tokens, H]
  private var tokenCapacity = 0

  init(_ sizes: BertConfiguration, parameters: BertParameters, kernels: KernelTable, workers: Int) {
    let rows = Self.chunkRows
    slots = (0..<workers).map { _ in
      Slot(
        quantizedHidden: parameters.blocks[0].qkv.makeQuantizedRows(rows: rows, kernels: kernels),
        quantizedWide: parameters.blocks[0].down.makeQuantizedRows(rows: rows, kernels: kernels),
        projected: KernelMemory(count: rows * sizes.hiddenSize),
        intermediate: KernelMemory(count: rows * sizes.intermediateSize),
        attention: KernelMemory(
          count: KernelTable.attentionScratch(
            tokens: sizes.maxPositions, headSize: sizes.hiddenSize / sizes.headCount)))
    }
  }

  /// As this one, for a batch that is computed between two tasks of another one: a worker's own memory holds nothing from
  /// one task to the next.
  func sharingSlots() -> Workspace { Workspace(slots: slots) }

  private init(slots: [Slot]) {
    self.slots = slots
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

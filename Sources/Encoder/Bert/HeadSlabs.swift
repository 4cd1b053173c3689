import ModelFiles

/// Heads whose queries, keys and values are computed together: as few as make whole q8_0 blocks of their outputs, so that
/// these are quantised head by head.
struct HeadSlabs: Sendable {
  /// Components of one head.
  let headSize: Int
  private let headCount: Int
  private let headsPerSlab: Int

  init(_ sizes: BertConfiguration) {
    headCount = sizes.headCount
    headSize = sizes.hiddenSize / sizes.headCount
    let size = headSize
    headsPerSlab = (1..<max(2, headCount)).first { $0 * size % q8BlockLength == 0 } ?? headCount
  }

  var count: Int { (headCount + headsPerSlab - 1) / headsPerSlab }

  /// The most columns that a slab has.
  var width: Int { headsPerSlab * headSize }

  /// Which of a token's components are the slab's.
  func columns(_ slab: Int) -> Range<Int> {
    slab * width..<min((slab + 1) * width, headCount * headSize)
  }
}

import ModelFiles

/// Heads whose queries, keys and values are computed together: as few as make whole q8_0 blocks of their outputs, so that
/// these are quantised head by head. Where several heads of queries share one of keys and values, they stay together.
struct HeadSlabs: Sendable {
  /// Components of one head.
  let headSize: Int
  /// Heads of queries that share one of keys and values.
  let queriesPerKey: Int
  private let keyHeads: Int
  private let keyHeadsPerSlab: Int

  init(_ model: TransformerDescription) {
    keyHeads = model.keyValueHeadCount
    headSize = model.headSize
    queriesPerKey = model.headCount / keyHeads
    let size = headSize
    keyHeadsPerSlab = (1..<max(2, keyHeads)).first { $0 * size % q8BlockLength == 0 } ?? keyHeads
  }

  var count: Int { (keyHeads + keyHeadsPerSlab - 1) / keyHeadsPerSlab }

  /// The most columns that a slab has of each part: queries, or keys or values.
  func width(_ part: AttentionPart) -> Int {
    keyHeadsPerSlab * headSize * (part == .query ? queriesPerKey : 1)
  }

  /// The most columns that a slab has of all parts.
  var outputWidth: Int { AttentionPart.allCases.reduce(0) { $0 + width($1) } }

  /// Which columns of all queries, keys or values are the slab's; those of its queries are its share of attention's output.
  func columns(_ slab: Int, of part: AttentionPart = .query) -> Range<Int> {
    let heads = part == .query ? queriesPerKey : 1
    return slab * width(part)..<min((slab + 1) * width(part), keyHeads * heads * headSize)
  }

  /// Heads of queries in front of the slab's.
  func firstHead(_ slab: Int) -> Int { slab * keyHeadsPerSlab * queriesPerKey }

  /// Where the slab's outputs stand in those of the layer that computes all slabs' parts, slab by slab.
  func outputs(_ slab: Int) -> Range<Int> {
    let start = slab * outputWidth
    return start..<start + AttentionPart.allCases.reduce(0) { $0 + columns(slab, of: $1).count }
  }
}

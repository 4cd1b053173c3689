/// A token that a model found, and the bytes of the word's text that it stands for.
struct Piece: Sendable {
  let id: Int32
  let start, end: Int
}

/// Memory that models use again from word to word.
struct ModelScratch: Sendable {
  var hashes: [UInt32] = []
  var symbols = SymbolList()
  var path = UnigramPath()
  private var cache = WordCache()

  /// Appends what `body` appends for a word, where it is not known from an earlier time.
  @inline(__always)
  mutating func once(
    _ word: Range<Int>, of bytes: [UInt8], to pieces: inout [Piece],
    _ body: (inout ModelScratch, inout [Piece]) -> Void
  ) {
    guard word.count <= WordCache.longestWord else { return body(&self, &pieces) }
    guard let hash = cache.append(word, of: bytes, to: &pieces) else { return }
    let first = pieces.count
    body(&self, &pieces)
    cache.store(word, of: bytes, hash: hash, pieces[first...])
  }
}

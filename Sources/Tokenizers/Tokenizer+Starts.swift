extension Tokenizer {
  /// Where each token of a text starts, in bytes of its UTF-8, in ascending order; without special tokens around it.
  /// Cutting the text at white space cuts this list in about the same places, so that one call counts the tokens of all
  /// parts.
  public func tokenStarts(_ text: String) -> [Int] {
    let tokens = tokenize(text, offsets: true)
    let bytes = Array(text.utf8)
    var scalarStarts: [Int] = []
    scalarStarts.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() where !UTF8Bytes.isContinuation(byte) { scalarStarts.append(index) }
    // Normalising may reorder marks, and never moves them across a white space.
    var last = 0
    return tokens.offsets.map { offsets in
      let index = Int(offsets.lowerBound)
      last = max(last, index < scalarStarts.count ? scalarStarts[index] : bytes.count)
      return last
    }
  }
}

/// One text as tokens, before special tokens are put around it and before it is cut.
struct TokenizedText: Sendable {
  var ids: [Int32] = []
  /// Where each token comes from, in scalars of the text; empty where that is not wanted, as the others here.
  var offsets: [Range<Int32>] = []
  /// Words and added tokens, counted from 0.
  var words: [Int32] = []
  /// The text of a token whose name is not that of its id.
  var texts: [String?] = []
}

extension Tokenizer {
  /// Cuts a text into tokens.
  /// - Parameter offsets: whether tokens will be traced back to the text, or read.
  func tokenize(_ text: String, offsets: Bool) -> TokenizedText {
    let source = SourceText(text, offsets: offsets || preTokenizer.looksAtPlace)
    return scratch.withScratch(bytes: source.bytes.count) { tokenize(source, offsets, &$0) }
  }

  private func tokenize(_ source: SourceText, _ offsets: Bool, _ scratch: inout Scratch) -> TokenizedText {
    var output = TokenizedText()
    output.ids.reserveCapacity(source.bytes.count / 4 + 4)
    for split in added.verbatim.split(source.bytes, 0..<source.bytes.count) {
      scratch.normalized.clear()
      if let id = split.id {
        scratch.normalized.bytes += source.bytes[split.range]
        if offsets { scratch.normalized.origins += source.scalarIndices[split.range] }
        appendAdded(id, split.range.isEmpty ? 0..<0 : 0..<split.range.count, offsets, &scratch, to: &output)
      } else {
        normalizer.append(source, split.range, to: &scratch.normalized)
        appendNormalized(offsets, &scratch, to: &output)
      }
    }
    return output
  }

  private func appendAdded(
    _ id: Int32, _ range: Range<Int>, _ offsets: Bool, _ scratch: inout Scratch, to output: inout TokenizedText
  ) {
    guard !range.isEmpty else { return }
    output.ids.append(id)
    if offsets {
      output.offsets.append(scratch.normalized.offsets(range))
      output.words.append(scratch.word)
      // It may have taken white space, or, looked for in normalised text, have another spelling.
      output.texts.append(String(decoding: scratch.normalized.bytes[range], as: UTF8.self))
    }
    scratch.word &+= 1
  }

  /// Tokenizes the normalised text: the added tokens that are looked for there, then words.
  private func appendNormalized(_ offsets: Bool, _ scratch: inout Scratch, to output: inout TokenizedText) {
    let whole = 0..<scratch.normalized.bytes.count
    if added.normalized.isEmpty { return appendWords(whole, offsets, &scratch, to: &output) }
    for split in added.normalized.split(scratch.normalized.bytes, whole) {
      if let id = split.id {
        appendAdded(id, split.range, offsets, &scratch, to: &output)
      } else {
        appendWords(split.range, offsets, &scratch, to: &output)
      }
    }
  }

  private func appendWords(
    _ range: Range<Int>, _ offsets: Bool, _ scratch: inout Scratch, to output: inout TokenizedText
  ) {
    if preTokenizer.isBert {
      var start = range.lowerBound
      while let word = preTokenizer.nextBertWord(in: scratch.normalized.bytes, from: start, to: range.upperBound) {
        model.append(word, of: scratch.normalized.bytes, vocabulary, &scratch.model, to: &scratch.pieces)
        append(&scratch.pieces, of: scratch.normalized, offsets, word: &scratch.word, to: &output)
        start = word.upperBound
      }
      return
    }
    if preTokenizer.isEmpty {
      guard !range.isEmpty else { return }
      model.append(range, of: scratch.normalized.bytes, vocabulary, &scratch.model, to: &scratch.pieces)
      return append(&scratch.pieces, of: scratch.normalized, offsets, word: &scratch.word, to: &output)
    }
    var text = NormalizedText()
    text.append(scratch.normalized, range)
    scratch.words.start(text)
    preTokenizer.cut(&scratch.words)
    for word in scratch.words.words {
      model.append(word, of: scratch.words.text.bytes, vocabulary, &scratch.model, to: &scratch.pieces)
      append(&scratch.pieces, of: scratch.words.text, offsets, word: &scratch.word, to: &output)
    }
  }

  @inline(__always)
  private func append(
    _ pieces: inout [Piece], of text: NormalizedText, _ offsets: Bool, word: inout Int32, to output: inout TokenizedText
  ) {
    for piece in pieces {
      output.ids.append(piece.id)
      guard offsets else { continue }
      output.offsets.append(text.offsets(piece.start..<piece.end))
      output.words.append(word)
      output.texts.append(
        model.namesByText(piece) ? String(decoding: text.bytes[piece.start..<piece.end], as: UTF8.self) : nil)
    }
    pieces.removeAll(keepingCapacity: true)
    word &+= 1
  }
}

extension NormalizedText {
  /// Where a part comes from, in scalars of the original text.
  fileprivate func offsets(_ range: Range<Int>) -> Range<Int32> {
    let (first, last) = (origins[range.lowerBound], origins[range.upperBound - 1])
    return max(first, 0)..<max(last + 1, max(first, 0))
  }
}

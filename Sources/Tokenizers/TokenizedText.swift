/// One text as vocabulary pieces, before special tokens are put around it and before it is cut.
struct TokenizedText: Sendable {
  /// A vocabulary entry or an added token, and the bytes of `normalized` it stands for.
  struct Piece: Sendable {
    let id: Int32
    let start, end: Int
    /// Words and added tokens, counted from 0.
    let word: Int32
    let isAdded: Bool
  }

  var normalized = NormalizedText()
  var pieces: [Piece] = []
  private(set) var wordCount: Int32 = 0

  /// The number of the word that starts now.
  mutating func nextWord() -> Int32 {
    defer { wordCount &+= 1 }
    return wordCount
  }

  /// Where a piece comes from, in scalars of the original text.
  func offsets(of piece: Piece) -> Range<Int> {
    Int(normalized.origins[piece.start])..<Int(normalized.origins[piece.end - 1]) + 1
  }

  /// The bytes of a piece.
  func text(of piece: Piece) -> String {
    String(decoding: normalized.bytes[piece.start..<piece.end], as: UTF8.self)
  }
}

extension WordPieceTokenizer {
  /// Cuts a text into pieces.
  /// - Parameter offsets: whether pieces will be traced back to the text, or read.
  func tokenize(_ text: String, offsets: Bool) -> TokenizedText {
    let source = SourceText(text, offsets: offsets)
    var output = TokenizedText()
    output.pieces.reserveCapacity(source.bytes.count / 4 + 4)
    var hashes: [UInt32] = []
    for split in verbatimTokens.split(source.bytes, 0..<source.bytes.count) {
      let start = output.normalized.bytes.count
      if let id = split.id {
        output.normalized.bytes += source.bytes[split.range]
        if offsets { output.normalized.origins += source.scalarIndices[split.range] }
        appendAdded(id, start..<output.normalized.bytes.count, to: &output)
      } else {
        normalizer.append(source, split.range, to: &output.normalized)
        appendNormalized(start..<output.normalized.bytes.count, &hashes, to: &output)
      }
    }
    return output
  }

  private func appendAdded(_ id: Int32, _ range: Range<Int>, to output: inout TokenizedText) {
    guard !range.isEmpty else { return }
    output.pieces.append(
      .init(id: id, start: range.lowerBound, end: range.upperBound, word: output.nextWord(), isAdded: true))
  }

  /// Tokenizes normalised bytes of `output`: the added tokens that are looked for there, then words.
  private func appendNormalized(_ range: Range<Int>, _ hashes: inout [UInt32], to output: inout TokenizedText) {
    if normalizedTokens.isEmpty { return appendWords(range, &hashes, to: &output) }
    for split in normalizedTokens.split(output.normalized.bytes, range) {
      if let id = split.id {
        appendAdded(id, split.range, to: &output)
      } else {
        appendWords(split.range, &hashes, to: &output)
      }
    }
  }

  private func appendWords(_ range: Range<Int>, _ hashes: inout [UInt32], to output: inout TokenizedText) {
    var start = range.lowerBound
    while let word = splitter.nextWord(in: output.normalized.bytes, from: start, to: range.upperBound) {
      appendPieces(ofWord: word, &hashes, to: &output)
      start = word.upperBound
    }
  }

  /// WordPiece: the longest entry that the rest of the word starts with, again and again; one unknown token where
  /// there is none, or where the word is too long.
  private func appendPieces(ofWord word: Range<Int>, _ hashes: inout [UInt32], to output: inout TokenizedText) {
    let index = output.nextWord()
    let firstPiece = output.pieces.count
    let isTooLong = isTooLong(word, output.normalized.bytes)
    var start = word.lowerBound
    while !isTooLong, start < word.upperBound,
      let (id, end) = vocabulary.longestPrefix(
        of: output.normalized.bytes, start..<word.upperBound, inside: start > word.lowerBound, hashes: &hashes)
    {
      output.pieces.append(.init(id: id, start: start, end: end, word: index, isAdded: false))
      start = end
    }
    guard start < word.upperBound else { return }
    output.pieces.removeLast(output.pieces.count - firstPiece)
    output.pieces.append(
      .init(id: unknownID, start: word.lowerBound, end: word.upperBound, word: index, isAdded: false))
  }

  @inline(__always)
  private func isTooLong(_ word: Range<Int>, _ bytes: [UInt8]) -> Bool {
    guard word.count > options.maxWordLength else { return false }
    let scalars = bytes[word].reduce(0) { $0 + (UTF8Bytes.isContinuation($1) ? 0 : 1) }
    return scalars > options.maxWordLength
  }
}

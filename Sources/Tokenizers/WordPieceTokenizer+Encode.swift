extension WordPieceTokenizer {
  /// A text, or a pair of texts, as the model reads it: `[CLS] text [SEP]` or `[CLS] text [SEP] pair [SEP]`.
  /// - Parameters:
  ///   - addSpecialTokens: whether `[CLS]` and `[SEP]` are put around the texts.
  ///   - maxLength: the largest number of tokens, with the special ones. A longer text loses its last tokens; of a pair
  ///     the longer text loses them until both are equally long.
  /// - Throws: where `maxLength` has no room for the special tokens, or a text has 2^31 bytes or more.
  public func encode(
    _ text: String, pair: String? = nil, addSpecialTokens: Bool = true, maxLength: Int? = nil
  ) throws(TokenizerError) -> Encoding {
    let specials = !addSpecialTokens ? 0 : pair == nil ? specialTokenCount.single : specialTokenCount.pair
    if let maxLength, maxLength < specials { throw .maxLengthTooSmall(maxLength, minimum: specials) }
    for text in [text, pair ?? ""] where text.utf8.count > Int(Int32.max) {
      throw .textTooLong(bytes: text.utf8.count)
    }
    let first = tokenize(text, offsets: true)
    let second = pair.map { tokenize($0, offsets: true) }
    let limit = maxLength.map { $0 - specials }
    let kept = Truncation.longestFirst(first.pieces.count, second?.pieces.count, limit: limit)

    var encoding = Encoding()
    encoding.total = first.pieces.count + (second?.pieces.count ?? 0) + specials
    if addSpecialTokens { append(special: classificationID, typeID: 0, to: &encoding) }
    append(first, kept.first, sequence: 0, to: &encoding)
    if addSpecialTokens { append(special: separatorID, typeID: 0, to: &encoding) }
    if let second {
      append(second, kept.second, sequence: 1, to: &encoding)
      if addSpecialTokens { append(special: separatorID, typeID: 1, to: &encoding) }
    }
    encoding.truncated = encoding.ids.count < encoding.total
    return encoding
  }

  /// The ids that `encode(_:maxLength:)` gives, without offsets and strings: several times faster.
  /// - Parameter maxLength: as there; less than 2, the number of special tokens, counts as 2.
  public func ids(_ text: String, maxLength: Int?) -> TokenIDs {
    let pieces = tokenize(text, offsets: false).pieces
    let kept = Truncation.longestFirst(pieces.count, nil, limit: maxLength.map { max($0, 2) - 2 }).first
    var ids: [Int32] = []
    ids.reserveCapacity(kept + 2)
    ids.append(classificationID)
    for piece in pieces.prefix(kept) { ids.append(piece.id) }
    ids.append(separatorID)
    return TokenIDs(ids: ids, total: pieces.count + 2)
  }

  private func append(special id: Int32, typeID: Int32, to encoding: inout Encoding) {
    encoding.ids.append(id)
    encoding.typeIDs.append(typeID)
    encoding.tokens.append(token(id) ?? options.unknown)
    encoding.offsets.append(0..<0)
    encoding.wordIDs.append(nil)
    encoding.attentionMask.append(1)
    encoding.specialTokensMask.append(1)
    encoding.sequenceIDs.append(nil)
  }

  private func append(_ text: TokenizedText, _ count: Int, sequence: Int, to encoding: inout Encoding) {
    for piece in text.pieces.prefix(count) {
      encoding.ids.append(piece.id)
      encoding.typeIDs.append(Int32(sequence))
      // An added token may have taken white space, or, looked for in normalised text, another spelling.
      encoding.tokens.append(piece.isAdded ? text.text(of: piece) : token(piece.id) ?? options.unknown)
      encoding.offsets.append(text.offsets(of: piece))
      encoding.wordIDs.append(Int(piece.word))
      encoding.attentionMask.append(1)
      encoding.specialTokensMask.append(0)
      encoding.sequenceIDs.append(sequence)
    }
  }
}

/// How many tokens of one or two texts are kept.
enum Truncation {
  /// The strategy `longest_first`, cut on the right.
  /// - Parameters:
  ///   - first: tokens of the text.
  ///   - second: tokens of the second text; `nil` if there is none.
  ///   - limit: tokens for both, at least 0; `nil` keeps everything.
  static func longestFirst(_ first: Int, _ second: Int?, limit: Int?) -> (first: Int, second: Int) {
    guard let limit, first + (second ?? 0) > limit else { return (first, second ?? 0) }
    guard let second else { return (limit, 0) }
    // Both are cut to one half, the longer one taking the odd token; or only the longer one, where the shorter one fits
    // into its half.
    let shorter = min(first, second)
    let half = min(shorter, limit / 2)
    let rest = limit - half
    return first > second ? (rest, half) : (half, rest)
  }
}

extension Tokenizer {
  /// A text, or a pair of texts, as the model reads it, as with BERT `[CLS] text [SEP]` or `[CLS] text [SEP] pair [SEP]`.
  /// - Parameters:
  ///   - addSpecialTokens: whether the template's special tokens are put around the texts.
  ///   - maxLength: the largest number of tokens, with the special ones. A longer text loses tokens at the definition's side; of
  ///     a pair the longer text loses them until both are equally long.
  /// - Throws: where `maxLength` has no room for the special tokens, or a text has 2^31 bytes or more.
  public func encode(
    _ text: String, pair: String? = nil, addSpecialTokens: Bool = true, maxLength: Int? = nil
  ) throws(TokenizerError) -> Encoding {
    let count = pair == nil ? specialTokenCount.single : specialTokenCount.pair
    let specials = addSpecialTokens ? count : 0
    if let maxLength, maxLength < specials { throw .maxLengthTooSmall(maxLength, minimum: specials) }
    for text in [text, pair ?? ""] where text.utf8.count > Int(Int32.max) {
      throw .textTooLong(bytes: text.utf8.count)
    }
    let first = tokenize(text, offsets: true)
    let second = pair.map { tokenize($0, offsets: true) }
    let limit = maxLength.map { $0 - specials }
    let kept = Truncation.longestFirst(first.ids.count, second?.ids.count, limit: limit)

    var encoding = Encoding()
    encoding.total = first.ids.count + (second?.ids.count ?? 0) + specials
    for piece in pair == nil ? template.single : template.pair {
      switch piece {
      case .special(let token, let typeID):
        if addSpecialTokens { encoding.append(special: token, typeID: typeID) }
      case .first(let typeID):
        append(first, truncationSide.kept(kept.first, of: first.ids.count), sequence: 0, typeID, to: &encoding)
      case .second(let typeID):
        guard let second else { continue }
        append(second, truncationSide.kept(kept.second, of: second.ids.count), sequence: 1, typeID, to: &encoding)
      }
    }
    encoding.truncated = encoding.ids.count < encoding.total
    return encoding
  }

  /// The ids that `encode(_:maxLength:)` gives, without offsets and strings: several times faster.
  /// - Parameter maxLength: as there; less than the number of special tokens counts as that.
  public func ids(_ text: String, maxLength: Int?) -> TokenIDs {
    let tokens = tokenize(text, offsets: false).ids
    let (before, after) = template.frame
    let specials = before.count + after.count
    let limit = maxLength.map { max($0, specials) - specials }
    let kept = Truncation.longestFirst(tokens.count, nil, limit: limit).first
    if specials == 0, kept == tokens.count { return TokenIDs(ids: tokens, total: kept) }
    var ids: [Int32] = []
    ids.reserveCapacity(kept + specials)
    ids += before
    ids += tokens[truncationSide.kept(kept, of: tokens.count)]
    ids += after
    return TokenIDs(ids: ids, total: tokens.count + specials)
  }

  /// A text's own ids, without special tokens.
  public func plainIDs(_ text: String) -> [Int32] {
    tokenize(text, offsets: false).ids
  }

  /// The ids and types that `encode(_:pair:maxLength:)` gives of a pair, without offsets and strings.
  /// - Parameters:
  ///   - first: the first text's `plainIDs`, which many pairs may share.
  ///   - maxLength: as there.
  /// - Throws: where `maxLength` has no room for the special tokens.
  public func pairIDs(_ first: [Int32], _ second: String, maxLength: Int) throws(TokenizerError) -> PairIDs {
    let specials = specialTokenCount.pair
    guard maxLength >= specials else { throw .maxLengthTooSmall(maxLength, minimum: specials) }
    let second = plainIDs(second)
    let kept = Truncation.longestFirst(first.count, second.count, limit: maxLength - specials)
    var pair = PairIDs(total: first.count + second.count + specials)
    func append(_ ids: ArraySlice<Int32>, _ typeID: Int32) {
      pair.ids += ids
      pair.typeIDs += repeatElement(typeID, count: ids.count)
    }
    for piece in template.pair {
      switch piece {
      case .special(let token, let typeID): append([token.id], typeID)
      case .first(let typeID): append(first[truncationSide.kept(kept.first, of: first.count)], typeID)
      case .second(let typeID): append(second[truncationSide.kept(kept.second, of: second.count)], typeID)
      }
    }
    return pair
  }

  private func append(
    _ text: TokenizedText, _ kept: Range<Int>, sequence: Int, _ typeID: Int32, to encoding: inout Encoding
  ) {
    for index in kept {
      let id = text.ids[index]
      let name = text.texts[index] ?? token(id) ?? ""
      var offsets = Int(text.offsets[index].lowerBound)..<Int(text.offsets[index].upperBound)
      if template.trimsOffsets {
        offsets = OffsetTrimming.trimmed(
          offsets, of: name, isFirst: index == kept.lowerBound || offsets.lowerBound == 0,
          addsPrefixSpace: template.addsPrefixSpace)
      }
      encoding.ids.append(id)
      encoding.typeIDs.append(typeID)
      encoding.tokens.append(name)
      encoding.offsets.append(offsets)
      encoding.wordIDs.append(Int(text.words[index]))
      encoding.attentionMask.append(1)
      encoding.specialTokensMask.append(0)
      encoding.sequenceIDs.append(sequence)
    }
  }
}

extension Encoding {
  fileprivate mutating func append(special token: Template.Token, typeID: Int32) {
    ids.append(token.id)
    typeIDs.append(typeID)
    tokens.append(token.text)
    offsets.append(0..<0)
    wordIDs.append(nil)
    attentionMask.append(1)
    specialTokensMask.append(1)
    sequenceIDs.append(nil)
  }
}

/// Takes the white space at the ends of a token out of its offsets.
enum OffsetTrimming {
  /// - Parameters:
  ///   - name: the token, where `Ġ` is a space.
  ///   - isFirst: where `addsPrefixSpace`, one space before this token is not in the text.
  static func trimmed(_ offsets: Range<Int>, of name: String, isFirst: Bool, addsPrefixSpace: Bool) -> Range<Int> {
    var leading = name.unicodeScalars.prefix(while: isSpace).count
    let trailing = name.unicodeScalars.reversed().prefix(while: isSpace).count
    if isFirst, addsPrefixSpace, leading == 1 { leading = 0 }
    let start = min(offsets.lowerBound + leading, offsets.upperBound)
    guard trailing > 0, offsets.upperBound >= trailing else { return start..<offsets.upperBound }
    return start..<max(offsets.upperBound - trailing, start)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{120}" || UnicodeProperties.flags(of: scalar.value) & UnicodeProperties.Flag.whiteSpace != 0
  }
}

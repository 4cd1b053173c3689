import AkinProtocol
import Tokenizers

extension TokenEncoding {
  /// An encoding with its offsets in the client's unit.
  /// - Parameters:
  ///   - text: what was encoded.
  ///   - pair: its second text.
  init(_ encoding: Encoding, text: String, pair: String? = nil, positions kind: PositionEncodingKind) {
    self.init(
      ids: encoding.ids, tokens: encoding.tokens, typeIDs: encoding.typeIDs, attentionMask: encoding.attentionMask,
      specialTokensMask: encoding.specialTokensMask,
      offsets: Self.convert(encoding, text: text, pair: pair, to: PositionEncoding(kind)), wordIDs: encoding.wordIDs,
      total: encoding.total, truncated: encoding.truncated)
  }

  private static func convert(
    _ encoding: Encoding, text: String, pair: String?, to unit: PositionEncoding
  ) -> [Range<Int>] {
    guard unit != .utf32 else { return encoding.offsets }
    let first = TextPositions(text)
    let second = TextPositions(pair ?? "")
    return zip(encoding.offsets, encoding.sequenceIDs).map { range, sequence in
      guard let sequence else { return 0..<0 }
      let positions = sequence == 0 ? first : second
      return positions.convert(
        scalarOffset: range.lowerBound, to: unit)..<positions.convert(scalarOffset: range.upperBound, to: unit)
    }
  }
}

extension PositionEncoding {
  init(_ kind: PositionEncodingKind) {
    switch kind {
    case .utf8: self = .utf8
    case .utf16: self = .utf16
    case .utf32: self = .utf32
    }
  }
}

extension WordPieceTokenizer {
  /// Text of ids: pieces joined to words, words by spaces, and the gaps closed before punctuation and English
  /// contractions, as the WordPiece decoder of tokenizers does with its cleanup. Upper case, accents and unusual white
  /// space do not come back.
  /// - Parameter skipSpecialTokens: whether special tokens are left out.
  /// - Throws: where an id names no token.
  public func decode(_ ids: [Int32], skipSpecialTokens: Bool = true) throws(TokenizerError) -> String {
    let prefix = Array(options.continuingPrefix.utf8)
    var output: [UInt8] = []
    var isFirst = true
    for (index, id) in ids.enumerated() {
      guard let token = token(id) else {
        throw .unknownID(id, index: index, vocabularySize: vocabularySize)
      }
      if skipSpecialTokens && specialIDs.contains(id) { continue }
      var bytes = Array(token.utf8)
      if !isFirst {
        if bytes.starts(with: prefix) {
          bytes.removeFirst(prefix.count)
        } else {
          bytes.insert(UInt8(ascii: " "), at: 0)
        }
      }
      isFirst = false
      output += Self.cleanUp(bytes)
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// What the decoder's cleanup replaces inside each token and the space before it, in this order.
  private static let replacements: [(from: [UInt8], to: [UInt8])] = [
    (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
    (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
  ].map { (Array($0.0.utf8), Array($0.1.utf8)) }

  private static func cleanUp(_ bytes: [UInt8]) -> [UInt8] {
    replacements.reduce(bytes) { replacing($1.from, by: $1.to, in: $0) }
  }

  private static func replacing(_ from: [UInt8], by to: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= from.count else { return bytes }
    var output: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == from[0], bytes[index...].starts(with: from) {
        output += to
        index += from.count
      } else {
        output.append(bytes[index])
        index += 1
      }
    }
    return output
  }
}

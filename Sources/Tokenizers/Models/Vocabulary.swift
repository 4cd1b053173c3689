/// The tokens of a model by id and by their bytes.
struct Vocabulary: Sendable {
  /// The tokens; where a model sees bytes, what they spell, and nothing for those that spell no bytes.
  let tokens: TokenList
  let table: TokenTable
  private let isByteLevel: Bool
  /// Tokens that spell no bytes.
  private let others: [Int32: String]

  /// - Parameters:
  ///   - isByteLevel: tokens are spelled in the characters of `ByteAlphabet`.
  ///   - allowsRepeats: the last of the same tokens has the id, as in a Unigram model's list; else it is an error.
  init(_ list: TokenList, isByteLevel: Bool = false, allowsRepeats: Bool = false) throws(TokenizerError) {
    guard !list.isEmpty else { throw .emptyVocabulary }
    var tokens = list
    var others: [Int32: String] = [:]
    if isByteLevel { (tokens, others) = ByteAlphabet.words(list) }
    var table = TokenTable(capacity: tokens.count)
    // An id without a token is an empty one, which no text is.
    for id in 0..<Int32(tokens.count)
    where (others.isEmpty || others[id] == nil) && !tokens.range(Int(id)).isEmpty {
      guard let first = table.insert(id, tokens, replaces: allowsRepeats), !allowsRepeats else { continue }
      throw .duplicateToken(list[Int(id)], first: Int(first), second: Int(id))
    }
    self.tokens = tokens
    self.table = table
    self.isByteLevel = isByteLevel
    self.others = others
  }

  /// The number of tokens.
  var count: Int { tokens.count }

  /// The token of an id; nil where there is none.
  func token(_ id: Int32) -> String? {
    guard id >= 0, Int(id) < tokens.count else { return nil }
    guard isByteLevel else { return tokens[Int(id)] }
    return others[id] ?? ByteAlphabet.spelled(tokens.bytes[tokens.range(Int(id))])
  }

  /// The id of a token, by its bytes.
  func id(_ token: String) -> Int32? {
    let bytes = isByteLevel ? ByteAlphabet.decoded(token.utf8) : Array(token.utf8)
    guard let bytes else { return others.first { $0.value.utf8.elementsEqual(token.utf8) }?.key }
    return id(bytes, 0..<bytes.count)
  }

  /// The id of the token that `bytes[range]` spells.
  @inline(__always)
  func id(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? { table.find(bytes, range, tokens) }

  /// The ids of `<0x00>` to `<0xFF>`; -1 for those that are no tokens.
  func byteTokens() -> [Int32] {
    (0...255).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return id("<0x" + (byte < 16 ? "0" : "") + digits + ">") ?? -1
    }
  }
}

/// BERT's tokenizer: normalising, splitting at white space and punctuation, and WordPiece (Wu et al. 2016), with the
/// ids, offsets and words of Hugging Face's BertTokenizerFast (tokenizers 0.22).
///
///     let tokenizer = try WordPieceTokenizer(vocabulary: lines, options: .init(), addedTokens: [])
///     let encoding = try tokenizer.encode("Hello, world")   // [CLS] hello , world [SEP]
///     try tokenizer.decode(encoding.ids)                    // "hello, world"
///
/// A value without mutable state: any number of threads may use one.
public struct WordPieceTokenizer: Sendable {
  let options: WordPieceOptions
  let vocabulary: Vocabulary
  let normalizer: Normalizer
  let splitter = WordSplitter()
  /// Added tokens that are looked for in the text as it came.
  let verbatimTokens: AddedTokenMatcher
  /// Added tokens that are looked for in the normalised text.
  let normalizedTokens: AddedTokenMatcher
  let unknownID, classificationID, separatorID: Int32
  let specialIDs: Set<Int32>
  /// Added tokens behind the vocabulary.
  private let extraTokens: [Int32: String]
  private let extraIDs: [[UInt8]: Int32]

  /// One more than the largest id.
  public let vocabularySize: Int

  /// The number of special tokens around one text and around a pair.
  public var specialTokenCount: (single: Int, pair: Int) { (2, 3) }

  /// - Parameters:
  ///   - vocabulary: the tokens; index = id.
  ///   - options: what the model was trained with.
  ///   - addedTokens: tokens that are found in the text as they are written; if empty, those of the five special
  ///     tokens of `options` that the vocabulary has.
  /// - Throws: for an empty vocabulary, an entry that comes twice, a missing unknown, classification or separator token,
  ///   and an added token that is empty or whose id belongs to another token.
  public init(
    vocabulary: [String], options: WordPieceOptions, addedTokens: [AddedToken]
  ) throws(TokenizerError) {
    let bytes = vocabulary.flatMap(\.utf8)
    let starts = vocabulary.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.utf8.count) }
    try self.init(tokenBytes: bytes, tokenStarts: starts, options: options, addedTokens: addedTokens)
  }

  /// The same of a vocabulary that lies end to end, as files hold it: a millisecond for BERT's 30,522 tokens.
  /// - Parameters:
  ///   - tokenBytes: the tokens, each valid UTF-8.
  ///   - tokenStarts: where each token starts in `tokenBytes`, and behind them where the last one ends: ascending.
  ///   - options: what the model was trained with.
  ///   - addedTokens: as above.
  /// - Throws: as above.
  public init(
    tokenBytes: [UInt8], tokenStarts: [Int], options: WordPieceOptions, addedTokens: [AddedToken]
  ) throws(TokenizerError) {
    let entries = try Vocabulary(
      bytes: tokenBytes, starts: tokenStarts, continuingPrefix: options.continuingPrefix)
    let normalizer = Normalizer(options)
    var extraTokens: [Int32: String] = [:]
    var extraIDs: [[UInt8]: Int32] = [:]
    for token in addedTokens {
      try Self.check(token, entries, extraTokens, extraIDs)
      guard Int(token.id) >= entries.count else { continue }
      extraTokens[token.id] = token.content
      extraIDs[Array(token.content.utf8)] = token.id
    }
    func id(_ name: String, _ role: String) throws(TokenizerError) -> Int32 {
      guard let id = entries.id(name) ?? extraIDs[Array(name.utf8)] else { throw .missingToken(name, role: role) }
      return id
    }
    unknownID = try id(options.unknown, "unknown")
    classificationID = try id(options.classification, "classification")
    separatorID = try id(options.separator, "separator")

    let added = addedTokens.isEmpty ? Self.specialTokens(of: options, in: entries) : addedTokens
    verbatimTokens = AddedTokenMatcher(added.filter { !$0.normalized }.map { ($0, Array($0.content.utf8)) })
    let normalized = added.filter(\.normalized).map { ($0, Array(normalizer.normalize($0.content).utf8)) }
    if let empty = normalized.first(where: { $0.1.isEmpty }) { throw .emptyAddedToken(id: empty.0.id) }
    normalizedTokens = AddedTokenMatcher(normalized)
    specialIDs = Set(added.filter(\.special).map(\.id))
    vocabularySize = extraTokens.keys.reduce(entries.count) { max($0, Int($1) + 1) }
    self.options = options
    self.vocabulary = entries
    self.normalizer = normalizer
    self.extraTokens = extraTokens
    self.extraIDs = extraIDs
  }

  /// Holds an added token against the vocabulary and the added tokens before it.
  private static func check(
    _ token: AddedToken, _ vocabulary: Vocabulary, _ extraTokens: [Int32: String], _ extraIDs: [[UInt8]: Int32]
  ) throws(TokenizerError) {
    guard !token.content.isEmpty else { throw .emptyAddedToken(id: token.id) }
    guard token.id >= 0, token.id < Vocabulary.limit else {
      throw .conflictingAddedToken(token.content, id: token.id, found: nil)
    }
    let bytes = Array(token.content.utf8)
    if let first = vocabulary.id(token.content) ?? extraIDs[bytes], first != token.id {
      throw .duplicateToken(token.content, first: Int(first), second: Int(token.id))
    }
    if let owner = vocabulary.token(token.id) ?? extraTokens[token.id], !owner.utf8.elementsEqual(bytes) {
      throw .conflictingAddedToken(token.content, id: token.id, found: owner)
    }
  }

  private static func specialTokens(of options: WordPieceOptions, in vocabulary: Vocabulary) -> [AddedToken] {
    [options.padding, options.unknown, options.classification, options.separator, options.mask].compactMap { name in
      guard !name.isEmpty else { return nil }
      return vocabulary.id(name).map { AddedToken(content: name, id: $0) }
    }
  }

  /// The name of a token; `nil` if no token has the id.
  public func token(_ id: Int32) -> String? {
    vocabulary.token(id) ?? extraTokens[id]
  }

  /// The id of a token, compared by its bytes: no normalising, and no canonical equivalence.
  public func id(_ token: String) -> Int32? {
    vocabulary.id(token) ?? extraIDs[Array(token.utf8)]
  }
}

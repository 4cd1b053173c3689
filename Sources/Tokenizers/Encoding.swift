/// A text, or a pair of texts, as tokens. Every array has one element a token.
public struct Encoding: Sendable, Equatable {
  /// The rows of the embedding table.
  public var ids: [Int32] = []
  /// 0 in the first text and its special tokens, 1 in the second.
  public var typeIDs: [Int32] = []
  /// The vocabulary's entry, or, for an added token, the text it matched.
  public var tokens: [String] = []
  /// Where the token comes from, in Unicode scalars of the text it belongs to; `0..<0` for `[CLS]` and `[SEP]` that were
  /// added around the texts.
  public var offsets: [Range<Int>] = []
  /// The word, counted from 0 in each text, that the token is a piece of; `nil` where a special token was added.
  public var wordIDs: [Int?] = []
  /// 1 everywhere: nothing is ever padded.
  public var attentionMask: [Int32] = []
  /// 1 where a special token was added, 0 in the texts, even where a text names a special token.
  public var specialTokensMask: [Int32] = []
  /// 0 for the first text, 1 for the second, `nil` where a special token was added.
  public var sequenceIDs: [Int?] = []
  /// The number of tokens before truncation, with the special ones.
  public var total = 0
  /// Whether tokens were cut off.
  public var truncated = false

  /// An encoding without tokens.
  public init() {}
}

/// What a cross-encoder needs of a pair of texts.
public struct PairIDs: Sendable, Equatable {
  /// The rows of the embedding table, with the special tokens.
  public var ids: [Int32] = []
  /// The token type of each.
  public var typeIDs: [Int32] = []
  /// The number of tokens before truncation, with the special ones.
  public var total: Int
  /// Whether tokens were cut off.
  public var truncated: Bool { total > ids.count }

  /// A pair without tokens yet.
  /// - Parameter total: the number of tokens before truncation.
  public init(total: Int) {
    self.total = total
  }
}

/// What an embedding needs of a text.
public struct TokenIDs: Sendable, Equatable {
  /// The rows of the embedding table, with `[CLS]` and `[SEP]`.
  public var ids: [Int32]
  /// The number of tokens before truncation, with the special ones.
  public var total: Int
  /// Whether tokens were cut off.
  public var truncated: Bool { total > ids.count }

  /// - Parameters:
  ///   - ids: what is left after truncation.
  ///   - total: the number of tokens before it.
  public init(ids: [Int32], total: Int) {
    self.ids = ids
    self.total = total
  }
}

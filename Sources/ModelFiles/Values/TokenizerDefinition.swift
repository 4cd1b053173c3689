/// A token that is recognised in the text before WordPiece runs (the fields of tokenizer.json's `added_tokens`).
public struct AddedTokenDefinition: Sendable, Equatable {
  /// The text that is looked for.
  public var content: String
  /// Its id.
  public var id: Int32
  /// Left out when decoding skips special tokens.
  public var special: Bool
  /// Matches only between word boundaries.
  public var singleWord: Bool
  /// Swallows white space on its left.
  public var leftStrip: Bool
  /// Swallows white space on its right.
  public var rightStrip: Bool
  /// Looked for in the normalised text instead of the original.
  public var normalized: Bool

  /// Stores the fields; the defaults are those of BERT's own special tokens.
  public init(
    content: String, id: Int32, special: Bool = true, singleWord: Bool = false, leftStrip: Bool = false,
    rightStrip: Bool = false, normalized: Bool = false
  ) {
    self.content = content
    self.id = id
    self.special = special
    self.singleWord = singleWord
    self.leftStrip = leftStrip
    self.rightStrip = rightStrip
    self.normalized = normalized
  }
}

/// A WordPiece tokenizer as a model's files define it. The five named tokens are in the vocabulary: readers check it.
public struct TokenizerDefinition: Sendable, Equatable {
  /// The tokens; the index is the id.
  public var vocabulary: TokenList
  /// Lower-cases the text.
  public var lowercase = true
  /// Removes accents; nil means as `lowercase` (BertNormalizer's `strip_accents`).
  public var stripAccents: Bool?
  /// Removes control characters and makes all white space a blank.
  public var cleanText = true
  /// Makes every CJK ideograph a word.
  public var splitCJK = true
  /// What a token that continues a word begins with.
  public var continuingPrefix = "##"
  /// Longer words, in code points, become `unknown`.
  public var maxWordLength = 100
  /// The token for what the vocabulary cannot spell.
  public var unknown = "[UNK]"
  /// The first token of every sequence.
  public var classification = "[CLS]"
  /// The token after every text.
  public var separator = "[SEP]"
  /// The padding token.
  public var padding = "[PAD]"
  /// The mask token.
  public var mask = "[MASK]"
  /// Recognised in the text before WordPiece runs.
  public var addedTokens: [AddedTokenDefinition] = []

  /// BERT's uncased tokenizer over `vocabulary`, without added tokens.
  public init(vocabulary: TokenList) {
    self.vocabulary = vocabulary
  }
}

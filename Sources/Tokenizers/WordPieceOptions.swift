/// What a WordPiece tokenizer does to a text before it looks words up, and the names of its special tokens.
/// The defaults are those of BERT's uncased models.
public struct WordPieceOptions: Sendable, Equatable {
  /// Maps every letter to lower case.
  public var lowercase = true
  /// Removes non-spacing marks after canonical decomposition; `nil` does so exactly where `lowercase` is set.
  public var stripAccents: Bool?
  /// Removes control characters, U+0000 and U+FFFD, and makes every white space a space.
  public var cleanText = true
  /// Makes every CJK ideograph a word of its own.
  public var splitCJK = true
  /// What a vocabulary entry starts with that continues a word.
  public var continuingPrefix = "##"
  /// A longer word, in code points after normalising, is one unknown token.
  public var maxWordLength = 100
  /// Stands for a word that the vocabulary cannot spell.
  public var unknown = "[UNK]"
  /// Comes before the first text.
  public var classification = "[CLS]"
  /// Comes after every text.
  public var separator = "[SEP]"
  /// Fills short sequences elsewhere; here only a special token that a text may name.
  public var padding = "[PAD]"
  /// Hides a word in masked language modelling; here only a special token that a text may name.
  public var mask = "[MASK]"

  /// The options of BERT's uncased models.
  public init() {}

  /// - Parameters: as the properties of the same names.
  public init(
    lowercase: Bool = true, stripAccents: Bool? = nil, cleanText: Bool = true, splitCJK: Bool = true,
    continuingPrefix: String = "##", maxWordLength: Int = 100, unknown: String = "[UNK]",
    classification: String = "[CLS]", separator: String = "[SEP]", padding: String = "[PAD]",
    mask: String = "[MASK]"
  ) {
    self.lowercase = lowercase
    self.stripAccents = stripAccents
    self.cleanText = cleanText
    self.splitCJK = splitCJK
    self.continuingPrefix = continuingPrefix
    self.maxWordLength = maxWordLength
    self.unknown = unknown
    self.classification = classification
    self.separator = separator
    self.padding = padding
    self.mask = mask
  }
}

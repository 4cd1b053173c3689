/// A token that is found in the text as it is written there, before words are split: `[SEP]`, `[MASK]`, or what
/// someone added to a vocabulary later. The fields are those of `added_tokens` in a tokenizer.json.
public struct AddedToken: Sendable, Equatable {
  /// What is looked for in the text, and the token's name.
  public var content: String
  /// The token's id; it may lie behind the end of the vocabulary.
  public var id: Int32
  /// Left out by `decode(_:skipSpecialTokens:)`.
  public var special: Bool
  /// Matches only where no word character (`\w` of Unicode TR 18) touches it.
  public var singleWord: Bool
  /// Takes the white space on its left with it.
  public var leftStrip: Bool
  /// Takes the white space on its right with it.
  public var rightStrip: Bool
  /// Looked for in the normalised text, by its own normalised form; otherwise in the text as it came.
  public var normalized: Bool

  /// A token with the flags that BERT's special tokens have, unless others are given.
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

/// How a text is cut into words: the types of `pre_tokenizer` in a tokenizer.json.
public enum PreTokenizerStep: Sendable, Equatable {
  /// BertPreTokenizer: white space separates words, and every punctuation mark is one.
  case bert
  /// Whitespace: runs of word characters, and runs of what is neither a word character nor white space.
  case whitespace
  /// WhitespaceSplit: white space separates words.
  case whitespaceSplit
  /// Punctuation
  case punctuation(SplitBehavior)
  /// Digits: runs of digits, or each digit, apart from the rest.
  case digits(individually: Bool)
  /// Split
  case split(TextPattern, SplitBehavior, inverted: Bool)
  /// CharDelimiterSplit: the character separates words.
  case delimiter(Unicode.Scalar)
  /// Metaspace: spaces become `replacement`, each of which begins a word where `splits`.
  case metaspace(replacement: Unicode.Scalar, prepend: PrependScheme, splits: Bool)
  /// ByteLevel: words by GPT-2's regular expression where `usesRegex`, spelled in bytes from here on. The last step.
  case byteLevel(addsPrefixSpace: Bool, usesRegex: Bool)
}

/// What becomes of the matches that a text is cut at.
public enum SplitBehavior: String, Sendable, CaseIterable {
  /// They are dropped.
  case removed = "Removed"
  /// Each is a word.
  case isolated = "Isolated"
  /// Each ends the word before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// Each begins the word after it.
  case mergedWithNext = "MergedWithNext"
  /// Those that touch are one word.
  case contiguous = "Contiguous"
}

/// Where Metaspace puts its replacement before a text that does not begin with it.
public enum PrependScheme: String, Sendable, CaseIterable {
  /// At the beginning of the whole text.
  case first
  /// Nowhere.
  case never
  /// Also behind every added token.
  case always
}

/// What is looked for in a text.
public enum TextPattern: Sendable, Equatable {
  /// A string, by its bytes; not empty.
  case literal(String)
  /// One of the regular expressions that are known.
  case regex(RegexPattern)
}

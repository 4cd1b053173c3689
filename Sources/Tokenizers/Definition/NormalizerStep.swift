/// What is done to a text before words are looked for in it: the types of `normalizer` in a tokenizer.json.
public enum NormalizerStep: Sendable, Equatable {
  /// BertNormalizer
  case bert(BertNormalization)
  /// NFC, NFD, NFKC, NFKD
  case form(NormalizationForm)
  /// Lowercase
  case lowercase
  /// StripAccents: drops every combining mark, and decomposes nothing.
  case stripAccents
  /// Strip: drops white space at the ends.
  case strip(left: Bool, right: Bool)
  /// Replace
  case replace(TextPattern, by: String)
  /// Prepend: puts a string before a text that is not empty.
  case prepend(String)
  /// Precompiled: SentencePiece's map of characters.
  case characterMap(CharacterMap)
  /// Nmt: SentencePiece's cleaning of control characters and unusual spaces.
  case nmt
}

/// What BertNormalizer does, in this order. The defaults are those of BERT's uncased models.
public struct BertNormalization: Sendable, Equatable {
  /// Removes control characters, U+0000 and U+FFFD, and makes every white space a space.
  public var cleanText: Bool
  /// Makes every CJK ideograph a word of its own.
  public var splitCJK: Bool
  /// Removes non-spacing marks after canonical decomposition; `nil` does so exactly where `lowercase` is set.
  public var stripAccents: Bool?
  /// Maps every letter to lower case.
  public var lowercase: Bool

  /// - Parameters: as the properties of the same names.
  public init(cleanText: Bool = true, splitCJK: Bool = true, stripAccents: Bool? = nil, lowercase: Bool = true) {
    self.cleanText = cleanText
    self.splitCJK = splitCJK
    self.stripAccents = stripAccents
    self.lowercase = lowercase
  }
}

/// The normalisation forms of Unicode (UAX 15).
public enum NormalizationForm: String, Sendable, CaseIterable {
  /// Canonical composition.
  case nfc = "NFC"
  /// Canonical decomposition.
  case nfd = "NFD"
  /// Compatibility composition.
  case nfkc = "NFKC"
  /// Compatibility decomposition.
  case nfkd = "NFKD"

  var isCompatible: Bool { self == .nfkc || self == .nfkd }
  var composes: Bool { self == .nfc || self == .nfkc }
}

extension TokenizerDefinition {
  /// How many times as long a text may become by what the normaliser puts in; Unicode's own forms are not counted, whose growth has
  /// an end.
  var growth: Int {
    normalizer.reduce(1) { product, step in
      let factor =
        switch step {
        case .replace(.literal(let old), let new): (new.utf8.count + old.utf8.count - 1) / max(1, old.utf8.count)
        case .replace(.regex, let new): new.utf8.count
        case .prepend(let text): 1 + text.utf8.count
        case .characterMap(let map): map.longestText
        case .bert, .form, .lowercase, .stripAccents, .strip, .nmt: 1
        }
      let (grown, isTooLarge) = product.multipliedReportingOverflow(by: max(1, factor))
      return isTooLarge ? .max : grown
    }
  }

  /// A normaliser that may make texts longer than so many times is taken for an attack: real ones stay below 40.
  static let mostGrowth = 128
}

/// How a word becomes tokens: the types of `model` in a tokenizer.json.
public enum TokenModel: Sendable, Equatable {
  /// WordPiece: the longest token that the rest of the word begins with, again and again (Wu et al. 2016).
  case wordPiece(WordPieceModel)
  /// BPE, byte-pair encoding (Sennrich et al. 2016): characters or bytes, joined pair by pair.
  case bytePair(BytePairModel)
  /// Unigram: the likeliest tokens by their scores (Kudo 2018).
  case unigram(UnigramModel)
  /// WordLevel: whole words; any other is the token named.
  case wordLevel(unknown: String)
}

/// WordPiece. The defaults are those of BERT.
public struct WordPieceModel: Sendable, Equatable {
  /// The token for a word that the vocabulary cannot spell.
  public var unknown: String
  /// What a token starts with that continues a word.
  public var continuingPrefix: String
  /// A longer word, in code points after normalising, is one unknown token.
  public var maxWordLength: Int

  /// - Parameters: as the properties of the same names.
  public init(unknown: String = "[UNK]", continuingPrefix: String = "##", maxWordLength: Int = 100) {
    self.unknown = unknown
    self.continuingPrefix = continuingPrefix
    self.maxWordLength = maxWordLength
  }
}

/// Byte-pair encoding.
public struct BytePairModel: Sendable, Equatable {
  /// What is joined, the first of them first.
  public var merges: MergeList
  /// The token for a character that the vocabulary lacks; `nil` drops it.
  public var unknown: String?
  /// Put before each character but a word's first to look it up.
  public var continuingPrefix = ""
  /// Put behind a word's last character to look it up.
  public var wordSuffix = ""
  /// Makes one unknown token of those that touch.
  public var fusesUnknown = false
  /// Spells a character that the vocabulary lacks by the tokens `<0x00>` to `<0xFF>` of its bytes.
  public var byteFallback = false
  /// Takes a word that is a token for that token, whatever the merges make of it.
  public var ignoresMerges = false

  /// Neither prefix, suffix nor unknown token.
  public init(merges: MergeList) {
    self.merges = merges
  }
}

/// Pairs of tokens that become one, in the order of their rank.
public struct MergeList: Sendable, Equatable {
  /// The ids of the first tokens.
  public private(set) var left: [Int32] = []
  /// The ids of the second tokens.
  public private(set) var right: [Int32] = []
  /// The ids of what they become.
  public private(set) var joined: [Int32] = []

  /// No merges.
  public init() {}

  /// The number of merges.
  public var count: Int { left.count }

  /// Adds the merge of the next rank.
  public mutating func append(_ left: Int32, _ right: Int32, joined: Int32) {
    self.left.append(left)
    self.right.append(right)
    self.joined.append(joined)
  }

  /// Makes room for as many merges.
  public mutating func reserveCapacity(_ count: Int) {
    left.reserveCapacity(count)
    right.reserveCapacity(count)
    joined.reserveCapacity(count)
  }
}

/// Unigram.
public struct UnigramModel: Sendable, Equatable {
  /// The logarithm of each token's probability, by id.
  public var scores: [Double]
  /// The token for characters that the vocabulary lacks.
  public var unknownID: Int32
  /// Spells what the vocabulary lacks by the tokens `<0x00>` to `<0xFF>` of its bytes.
  public var byteFallback: Bool

  /// - Parameters: as the properties of the same names.
  public init(scores: [Double], unknownID: Int32, byteFallback: Bool = false) {
    self.scores = scores
    self.unknownID = unknownID
    self.byteFallback = byteFallback
  }
}

/// The special tokens around one text and around a pair, and what else is done to finished tokens: `post_processor` in a
/// tokenizer.json.
public struct Template: Sendable, Equatable {
  /// A special token.
  public struct Token: Sendable, Equatable {
    /// Its id.
    public var id: Int32
    /// What it is called in an answer.
    public var text: String

    /// - Parameters: as the properties of the same names.
    public init(id: Int32, text: String) {
      self.id = id
      self.text = text
    }
  }

  /// A part of what the model reads.
  public enum Piece: Sendable, Equatable {
    /// A special token.
    case special(Token, typeID: Int32)
    /// The first text.
    case first(typeID: Int32)
    /// The second text.
    case second(typeID: Int32)
  }

  /// Around one text: `first` comes in it once.
  public var single: [Piece]
  /// Around two texts: `first` and `second` come in it once.
  public var pair: [Piece]
  /// Takes the white space that tokens of bytes begin or end with out of their offsets.
  public var trimsOffsets = false
  /// The space before the first word was put there, and has no offset to take out.
  public var addsPrefixSpace = false

  /// Nothing around the texts; the second one has the type 1.
  public init() {
    single = [.first(typeID: 0)]
    pair = [.first(typeID: 0), .second(typeID: 1)]
  }

  /// - Parameters: as the properties of the same names.
  public init(single: [Piece], pair: [Piece]) {
    self.single = single
    self.pair = pair
  }

  /// `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, without what is `nil`.
  public static func bert(classification: Token?, separator: Token?) -> Template {
    func special(_ token: Token?, _ typeID: Int32) -> [Piece] { token.map { [.special($0, typeID: typeID)] } ?? [] }
    let single = special(classification, 0) + [.first(typeID: 0)] + special(separator, 0)
    return Template(single: single, pair: single + [.second(typeID: 1)] + special(separator, 1))
  }

  /// `<s> A </s>` and `<s> A </s></s> B </s>`, all of type 0.
  public static func roberta(classification: Token, separator: Token) -> Template {
    let first = Piece.special(classification, typeID: 0)
    let last = Piece.special(separator, typeID: 0)
    return Template(
      single: [first, .first(typeID: 0), last],
      pair: [first, .first(typeID: 0), last, last, .second(typeID: 0), last])
  }

  /// The special tokens before and behind one text.
  public var frame: (before: [Int32], after: [Int32]) {
    let parts = single.split(omittingEmptySubsequences: false) { if case .first = $0 { true } else { false } }
    return (parts.first.map(Self.ids) ?? [], parts.dropFirst().first.map(Self.ids) ?? [])
  }

  /// The special tokens between two texts.
  public var between: [Int32] {
    let rest = pair.drop { if case .first = $0 { false } else { true } }
    return Self.ids(rest.prefix { if case .second = $0 { false } else { true } })
  }

  /// The number of special tokens around one text and around a pair.
  public var specialCount: (single: Int, pair: Int) {
    (Self.ids(single[...]).count, Self.ids(pair[...]).count)
  }

  private static func ids(_ pieces: ArraySlice<Piece>) -> [Int32] {
    pieces.compactMap { if case .special(let token, _) = $0 { token.id } else { nil } }
  }
}

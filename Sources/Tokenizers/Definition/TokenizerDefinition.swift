/// A tokenizer as a model's files define it: the parts of a tokenizer.json, in the order in which a text goes through
/// them. `Tokenizer` runs it.
public struct TokenizerDefinition: Sendable, Equatable {
  /// Special tokens that a text names are cut into words like the rest of it.
  public var splitsSpecialTokens = false
  /// Found in the text before words are split.
  public var addedTokens: [AddedToken] = []
  /// What is done to the text, in this order.
  public var normalizer: [NormalizerStep] = []
  /// How the text is cut into words, in this order; a text that no step cuts is one word.
  public var preTokenizer: [PreTokenizerStep] = []
  /// How a word becomes tokens.
  public var model: TokenModel
  /// The tokens that the model knows; the index is the id.
  public var vocabulary: TokenList
  /// What is put around one text and around a pair.
  public var template = Template()
  /// How tokens become text again, in this order; `nil` joins them by spaces.
  public var decoder: [DecoderStep]?
  /// Which end of a text is lost where it is too long.
  public var truncationSide = TruncationSide.right
  /// The tokens that have a name.
  public var names = SpecialTokenNames()

  /// A tokenizer that takes a whole text for one word and puts nothing around it.
  public init(vocabulary: TokenList, model: TokenModel) {
    self.vocabulary = vocabulary
    self.model = model
  }

  /// BERT's, with the template `[CLS] A [SEP] B [SEP]` where the vocabulary or the added tokens have these two.
  /// - Parameter addedTokens: if there are none, the tokens of `names` that the vocabulary has.
  public static func bert(
    vocabulary: TokenList, normalizer: BertNormalization = BertNormalization(),
    model: WordPieceModel = WordPieceModel(), names: SpecialTokenNames = .bert, addedTokens: [AddedToken] = []
  ) -> TokenizerDefinition {
    var definition = TokenizerDefinition(vocabulary: vocabulary, model: .wordPiece(model))
    definition.normalizer = [.bert(normalizer)]
    definition.preTokenizer = [.bert]
    definition.decoder = [.wordPiece(prefix: model.continuingPrefix, cleansUp: true)]
    definition.names = names
    definition.addedTokens = addedTokens
    if addedTokens.isEmpty { definition.addNames() }
    definition.template = .bert(
      classification: definition.token(names.classification), separator: definition.token(names.separator))
    return definition
  }

  /// A vocab.txt says nothing of its special tokens: those that have a name are added tokens.
  public mutating func addNames() {
    for name in names.all {
      let isAdded = addedTokens.contains { $0.content.utf8.elementsEqual(name.utf8) }
      guard !isAdded, let id = vocabulary.firstIndex(of: name) else { continue }
      addedTokens.append(AddedToken(content: name, id: Int32(id)))
    }
    addedTokens.sort { $0.id < $1.id }
  }

  /// The id of a token: an added one, else one of the vocabulary.
  public func id(of token: String) -> Int? {
    let bytes = Array(token.utf8)
    return addedTokens.first { $0.content.utf8.elementsEqual(bytes) }.map { Int($0.id) }
      ?? vocabulary.firstIndex(of: token)
  }

  /// An added token, or one of the template's, whose id an embedding table of so many rows has no row for.
  public func token(beyond rows: Int) -> Template.Token? {
    if let added = addedTokens.first(where: { $0.id < 0 || Int($0.id) >= rows }) {
      return Template.Token(id: added.id, text: added.content)
    }
    for case .special(let token, _) in template.single + template.pair where token.id < 0 || Int(token.id) >= rows {
      return token
    }
    return nil
  }

  /// The name of a token: of an added one, else of one of the vocabulary.
  /// - Parameter id: of a token that there is; any other has an empty name.
  public func token(_ id: Int) -> String {
    addedTokens.first { Int($0.id) == id }?.content ?? (vocabulary.indices.contains(id) ? vocabulary[id] : "")
  }

  /// The token for what the vocabulary cannot spell.
  public var unknownToken: String? {
    switch model {
    case .wordPiece(let model): model.unknown
    case .bytePair(let model): model.unknown
    case .unigram(let model): token(Int(model.unknownID))
    case .wordLevel(let unknown): unknown
    }
  }

  /// Whether the model sees bytes, not characters.
  public var isByteLevel: Bool {
    preTokenizer.contains { if case .byteLevel = $0 { true } else { false } }
  }

  private func token(_ name: String?) -> Template.Token? {
    name.flatMap { name in id(of: name).map { Template.Token(id: Int32($0), text: name) } }
  }
}

/// The tokens of a tokenizer that have a name in tokenizer_config.json; `nil` where it has none.
public struct SpecialTokenNames: Sendable, Equatable {
  /// Stands for what the vocabulary cannot spell: `unk_token`.
  public var unknown: String?
  /// Comes before the first text: `cls_token`.
  public var classification: String?
  /// Comes after a text: `sep_token`.
  public var separator: String?
  /// Fills short sequences elsewhere: `pad_token`.
  public var padding: String?
  /// Hides a word in masked language modelling: `mask_token`.
  public var mask: String?
  /// Begins a sequence: `bos_token`.
  public var beginning: String?
  /// Ends a sequence: `eos_token`.
  public var end: String?

  /// No token has a name.
  public init() {}

  /// The names that there are.
  public var all: [String] {
    [padding, unknown, classification, separator, mask, beginning, end].compactMap { $0 }.filter { !$0.isEmpty }
  }

  /// `[UNK]`, `[CLS]`, `[SEP]`, `[PAD]` and `[MASK]`.
  public static let bert: SpecialTokenNames = {
    var names = SpecialTokenNames()
    names.unknown = "[UNK]"
    names.classification = "[CLS]"
    names.separator = "[SEP]"
    names.padding = "[PAD]"
    names.mask = "[MASK]"
    return names
  }()
}

/// Which end of a text is lost where it has too many tokens.
public enum TruncationSide: String, Sendable, CaseIterable {
  /// The beginning.
  case left
  /// The end.
  case right
}

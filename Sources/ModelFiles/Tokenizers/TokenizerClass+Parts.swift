import Tokenizers

extension TokenizerClass {
  /// SentencePiece's mark of a word's beginning.
  private static let wordStart: Unicode.Scalar = "\u{2581}"

  /// Puts the parts that the class builds in place of those of a tokenizer.json, of which transformers 5 keeps the vocabulary, the
  /// merges, the map of characters and, where the class has none of its own, the template.
  ///
  /// A file whose model is of another kind than the class's is left as it is: the class would make nothing of it.
  func rebuild(_ definition: inout TokenizerDefinition) {
    switch (self, definition.model) {
    case (.bert, .wordPiece), (.mpnet, .wordPiece):
      definition.model = .wordPiece(WordPieceModel(unknown: definition.names.unknown ?? "[UNK]"))
      definition.preTokenizer = [.bert]
      definition.decoder = [.wordPiece(prefix: "##", cleansUp: true)]
    case (.roberta, .bytePair(let model)), (.gpt2, .bytePair(let model)):
      definition.model = .bytePair(BytePairModel(merges: model.merges))
      definition.normalizer = []
      definition.preTokenizer = [.byteLevel(addsPrefixSpace: false, usesRegex: true)]
      definition.decoder = [.byteLevel]
    case (.qwen2, .bytePair(let model)):
      guard let words = RegexPattern(Self.qwenWords) else { preconditionFailure("Qwen's words are known") }
      definition.model = .bytePair(BytePairModel(merges: model.merges))
      definition.normalizer = [.form(.nfc)]
      definition.preTokenizer = [
        .split(.regex(words), .isolated, inverted: false), .byteLevel(addsPrefixSpace: false, usesRegex: false),
      ]
      definition.decoder = [.byteLevel]
    case (.xlmRoberta, .unigram(let model)): rebuild(&definition, model, unknownID: 3)
    case (.t5, .unigram(let model)): rebuild(&definition, model, unknownID: 2)
    case (.albert, .unigram(let model)): rebuild(&definition, model, unknownID: 1)
    case (.camembert, .unigram(let model)):
      let unknown = definition.names.unknown.flatMap { definition.vocabulary.firstIndex(of: $0) }
      rebuild(&definition, model, unknownID: Int32(unknown ?? 0))
    // Llama's later files are byte-pair encodings over bytes, and taken as they are.
    case (.llama, .bytePair(let model)) where !definition.isByteLevel:
      rebuild(&definition, model, unknown: nil)
      definition.normalizer = []
      definition.preTokenizer = [.metaspace(replacement: Self.wordStart, prepend: .first, splits: false)]
      definition.decoder?.append(.strip(" ", start: 1, stop: 0))
    case (.gemma, .bytePair(let model)):
      rebuild(&definition, model, unknown: definition.names.unknown)
      definition.normalizer = [.replace(.literal(" "), by: String(Self.wordStart))]
      definition.preTokenizer = [.split(.literal(" "), .mergedWithPrevious, inverted: false)]
    default: break
    }
  }

  /// Qwen2's regular expression, which its class has and not its files.
  private static let qwenWords =
    #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  /// SentencePiece's unigrams.
  private func rebuild(_ definition: inout TokenizerDefinition, _ model: UnigramModel, unknownID: Int32) {
    guard definition.vocabulary.indices.contains(Int(unknownID)) else { return }
    definition.model = .unigram(UnigramModel(scores: model.scores, unknownID: unknownID))
    definition.normalizer = definition.normalizer.filter { if case .characterMap = $0 { true } else { false } }
    definition.preTokenizer = Self.words
    definition.decoder = [.metaspace(replacement: Self.wordStart, dropsFirst: true)]
  }

  /// SentencePiece's byte-pair encodings.
  private func rebuild(_ definition: inout TokenizerDefinition, _ model: BytePairModel, unknown: String?) {
    var pairs = BytePairModel(merges: model.merges)
    (pairs.unknown, pairs.fusesUnknown, pairs.byteFallback) = (unknown, true, true)
    definition.model = .bytePair(pairs)
    definition.decoder = [.replace(.literal(String(Self.wordStart)), by: " "), .byteFallback, .fuse]
  }

  /// How the classes of unigrams cut words.
  static let words: [PreTokenizerStep] = [
    .whitespaceSplit, .metaspace(replacement: wordStart, prepend: .always, splits: true),
  ]

  /// What ALBERT's class does to a text before the map of characters.
  static func albertNormalizer(lowercases: Bool, keepsAccents: Bool) -> [NormalizerStep] {
    [.replace(.literal("``"), by: "\""), .replace(.literal("''"), by: "\"")]
      + (keepsAccents ? [] : [.form(.nfkd), .stripAccents]) + (lowercases ? [.lowercase] : [])
  }

  /// The template that the class makes of its named tokens, whatever the file says; nil where it makes none, or has no such tokens.
  func template(_ definition: TokenizerDefinition) -> Template? {
    func token(_ name: String?) -> Template.Token? {
      name.flatMap { name in definition.id(of: name).map { Template.Token(id: Int32($0), text: name) } }
    }
    let names = definition.names
    switch (self, definition.model) {
    case (.bert, _):
      guard let first = token(names.classification), let last = token(names.separator) else { return nil }
      return .bert(classification: first, separator: last)
    case (.mpnet, _), (.roberta, .bytePair):
      guard let first = token(names.classification), let last = token(names.separator) else { return nil }
      var template = Template.roberta(classification: first, separator: last)
      template.trimsOffsets = true
      return template
    case (.xlmRoberta, .unigram), (.camembert, .unigram):
      guard let first = token(names.beginning), let last = token(names.end) else { return nil }
      return .roberta(classification: first, separator: last)
    case (.t5, .unigram):
      guard let last = token(names.end) else { return nil }
      let end = Template.Piece.special(last, typeID: 0)
      return Template(single: [.first(typeID: 0), end], pair: [.first(typeID: 0), end, .second(typeID: 0), end])
    default: return nil
    }
  }
}

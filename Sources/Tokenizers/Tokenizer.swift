/// A tokenizer: what a definition says, ready to run, with the ids, offsets and words of Hugging Face's tokenizers (0.22).
///
///     let tokenizer = try Tokenizer(.bert(vocabulary: TokenList(lines)))
///     let encoding = try tokenizer.encode("Hello, world")   // [CLS] hello , world [SEP]
///     try tokenizer.decode(encoding.ids)                    // "hello, world"
///
/// A value without state that shows: any number of threads may use one.
public struct Tokenizer: Sendable {
  let normalizer: Normalizer
  let added: AddedTokens
  let preTokenizer: PreTokenizer
  let model: WordModel
  let vocabulary: Vocabulary
  let decoder: Decoder
  let scratch = ScratchPool()
  let truncationSide: TruncationSide
  /// What is put around one text and around a pair.
  public let template: Template

  /// The number of special tokens around one text and around a pair.
  public var specialTokenCount: (single: Int, pair: Int) { template.specialCount }

  /// One more than the largest id.
  public let vocabularySize: Int

  /// - Throws: for an empty vocabulary, an entry that comes twice, a token that the definition needs and nobody has, an added
  ///   token that is empty or whose id belongs to another one, and parts that do not go together.
  public init(_ definition: TokenizerDefinition) throws(TokenizerError) {
    guard definition.growth <= TokenizerDefinition.mostGrowth else {
      throw .growth(definition.growth, limit: TokenizerDefinition.mostGrowth)
    }
    preTokenizer = PreTokenizer(definition.preTokenizer)
    let isByteLevel = preTokenizer.isByteLevel
    var allowsRepeats = false
    if case .unigram = definition.model { allowsRepeats = true }
    vocabulary = try Vocabulary(definition.vocabulary, isByteLevel: isByteLevel, allowsRepeats: allowsRepeats)
    normalizer = Normalizer(definition.normalizer)
    added = try AddedTokens(
      definition.addedTokens, vocabulary, normalizer, splitsSpecial: definition.splitsSpecialTokens)
    model = try WordModel(definition, vocabulary, added, isByteLevel: isByteLevel)
    decoder = Decoder(definition.decoder)
    truncationSide = definition.truncationSide
    template = definition.template
    vocabularySize = max(vocabulary.count, added.end)
    try require(definition.names.classification, "classification")
    try require(definition.names.separator, "separator")
    for case .special(let token, _) in template.single + template.pair
    where token.id < 0 || Int(token.id) >= vocabularySize {
      throw .unknownID(token.id, index: 0, vocabularySize: vocabularySize)
    }
  }

  private func require(_ name: String?, _ role: String) throws(TokenizerError) {
    if let name, id(name) == nil { throw .missingToken(name, role: role) }
  }

  /// The name of a token; `nil` if no token has the id.
  public func token(_ id: Int32) -> String? {
    added.token(id) ?? vocabulary.token(id)
  }

  /// The id of a token, compared by its bytes: no normalising, and no canonical equivalence.
  public func id(_ token: String) -> Int32? {
    added.id(token) ?? vocabulary.id(token)
  }
}

/// The model of a definition, ready to run.
enum WordModel: Sendable {
  case wordPiece(WordPiece)
  case bytePair(BytePair)
  case unigram(Unigram)
  case wordLevel(unknownID: Int32?)

  init(
    _ definition: TokenizerDefinition, _ vocabulary: Vocabulary, _ added: AddedTokens, isByteLevel: Bool
  ) throws(TokenizerError) {
    func unknownID(_ name: String) throws(TokenizerError) -> Int32 {
      guard let id = vocabulary.id(name) ?? added.id(name) else { throw .missingToken(name, role: "unknown") }
      return id
    }
    switch definition.model {
    case .wordPiece(let model):
      self = .wordPiece(WordPiece(model, vocabulary, unknownID: try unknownID(model.unknown)))
    case .bytePair(let model):
      self = .bytePair(try BytePair(model, vocabulary, isByteLevel: isByteLevel))
    case .unigram(let model):
      guard model.scores.count == vocabulary.count else {
        throw .wrongScores(model.scores.count, tokens: vocabulary.count)
      }
      guard model.unknownID >= 0, Int(model.unknownID) < vocabulary.count else {
        throw .unknownID(model.unknownID, index: 0, vocabularySize: vocabulary.count)
      }
      self = .unigram(Unigram(model, vocabulary))
    case .wordLevel(let unknown):
      self = .wordLevel(unknownID: vocabulary.id(unknown))
    }
  }

  /// Appends the pieces of the word at `word` of `bytes`.
  @inline(__always)
  func append(
    _ word: Range<Int>, of bytes: [UInt8], _ vocabulary: Vocabulary, _ scratch: inout ModelScratch,
    to pieces: inout [Piece]
  ) {
    switch self {
    case .wordPiece(let model): model.append(word, of: bytes, &scratch, to: &pieces)
    case .bytePair(let model): model.append(word, of: bytes, &scratch, to: &pieces)
    case .unigram(let model):
      scratch.once(word, of: bytes, to: &pieces) { model.append(word, of: bytes, &$0, to: &$1) }
    case .wordLevel(let unknownID):
      if let id = vocabulary.id(bytes, word) ?? unknownID {
        pieces.append(Piece(id: id, start: word.lowerBound, end: word.upperBound))
      }
    }
  }

  /// Whether a token's name in an encoding is the text that it stands for, not its entry in the vocabulary.
  func namesByText(_ piece: Piece) -> Bool {
    if case .unigram(let model) = self { return model.namesByText(piece) }
    return false
  }
}

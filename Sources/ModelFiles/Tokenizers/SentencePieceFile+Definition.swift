import Tokenizers

extension SentencePieceFile {
  /// The files that models come with, in the order in which transformers' classes name them.
  static let names = ["sentencepiece.bpe.model", "spiece.model", "spm.model", "sentencepiece.model", "tokenizer.model"]

  /// What settings say of the way from a model to a tokenizer.
  struct Options {
    /// `keep_accents` of ALBERT.
    var keepsAccents = false
    /// `do_lower_case` of ALBERT.
    var lowercases = true
    /// `legacy` of Llama: every text behind an added token begins with a space too.
    var isLegacy = false
  }

  /// The tokenizer that transformers 5 makes of a model for one of its classes.
  func definition(
    _ kind: TokenizerClass, _ options: Options, path: String
  ) throws(ModelFileError) -> TokenizerDefinition {
    func refused(_ what: String) -> ModelFileError { ModelFileError(.unsupported(what), path: path) }
    switch (kind, modelType) {
    case (.xlmRoberta, .unigram), (.camembert, .unigram), (.albert, .unigram), (.t5, .unigram):
      var definition = try unigram(kind, path: path)
      definition.normalizer = try normalizer(kind, options, path: path)
      return definition
    case (.llama, .bpe), (.gemma, .bpe): return pairs(kind, options)
    default:
      throw refused(
        "a SentencePiece model of this kind without tokenizer.json: load the tokenizer with transformers in Python and "
          + "call save_pretrained(folder)")
    }
  }

  private func unigram(_ kind: TokenizerClass, path: String) throws(ModelFileError) -> TokenizerDefinition {
    var list = TokenList()
    var scores: [Double] = []
    func add(_ token: String, _ score: Double = 0) {
      list.append(token.utf8)
      scores.append(score)
    }
    func addPieces(from first: Int) {
      for id in first..<max(first, pieces.count) {
        list.append(pieces.bytes[pieces.range(id)])
        scores.append(self.scores[id])
      }
    }
    var unknown = unknownID
    switch kind {
    case .xlmRoberta:
      // Fairseq's ids stand before the pieces, whose first three are its own.
      for token in ["<s>", "<pad>", "</s>", "<unk>"] { add(token) }
      addPieces(from: 3)
      add("<mask>")
      unknown = 3
    case .camembert:
      for token in ["<s>NOTUSED", "<pad>", "</s>NOTUSED", "<unk>"] { add(token) }
      add("<unk>NOTUSED", -100)
      addPieces(from: 1)
      add("<mask>")
      unknown = 3
    case .t5:
      addPieces(from: 0)
      for number in (0..<100).reversed() { add("<extra_id_\(number)>") }
    default: addPieces(from: 0)
    }
    var definition = TokenizerDefinition(
      vocabulary: list, model: .unigram(UnigramModel(scores: scores, unknownID: Int32(unknown))))
    definition.preTokenizer = TokenizerClass.words
    definition.decoder = [.metaspace(replacement: "\u{2581}", dropsFirst: true)]
    definition.addedTokens = addedTokens(kind, list)
    definition.template = try template(kind, definition, path: path)
    return definition
  }

  private func addedTokens(_ kind: TokenizerClass, _ list: TokenList) -> [AddedToken] {
    var names = ["<s>", "<pad>", "</s>", "<unk>"]
    if kind == .albert { names = ["<pad>", "<unk>", "[CLS]", "[SEP]"] }
    if kind == .t5 { names = ["<pad>", "</s>", "<unk>"] + (0..<100).map { "<extra_id_\($0)>" } }
    var tokens = names.compactMap { name in
      list.firstIndex(of: name).map { AddedToken(content: name, id: Int32($0)) }
    }
    if let id = list.firstIndex(of: kind == .albert ? "[MASK]" : "<mask>") {
      tokens.append(AddedToken(content: list[id], id: Int32(id), leftStrip: kind == .camembert, normalized: false))
    }
    return tokens.sorted { $0.id < $1.id }
  }

  private func template(
    _ kind: TokenizerClass, _ definition: TokenizerDefinition, path: String
  ) throws(ModelFileError) -> Template {
    func token(_ name: String) throws(ModelFileError) -> Template.Token {
      guard let id = definition.id(of: name) else {
        throw ModelFileError(.malformed("the model has no piece '\(name)'"), path: path)
      }
      return Template.Token(id: Int32(id), text: name)
    }
    switch kind {
    case .albert: return .bert(classification: try token("[CLS]"), separator: try token("[SEP]"))
    case .t5:
      let end = Template.Piece.special(try token("</s>"), typeID: 0)
      return Template(single: [.first(typeID: 0), end], pair: [.first(typeID: 0), end, .second(typeID: 0), end])
    default: return .roberta(classification: try token("<s>"), separator: try token("</s>"))
    }
  }

  private func normalizer(
    _ kind: TokenizerClass, _ options: Options, path: String
  ) throws(ModelFileError) -> [NormalizerStep] {
    var steps: [NormalizerStep] = []
    if kind == .albert {
      steps = TokenizerClass.albertNormalizer(lowercases: options.lowercases, keepsAccents: options.keepsAccents)
    }
    if !characterMap.isEmpty {
      guard let map = CharacterMap(blob: characterMap) else {
        throw ModelFileError(.malformed("the map of characters is damaged"), path: path)
      }
      steps.append(.characterMap(map))
    }
    return steps
  }

  /// Llama's and Gemma's.
  private func pairs(_ kind: TokenizerClass, _ options: Options) -> TokenizerDefinition {
    let merges = MergeBuilder.merges(of: pieces, scores: scores) { _ in true }
    var model = BytePairModel(merges: merges)
    model.unknown = pieces[unknownID]
    model.fusesUnknown = true
    model.byteFallback = true
    var definition = TokenizerDefinition(vocabulary: pieces, model: .bytePair(model))
    definition.decoder = [.replace(.literal("\u{2581}"), by: " "), .byteFallback, .fuse]
    if kind == .llama {
      definition.preTokenizer = [
        .metaspace(replacement: "\u{2581}", prepend: options.isLegacy ? .always : .first, splits: false)
      ]
      definition.decoder?.append(.strip(" ", start: 1, stop: 0))
    } else {
      definition.normalizer = [.replace(.literal(" "), by: "\u{2581}")]
    }
    definition.addedTokens = pieces.indices.compactMap { id in
      switch types[id] {
      case .control, .unknown: AddedToken(content: pieces[id], id: Int32(id))
      case .userDefined: AddedToken(content: pieces[id], id: Int32(id), special: false)
      default: nil
      }
    }
    return definition
  }
}

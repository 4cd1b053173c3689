import Tokenizers

/// The tokenizers `gpt2`, `llama` and `t5` of files that are not Akin's, from llama.cpp's keys.
struct GGUFForeignTokenizer {
  private let metadata: GGUFMetadata
  private let vocabulary: TokenList
  private let types: [GGUFVocabulary.TokenType]

  /// - Parameter size: rows of the word-embedding table.
  init(_ metadata: GGUFMetadata, size: Int) throws(ModelFileError) {
    self.metadata = metadata
    (vocabulary, types) = try GGUFTokenizer.vocabulary(metadata, size: size, prefix: nil)
  }

  /// - Parameter model: `gpt2`, `llama` or `t5`.
  func definition(_ model: String) throws(ModelFileError) -> TokenizerDefinition {
    var definition: TokenizerDefinition
    switch model {
    case "gpt2": definition = try bytes()
    case "llama": definition = try pairs()
    default: definition = try unigram()
    }
    for role in SpecialToken.allCases {
      guard let id = try metadata.int(role.ggufKey), id < vocabulary.count else { continue }
      definition.names[keyPath: role.name] = vocabulary[id]
    }
    definition.addedTokens = vocabulary.indices.compactMap { id in
      guard [.control, .userDefined, .unknown].contains(types[id]), !vocabulary[id].isEmpty else { return nil }
      return AddedToken(content: vocabulary[id], id: Int32(id), special: types[id] != .userDefined)
    }
    definition.template = try template(model, definition.names)
    return definition
  }

  /// The beginning and the end around one text, where the file asks for them, and between two what llama.cpp puts there.
  private func template(_ model: String, _ names: SpecialTokenNames) throws(ModelFileError) -> Template {
    let kind = try metadata.string("tokenizer.ggml.pre").flatMap(GGUFPreTokenizer.kind)
    let usuallyBegins = model == "llama" || model == "gpt2" && kind?.beginsTexts == true
    let begins = try metadata.bool("tokenizer.ggml.add_bos_token") ?? usuallyBegins
    let ends = try metadata.bool("tokenizer.ggml.add_eos_token") ?? (model == "t5")
    func token(_ role: SpecialToken, _ isWanted: Bool) throws(ModelFileError) -> [Template.Piece] {
      guard isWanted else { return [] }
      guard let name = names[keyPath: role.name], let id = vocabulary.firstIndex(of: name) else {
        throw metadata.wrong(role.ggufKey, expected: "the id of a token, which is put around texts", found: "none")
      }
      return [.special(Template.Token(id: Int32(id), text: name), typeID: 0)]
    }
    let (first, last) = (try token(.beginning, begins), try token(.end, ends))
    let separates = try metadata.bool("tokenizer.ggml.add_sep_token") ?? true
    let between = last + (try token(.separator, names.separator != nil && ends && separates))
    return Template(
      single: first + [.first(typeID: 0)] + last,
      pair: first + [.first(typeID: 0)] + between + [.second(typeID: 0)] + last)
  }

  private func bytes() throws(ModelFileError) -> TokenizerDefinition {
    let key = "tokenizer.ggml.pre"
    // Without a name llama.cpp cuts by patterns of no model.
    let name = try metadata.required(key, "the name of a pre-tokenizer", metadata.string)
    guard let kind = GGUFPreTokenizer.kind(name) else {
      throw metadata.wrong(key, expected: "a pre-tokenizer that Akin knows", found: "'\(name)'")
    }
    var builder = MergeBuilder(vocabulary)
    for merge in try metadata.strings("tokenizer.ggml.merges") ?? [] {
      let parts = merge.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
      guard parts.count == 2, builder.append(parts[0], parts[1]) else {
        throw metadata.wrong(
          "tokenizer.ggml.merges", expected: "two tokens that are one together", found: "'\(merge.prefix(64))'")
      }
    }
    var model = BytePairModel(merges: builder.merges)
    model.ignoresMerges = kind.ignoresMerges
    var definition = TokenizerDefinition(vocabulary: vocabulary, model: .bytePair(model))
    definition.normalizer = kind.normalizer
    definition.preTokenizer = kind.preTokenizer
    if try metadata.bool("tokenizer.ggml.add_space_prefix") == true,
      case .byteLevel(_, let usesRegex)? = definition.preTokenizer.last
    {
      definition.preTokenizer[definition.preTokenizer.count - 1] = .byteLevel(
        addsPrefixSpace: true, usesRegex: usesRegex)
    }
    definition.decoder = [.byteLevel]
    return definition
  }

  private func scores() throws(ModelFileError) -> [Double] {
    let key = GGUFModel.Key.scores
    let scores = try metadata.required(key, "an array of numbers", metadata.doubles)
    guard scores.count >= vocabulary.count, scores.allSatisfy(\.isFinite) else {
      throw metadata.wrong(key, expected: "\(vocabulary.count) finite numbers, one a token", found: "others")
    }
    return Array(scores.prefix(vocabulary.count))
  }

  private func pairs() throws(ModelFileError) -> TokenizerDefinition {
    let merges = MergeBuilder.merges(of: vocabulary, scores: try scores()) { types[$0] == .normal }
    var model = BytePairModel(merges: merges)
    model.unknown = try metadata.int(SpecialToken.unknown.ggufKey).flatMap {
      vocabulary.indices.contains($0) ? vocabulary[$0] : nil
    }
    model.fusesUnknown = true
    model.byteFallback = types.contains(.byte)
    var definition = TokenizerDefinition(vocabulary: vocabulary, model: .bytePair(model))
    let prefixes = try metadata.bool("tokenizer.ggml.add_space_prefix") ?? true
    definition.normalizer = (prefixes ? [.prepend("\u{2581}")] : []) + [.replace(.literal(" "), by: "\u{2581}")]
    definition.decoder = [.replace(.literal("\u{2581}"), by: " "), .byteFallback, .fuse]
    if prefixes { definition.decoder?.append(.strip(" ", start: 1, stop: 0)) }
    return definition
  }

  private func unigram() throws(ModelFileError) -> TokenizerDefinition {
    let unknownID = try metadata.int(SpecialToken.unknown.ggufKey) ?? 2
    guard unknownID < vocabulary.count else {
      throw metadata.wrong(
        SpecialToken.unknown.ggufKey, expected: "the id of one of \(vocabulary.count) tokens", found: "\(unknownID)")
    }
    let model = UnigramModel(
      scores: try scores(), unknownID: Int32(unknownID), byteFallback: types.contains(.byte))
    var definition = TokenizerDefinition(vocabulary: vocabulary, model: .unigram(model))
    definition.normalizer = try GGUFTokenizer.characterMap(metadata).map { [.characterMap($0)] } ?? []
    // Whatever `remove_extra_whitespaces` says: every encoder that has such a vocabulary is XLM-R's or CamemBERT's kind, and the
    // converter writes false where it finds a tokenizer.json in place of SentencePiece's own file.
    definition.normalizer.append(.strip(left: true, right: true))
    if let spaces = RegexPattern(" {2,}") { definition.normalizer.append(.replace(.regex(spaces), by: " ")) }
    // llama.cpp takes a missing one for false, which no model with such a vocabulary is.
    let prefixes = try metadata.required("tokenizer.ggml.add_space_prefix", "a boolean", metadata.bool)
    definition.preTokenizer = [.metaspace(replacement: "\u{2581}", prepend: prefixes ? .always : .never, splits: true)]
    definition.decoder = [.metaspace(replacement: "\u{2581}", dropsFirst: prefixes)]
    return definition
  }
}

import JSON
import Tokenizers

/// A tokenizer in the keys of a GGUF file: llama.cpp's, and under `akin.` what these cannot hold.
enum GGUFTokenizer {
  private typealias Key = GGUFModel.Key

  /// The keys of a model's tokenizer.
  static func keys(_ description: ModelDescription) -> [(String, GGUFValue)] {
    let tokenizer = description.tokenizer
    let spelled = GGUFVocabulary.spell(tokenizer, size: description.transformer.vocabularySize)
    let frame = tokenizer.template.frame
    var keys: [(String, GGUFValue)] = [
      ("tokenizer.ggml.model", .string(modelName(tokenizer))),
      ("tokenizer.ggml.pre", .string(GGUFPreTokenizer.name(of: tokenizer))),
      // llama.cpp asks for one row at least, and has the table only where the file has.
      ("tokenizer.ggml.token_type_count", .uint32(UInt32(max(1, description.transformer.typeVocabularySize)))),
      ("tokenizer.ggml.tokens", .strings(spelled.tokens)),
      ("tokenizer.ggml.token_type", .int32s(spelled.types)),
      ("tokenizer.ggml.add_bos_token", .bool(!frame.before.isEmpty)),
      ("tokenizer.ggml.add_eos_token", .bool(!frame.after.isEmpty)),
      (Key.vocabularySize, .uint32(UInt32(tokenizer.vocabulary.count))),
      (Key.irregularIDs, .int32s(spelled.irregularIDs)),
      (Key.irregularTokens, .strings(spelled.irregularTokens)),
      (Key.tokenizer, .string(String(decoding: TokenizerJSON.value(of: tokenizer).serialized(), as: UTF8.self))),
    ]
    keys += modelKeys(tokenizer, size: spelled.tokens.count) + normalizerKeys(tokenizer)
    for case .characterMap(let map) in tokenizer.normalizer { keys.append((Key.characterMap, .uint8s(map.blob))) }
    var names = tokenizer.names
    // llama.cpp frames a text by the beginning and the end, whatever a model calls them.
    names.beginning = frame.before.first.map { tokenizer.token(Int($0)) } ?? names.beginning ?? names.classification
    names.end = frame.after.last.map { tokenizer.token(Int($0)) } ?? names.end ?? names.separator
    if case .wordPiece = tokenizer.model { names.separator = names.separator ?? names.end }
    if modelName(tokenizer) != "bert" {
      let between = names.separator.flatMap(tokenizer.id(of:)) == nil ? 0 : tokenizer.template.between.count
      keys.append(("tokenizer.ggml.add_sep_token", .bool(between > 1)))
    }
    for role in SpecialToken.allCases {
      guard let id = names[keyPath: role.name].flatMap(tokenizer.id(of:)) else { continue }
      keys.append((role.ggufKey, .uint32(UInt32(id))))
    }
    return keys
  }

  /// llama.cpp's name of the kind of model; one that it does not have is `none`.
  private static func modelName(_ tokenizer: TokenizerDefinition) -> String {
    switch tokenizer.model {
    case .wordPiece: "bert"
    case .bytePair(let model): tokenizer.isByteLevel ? "gpt2" : model.byteFallback ? "llama" : "none"
    case .unigram: "t5"
    case .wordLevel: "none"
    }
  }

  /// Scores and merges.
  private static func modelKeys(_ tokenizer: TokenizerDefinition, size: Int) -> [(String, GGUFValue)] {
    switch tokenizer.model {
    case .wordPiece, .wordLevel: return []
    case .unigram(let model):
      let narrow = model.scores.map { Float($0) }
      let filled = narrow + Array(repeating: 0, count: max(0, size - narrow.count))
      var keys: [(String, GGUFValue)] = [(Key.scores, .float32s(filled))]
      if zip(narrow, model.scores).contains(where: { Double($0) != $1 }) {
        keys.append((Key.wideScores, .float64s(model.scores)))
      }
      return keys
    case .bytePair(let model):
      let merges = model.merges
      let numbers = (0..<merges.count).flatMap { [merges.left[$0], merges.right[$0], merges.joined[$0]] }
      let own: [(String, GGUFValue)] = [(Key.mergedIDs, .int32s(numbers))]
      guard !tokenizer.isByteLevel else {
        let list = tokenizer.vocabulary
        let names = (0..<merges.count).map { list[Int(merges.left[$0])] + " " + list[Int(merges.right[$0])] }
        return own + [("tokenizer.ggml.merges", .strings(names))]
      }
      // SentencePiece's way: the token that is made first has the highest score.
      var scores = [Float](repeating: 0, count: size)
      for (rank, id) in merges.joined.enumerated().reversed() where Int(id) < size { scores[Int(id)] = -Float(rank) }
      return own + [(Key.scores, .float32s(scores))]
    }
  }

  /// What llama.cpp does to a text before it looks for tokens.
  private static func normalizerKeys(_ tokenizer: TokenizerDefinition) -> [(String, GGUFValue)] {
    let steps = tokenizer.normalizer
    if case .wordPiece = tokenizer.model {
      var (lowercases, strips) = (steps.contains(.lowercase), steps.contains(.stripAccents))
      for case .bert(let step) in steps {
        lowercases = lowercases || step.lowercase
        strips = strips || step.stripAccents ?? step.lowercase
      }
      return [
        ("tokenizer.ggml.normalizer.lowercase", .bool(lowercases)),
        ("tokenizer.ggml.normalizer.strip_accents", .bool(strips)),
      ]
    }
    let prefixes =
      steps.contains(.prepend("\u{2581}"))
      || tokenizer.preTokenizer.contains { step in
        switch step {
        case .metaspace(_, let prepend, _): prepend != .never
        case .byteLevel(let addsPrefixSpace, _): addsPrefixSpace
        default: false
        }
      }
    var keys: [(String, GGUFValue)] = [("tokenizer.ggml.add_space_prefix", .bool(prefixes))]
    if case .unigram = tokenizer.model {
      let joins = steps.contains { if case .replace(.regex, " ") = $0 { true } else { false } }
      let drops = joins || tokenizer.preTokenizer.contains(.whitespaceSplit)
      keys.append(("tokenizer.ggml.remove_extra_whitespaces", .bool(drops)))
    }
    return keys
  }

  /// The tokenizer that a file's keys give.
  /// - Parameter size: rows of the word-embedding table.
  static func definition(_ metadata: GGUFMetadata, size: Int) throws(ModelFileError) -> TokenizerDefinition {
    let model = try metadata.required("tokenizer.ggml.model", "a string", metadata.string)
    guard let text = try metadata.string(Key.tokenizer) else {
      switch model {
      case "bert": return try bert(metadata, size: size)
      case "gpt2", "llama", "t5": return try GGUFForeignTokenizer(metadata, size: size).definition(model)
      default:
        throw metadata.wrong(
          "tokenizer.ggml.model", expected: "'bert', 'gpt2', 'llama' or 't5'", found: "'\(model)'")
      }
    }
    let definition = try own(metadata, text, size: size)
    guard modelName(definition) == model else {
      throw metadata.wrong(
        "tokenizer.ggml.model", expected: "'\(modelName(definition))', as \(Key.tokenizer) says", found: "'\(model)'")
    }
    return definition
  }

  /// The tokenizer of a file that Akin wrote.
  private static func own(
    _ metadata: GGUFMetadata, _ text: String, size: Int
  ) throws(ModelFileError) -> TokenizerDefinition {
    func wrong(_ error: some Error) -> ModelFileError {
      metadata.wrong(Key.tokenizer, expected: "a tokenizer as in a tokenizer.json", found: "\(error)")
    }
    let root: JSONField
    let prefix: String?
    do throws(JSONParseError) {
      root = JSONField(try JSONValue.parse(Array(text.utf8)), path: Key.tokenizer)
    } catch {
      throw wrong(error)
    }
    do throws(JSONFieldError) {
      let isWordPiece = try root["model"]["type"].string() == "WordPiece"
      prefix = isWordPiece ? try root["model"]["continuing_subword_prefix"].ifPresent?.string() ?? "##" : nil
    } catch {
      throw wrong(error)
    }
    let (vocabulary, _) = try vocabulary(metadata, size: size, prefix: prefix)
    let scores = try scores(metadata, count: vocabulary.count)
    let merges = try merges(metadata, vocabulary)
    let map = try characterMap(metadata)
    let definition: TokenizerDefinition
    do throws(JSONFieldError) {
      definition = try TokenizerJSON.definition(root, vocabulary: vocabulary, scores: scores, merges: merges, map: map)
    } catch {
      throw wrong(error)
    }
    if let token = definition.token(beyond: size) {
      throw metadata.wrong(Key.tokenizer, expected: "ids below \(size)", found: "\(token.id) of '\(token.text)'")
    }
    return definition
  }

  private static func scores(_ metadata: GGUFMetadata, count: Int) throws(ModelFileError) -> [Double] {
    var scores = try metadata.doubles(Key.wideScores) ?? []
    if scores.isEmpty { scores = try metadata.doubles(Key.scores) ?? [] }
    guard scores.isEmpty || scores.count >= count, scores.allSatisfy(\.isFinite) else {
      throw metadata.wrong(Key.scores, expected: "\(count) finite numbers, one a token", found: "others")
    }
    return Array(scores.prefix(count))
  }

  private static func merges(_ metadata: GGUFMetadata, _ vocabulary: TokenList) throws(ModelFileError) -> MergeList {
    let count = vocabulary.count
    let numbers = try metadata.ints(Key.mergedIDs) ?? []
    guard numbers.count % 3 == 0, numbers.allSatisfy({ $0 >= 0 && $0 < count }) else {
      throw metadata.wrong(Key.mergedIDs, expected: "three ids below \(count) for each merge", found: "others")
    }
    var merges = MergeList()
    merges.reserveCapacity(numbers.count / 3)
    func length(_ id: Int) -> Int { vocabulary.range(id).count }
    for start in stride(from: 0, to: numbers.count, by: 3) {
      let (left, right, joined) = (numbers[start], numbers[start + 1], numbers[start + 2])
      // Places in a text are counted by what tokens are made of. A prefix of the second one may be lost.
      guard length(joined) <= length(left) + length(right), length(joined) > length(left) else {
        throw metadata.wrong(
          Key.mergedIDs, expected: "tokens that two others spell", found: "\(left), \(right) and \(joined)")
      }
      merges.append(Int32(left), Int32(right), joined: Int32(joined))
    }
    return merges
  }

  /// SentencePiece's map of characters, where the file has one.
  static func characterMap(_ metadata: GGUFMetadata) throws(ModelFileError) -> CharacterMap? {
    guard let bytes = try metadata.uint8s(Key.characterMap), !bytes.isEmpty else { return nil }
    guard let map = CharacterMap(blob: bytes) else {
      throw metadata.wrong(Key.characterMap, expected: "SentencePiece's map of characters", found: "other bytes")
    }
    return map
  }

  /// Of a file that is not Akin's: BERT's tokenizer, cased or not.
  private static func bert(_ metadata: GGUFMetadata, size: Int) throws(ModelFileError) -> TokenizerDefinition {
    let (vocabulary, types) = try vocabulary(metadata, size: size, prefix: "##")
    var names = SpecialTokenNames()
    for (role, defaultID) in bertDefaults {
      let key = role == .classification ? SpecialToken.beginning.ggufKey : role.ggufKey
      let id = try metadata.int(key) ?? defaultID
      guard id < vocabulary.count else {
        throw metadata.wrong(key, expected: "the id of one of \(vocabulary.count) tokens", found: "\(id)")
      }
      names[keyPath: role.name] = vocabulary[id]
    }
    let model = WordPieceModel(unknown: names.unknown ?? "[UNK]")
    var normalizer = BertNormalization()
    // Files of before the key was there do not say it, but only a cased vocabulary has capitals.
    let isCased = zip(vocabulary.indices, types).contains { $1 == .normal && hasCapital(vocabulary, $0) }
    normalizer.lowercase = try metadata.bool("tokenizer.ggml.normalizer.lowercase") ?? !isCased
    normalizer.stripAccents = try metadata.bool("tokenizer.ggml.normalizer.strip_accents")
    return .bert(
      vocabulary: vocabulary, normalizer: normalizer, model: model, names: names,
      addedTokens: addedTokens(vocabulary, types))
  }

  private static func hasCapital(_ vocabulary: TokenList, _ id: Int) -> Bool {
    let token = vocabulary.bytes[vocabulary.range(id)]
    return token.first != UInt8(ascii: "[") && token.contains { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
  }

  /// The ids that llama.cpp takes for `bert` where a file names none.
  private static let bertDefaults: [(SpecialToken, Int)] = [
    (.unknown, 100), (.classification, 101), (.separator, 102), (.padding, 0), (.mask, 103),
  ]

  /// - Parameter prefix: what continues a word in a WordPiece vocabulary, which is spelled otherwise in the file; `nil` for other
  ///   models.
  static func vocabulary(
    _ metadata: GGUFMetadata, size: Int, prefix: String?
  ) throws(ModelFileError) -> (TokenList, [GGUFVocabulary.TokenType]) {
    let key = "tokenizer.ggml.tokens"
    let count = try metadata.required(key, "an array of strings", metadata.stringCount)
    guard count == size else {
      throw metadata.wrong(key, expected: "\(size) tokens, as token_embd.weight", found: "\(count)")
    }
    var types = try tokenTypes(metadata, count: count)
    // Filled up to the size of the embedding table by the converter.
    let filled = types.reversed().prefix { $0 == .unused }.count
    let size = try metadata.int(Key.vocabularySize, in: 1...count) ?? count - filled
    let irregular = try irregularTokens(metadata, size: size)
    let isWordPiece = prefix != nil
    let prefix = Array((prefix ?? "").utf8)
    var vocabulary = TokenList()
    vocabulary.reserveCapacity(size)
    try metadata.forEachString(key) { id, spelling in
      // Files written before the key of types existed spell special tokens as they are, in brackets.
      if isWordPiece, types[id] == .normal, isBracketed(spelling) { types[id] = .control }
      guard id < size else { return }
      if let token = irregular[id] {
        vocabulary.append(token.utf8)
      } else if !isWordPiece {
        vocabulary.append(spelling)
      } else {
        GGUFVocabulary.append(spelling, type: types[id], prefix: prefix, to: &vocabulary)
      }
    }
    guard let invalid = vocabulary.firstInvalid else { return (vocabulary, types) }
    throw metadata.wrong(key, expected: "strings in UTF-8", found: "other bytes in the string \(invalid)")
  }

  private static func tokenTypes(
    _ metadata: GGUFMetadata, count: Int
  ) throws(ModelFileError) -> [GGUFVocabulary.TokenType] {
    let key = "tokenizer.ggml.token_type"
    guard let numbers = try metadata.ints(key) else { return Array(repeating: .normal, count: count) }
    guard numbers.count == count else {
      throw metadata.wrong(key, expected: "\(count) numbers, one a token", found: "\(numbers.count)")
    }
    var types: [GGUFVocabulary.TokenType] = []
    types.reserveCapacity(count)
    for number in numbers {
      guard let type = Int32(exactly: number).flatMap(GGUFVocabulary.TokenType.init(rawValue:)) else {
        throw metadata.wrong(key, expected: "numbers from 1 to 6", found: "\(number)")
      }
      types.append(type)
    }
    return types
  }

  /// What a spelling cannot say, by id.
  private static func irregularTokens(
    _ metadata: GGUFMetadata, size: Int
  ) throws(ModelFileError) -> [Int: String] {
    let ids = try metadata.ints(Key.irregularIDs) ?? []
    let tokens = try metadata.strings(Key.irregularTokens) ?? []
    guard ids.count == tokens.count, ids.allSatisfy({ $0 >= 0 && $0 < size }) else {
      throw metadata.wrong(Key.irregularIDs, expected: "\(tokens.count) ids below \(size)", found: "others")
    }
    return Dictionary(zip(ids, tokens), uniquingKeysWith: { _, last in last })
  }

  private static func isBracketed(_ token: UnsafeRawBufferPointer) -> Bool {
    token.count > 2 && token.first == UInt8(ascii: "[") && token.last == UInt8(ascii: "]")
  }

  /// Of a file that is not Akin's: its control tokens, but for the unused ones of BERT's vocabularies.
  static func addedTokens(
    _ vocabulary: TokenList, _ types: [GGUFVocabulary.TokenType]
  ) -> [AddedToken] {
    vocabulary.indices.compactMap { id in
      guard [.control, .userDefined, .unknown].contains(types[id]) else { return nil }
      let token = vocabulary[id]
      guard !token.utf8.starts(with: "[unused".utf8) else { return nil }
      return AddedToken(content: token, id: Int32(id), special: types[id] != .userDefined)
    }
  }
}

import JSON
import Tokenizers

/// A tokenizer in the keys of a GGUF file: llama.cpp's, and under `akin.` what these cannot hold.
enum GGUFTokenizer {
  private typealias Key = GGUFModel.Key

  /// The keys of a model's tokenizer.
  static func keys(_ description: ModelDescription) -> [(String, GGUFValue)] {
    let tokenizer = description.tokenizer
    let spelled = GGUFVocabulary.spell(tokenizer, size: description.transformer.vocabularySize)
    var keys: [(String, GGUFValue)] = [
      ("tokenizer.ggml.model", .string("bert")),
      // The name under which llama.cpp files BERT's pre-tokenizer.
      ("tokenizer.ggml.pre", .string("jina-v2-en")),
      ("tokenizer.ggml.token_type_count", .uint32(UInt32(description.transformer.typeVocabularySize))),
      ("tokenizer.ggml.tokens", .strings(spelled.tokens)),
      ("tokenizer.ggml.token_type", .int32s(spelled.types)),
      ("tokenizer.ggml.add_bos_token", .bool(true)),
      ("tokenizer.ggml.add_eos_token", .bool(true)),
      (Key.vocabularySize, .uint32(UInt32(tokenizer.vocabulary.count))),
      (Key.irregularIDs, .int32s(spelled.irregularIDs)),
      (Key.irregularTokens, .strings(spelled.irregularTokens)),
      (Key.tokenizer, .string(String(decoding: TokenizerJSON.value(of: tokenizer).serialized(), as: UTF8.self))),
    ]
    var names = tokenizer.names
    // For `bert` the classification token is the beginning of the sequence and the separator its end.
    names.beginning = names.beginning ?? names.classification
    names.end = names.end ?? names.separator
    for role in SpecialToken.allCases {
      guard let id = names[keyPath: role.name].flatMap(tokenizer.id(of:)) else { continue }
      keys.append((role.ggufKey, .uint32(UInt32(id))))
    }
    return keys
  }

  /// The tokenizer that a file's keys give.
  /// - Parameter size: rows of the word-embedding table.
  static func definition(_ metadata: GGUFMetadata, size: Int) throws(ModelFileError) -> TokenizerDefinition {
    let model = try metadata.required("tokenizer.ggml.model", "a string", metadata.string)
    guard model == "bert" else {
      throw metadata.wrong("tokenizer.ggml.model", expected: "'bert' (WordPiece)", found: "'\(model)'")
    }
    guard let text = try metadata.string(Key.tokenizer) else { return try bert(metadata, size: size) }
    do {
      let root = JSONField(try JSONValue.parse(Array(text.utf8)), path: Key.tokenizer)
      let prefix = try root["model"]["continuing_subword_prefix"].ifPresent?.string() ?? "##"
      let (vocabulary, _) = try vocabulary(metadata, size: size, prefix: prefix)
      return try TokenizerJSON.definition(root, vocabulary: vocabulary)
    } catch let error as ModelFileError {
      throw error
    } catch {
      throw metadata.wrong(Key.tokenizer, expected: "a tokenizer as in a tokenizer.json", found: "\(error)")
    }
  }

  /// Of a file that is not Akin's: as llama.cpp does it, BERT's uncased tokenizer.
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
    return .bert(vocabulary: vocabulary, model: model, names: names, addedTokens: addedTokens(vocabulary, types))
  }

  /// The ids that llama.cpp takes for `bert` where a file names none.
  private static let bertDefaults: [(SpecialToken, Int)] = [
    (.unknown, 100), (.classification, 101), (.separator, 102), (.padding, 0), (.mask, 103),
  ]

  private static func vocabulary(
    _ metadata: GGUFMetadata, size: Int, prefix: String
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
    let prefix = Array(prefix.utf8)
    var vocabulary = TokenList()
    vocabulary.reserveCapacity(size)
    try metadata.forEachString(key) { id, spelling in
      // Files written before the key of types existed spell special tokens as they are, in brackets.
      if types[id] == .normal, isBracketed(spelling) { types[id] = .control }
      guard id < size else { return }
      if let token = irregular[id] {
        vocabulary.append(token.utf8)
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
  private static func addedTokens(
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

extension GGUFModel {
  /// The tokenizer that a file's keys give.
  static func tokenizer(
    _ metadata: GGUFMetadata, _ bert: TransformerDescription
  ) throws(ModelFileError) -> TokenizerDefinition {
    let model = try metadata.required("tokenizer.ggml.model", "a string", metadata.string)
    guard model == "bert" else {
      throw metadata.wrong("tokenizer.ggml.model", expected: "'bert' (WordPiece)", found: "'\(model)'")
    }
    let prefix = try metadata.string(Key.continuingPrefix) ?? "##"
    let (vocabulary, types) = try vocabulary(metadata, bert, prefix: prefix)
    var tokenizer = TokenizerDefinition(vocabulary: vocabulary)
    tokenizer.continuingPrefix = prefix
    tokenizer.lowercase = try metadata.bool(Key.lowercase) ?? true
    tokenizer.stripAccents = try metadata.bool(Key.stripAccents)
    tokenizer.cleanText = try metadata.bool(Key.cleanText) ?? true
    tokenizer.splitCJK = try metadata.bool(Key.splitCJK) ?? true
    tokenizer.maxWordLength = try metadata.int(Key.maxWordLength, in: 1...1 << 20) ?? 100
    let isAkins = metadata.entry(Key.added + "ids") != nil
    tokenizer.addedTokens =
      isAkins ? try addedTokens(metadata, bert) : addedTokens(vocabulary, types)
    try readSpecialTokens(metadata, into: &tokenizer)
    return tokenizer
  }

  private static func vocabulary(
    _ metadata: GGUFMetadata, _ bert: TransformerDescription, prefix: String
  ) throws(ModelFileError) -> (TokenList, [GGUFVocabulary.TokenType]) {
    let key = "tokenizer.ggml.tokens"
    let count = try metadata.required(key, "an array of strings", metadata.stringCount)
    guard count == bert.vocabularySize else {
      throw metadata.wrong(key, expected: "\(bert.vocabularySize) tokens, as token_embd.weight", found: "\(count)")
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

  private static func addedTokens(
    _ metadata: GGUFMetadata, _ bert: TransformerDescription
  ) throws(ModelFileError) -> [AddedTokenDefinition] {
    let contents = try metadata.strings(Key.added + "contents") ?? []
    let ids = try metadata.ints(Key.added + "ids") ?? []
    let flags = [
      try metadata.bools(Key.added + "special") ?? [], try metadata.bools(Key.added + "single_word") ?? [],
      try metadata.bools(Key.added + "left_strip") ?? [], try metadata.bools(Key.added + "right_strip") ?? [],
      try metadata.bools(Key.added + "normalized") ?? [],
    ]
    guard ids.count == contents.count, flags.allSatisfy({ $0.count == contents.count }),
      ids.allSatisfy({ $0 >= 0 && $0 < bert.vocabularySize })
    else {
      throw metadata.wrong(
        Key.added + "ids", expected: "\(contents.count) ids below \(bert.vocabularySize)", found: "others")
    }
    return contents.indices.map { index in
      AddedTokenDefinition(
        content: contents[index], id: Int32(ids[index]), special: flags[0][index], singleWord: flags[1][index],
        leftStrip: flags[2][index], rightStrip: flags[3][index], normalized: flags[4][index])
    }
  }

  /// Of a file that is not Akin's: its control tokens, but for the unused ones of BERT's vocabularies.
  private static func addedTokens(
    _ vocabulary: TokenList, _ types: [GGUFVocabulary.TokenType]
  ) -> [AddedTokenDefinition] {
    vocabulary.indices.compactMap { id in
      guard [.control, .userDefined, .unknown].contains(types[id]) else { return nil }
      let token = vocabulary[id]
      guard !token.utf8.starts(with: "[unused".utf8) else { return nil }
      return AddedTokenDefinition(content: token, id: Int32(id), special: types[id] != .userDefined)
    }
  }

  private static func readSpecialTokens(
    _ metadata: GGUFMetadata, into tokenizer: inout TokenizerDefinition
  ) throws(ModelFileError) {
    for role in SpecialToken.allCases {
      let id = try metadata.int(role.keys[0]) ?? role.defaultID
      let added = tokenizer.addedTokens.first { Int($0.id) == id }?.content
      guard let token = added ?? (id < tokenizer.vocabulary.count ? tokenizer.vocabulary[id] : nil) else {
        throw metadata.wrong(
          role.keys[0], expected: "the id of one of \(tokenizer.vocabulary.count) tokens", found: "\(id)")
      }
      tokenizer[keyPath: role.token] = token
    }
  }
}

import JSON

/// The tokenizer of a model folder: tokenizer.json where it is there, else vocab.txt; tokenizer_config.json's settings
/// stand over both, as in transformers' BertTokenizerFast.
struct TokenizerFiles {
  let folder: String

  /// - Throws: an error that names the file and the member; also where the tokens that a BERT model needs are not in
  ///   the vocabulary, or an id has no row in the embedding table.
  func definition(_ bert: TransformerDescription) throws(ModelFileError) -> TokenizerDefinition {
    let settings = try JSONFile.ifThere(folder + "/tokenizer_config.json")
    let file: String
    var tokenizer: TokenizerDefinition
    if let json = try JSONFile.ifThere(folder + "/tokenizer.json") {
      file = json.path
      tokenizer = try json.read(TokenizerDefinition.init(tokenizerJSON:))
      try settings?.read { root throws(JSONFieldError) in try tokenizer.apply(settings: root) }
    } else {
      file = folder + "/vocab.txt"
      tokenizer = TokenizerDefinition(vocabulary: TokenList(try Self.lines(of: file)))
      try settings?.read { root throws(JSONFieldError) in
        try tokenizer.apply(settings: root)
        try tokenizer.readAddedTokens(root["added_tokens_decoder"])
      }
      tokenizer.addSpecialTokens()
    }
    try check(tokenizer, bert: bert, file: file)
    return tokenizer
  }

  private static func lines(of path: String) throws(ModelFileError) -> [String] {
    let file = try MappedFile(path: path)
    var lines: [String] = []
    let invalid = file.withBytes { bytes -> Int? in
      var start = 0
      while start < bytes.count {
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let isWindows = end > start && bytes[end - 1] == UInt8(ascii: "\r")
        guard let line = String(validating: bytes[start..<(isWindows ? end - 1 : end)], as: UTF8.self) else {
          return start
        }
        lines.append(line)
        start = end + 1
      }
      return nil
    }
    if let invalid {
      throw ModelFileError(.malformed("line \(lines.count + 1) is not UTF-8"), path: path, offset: invalid)
    }
    return lines
  }

  private func check(
    _ tokenizer: TokenizerDefinition, bert: TransformerDescription, file: String
  ) throws(ModelFileError) {
    guard tokenizer.vocabulary.count <= bert.vocabularySize else {
      let found = "\(tokenizer.vocabulary.count) tokens"
      throw ModelFileError(
        .field("vocabulary", expected: "at most vocab_size \(bert.vocabularySize) tokens", found: found), path: file)
    }
    for token in tokenizer.addedTokens where !(0..<bert.vocabularySize).contains(Int(token.id)) {
      throw ModelFileError(
        .field("added token '\(token.content)'", expected: "an id below \(bert.vocabularySize)", found: "\(token.id)"),
        path: file)
    }
    for role in SpecialToken.allCases {
      let token = tokenizer[keyPath: role.token]
      guard tokenizer.id(of: token) != nil else {
        throw ModelFileError(
          .field("vocabulary", expected: "the \(role) token '\(token)'", found: "no such token"), path: file)
      }
    }
  }
}

extension TokenizerDefinition {
  /// Reads tokenizer.json (huggingface/tokenizers' own format) of a BERT tokenizer.
  fileprivate init(tokenizerJSON root: JSONField) throws(JSONFieldError) {
    try Self.require(root["normalizer"], "BertNormalizer")
    try Self.require(root["pre_tokenizer"], "BertPreTokenizer")
    try Self.require(root["model"], "WordPiece")
    self.init(vocabulary: TokenList(try Self.vocabulary(root["model"]["vocab"])))
    let normalizer = root["normalizer"]
    lowercase = try normalizer["lowercase"].ifPresent?.bool() ?? true
    stripAccents = try normalizer["strip_accents"].ifPresent?.bool()
    cleanText = try normalizer["clean_text"].ifPresent?.bool() ?? true
    splitCJK = try normalizer["handle_chinese_chars"].ifPresent?.bool() ?? true
    let model = root["model"]
    unknown = try model["unk_token"].ifPresent?.string() ?? unknown
    continuingPrefix = try model["continuing_subword_prefix"].ifPresent?.string() ?? continuingPrefix
    maxWordLength = try model["max_input_chars_per_word"].ifPresent?.int(in: 1...1 << 20) ?? maxWordLength
    for field in try root["added_tokens"].ifPresent?.array() ?? [] {
      addedTokens.append(try AddedTokenDefinition(field, id: try field["id"].int(in: 0...Int(Int32.max))))
    }
    if let processor = root["post_processor"].ifPresent { try readPostProcessor(processor) }
  }

  private static func require(_ field: JSONField, _ type: String) throws(JSONFieldError) {
    guard field.isPresent else { throw field.mismatch("a \(type)") }
    let found = try field["type"].string()
    guard found == type else { throw field["type"].mismatch("\"\(type)\"", found: "\"\(found)\"") }
  }

  /// Token by id. The names are compared by code point: Swift's String would take canonically equal tokens for one.
  private static func vocabulary(_ field: JSONField) throws(JSONFieldError) -> [String] {
    let members = try field.object().members
    guard !members.isEmpty else { throw field.mismatch("at least one token") }
    var tokens = [String?](repeating: nil, count: members.count)
    for (token, value) in members {
      guard case .integer(let number) = value, let id = Int(exactly: number), tokens.indices.contains(id) else {
        throw JSONFieldError(
          path: field.path + "[\"\(token.prefix(64))\"]",
          expected: "an id below \(members.count), the number of tokens",
          found: value.summary)
      }
      guard tokens[id] == nil else { throw field.mismatch("one token an id", found: "the id \(id) twice") }
      tokens[id] = token
    }
    return tokens.compactMap { $0 }
  }

  /// `[CLS] A [SEP]` and its second text after it, in either of the two forms that BERT's files have.
  private mutating func readPostProcessor(_ field: JSONField) throws(JSONFieldError) {
    let type = try field["type"].string()
    switch type {
    case "BertProcessing":
      classification = try Self.firstString(field["cls"])
      separator = try Self.firstString(field["sep"])
    case "TemplateProcessing":
      let single = try field["single"].array()
      guard single.count == 3, single[1]["Sequence"].isPresent else {
        throw field["single"].mismatch("a special token, the text, a special token")
      }
      classification = try single[0]["SpecialToken"]["id"].string()
      separator = try single[2]["SpecialToken"]["id"].string()
    default:
      throw field["type"].mismatch("\"TemplateProcessing\" or \"BertProcessing\"", found: "\"\(type)\"")
    }
  }

  private static func firstString(_ field: JSONField) throws(JSONFieldError) -> String {
    guard let first = try field.array().first else { throw field.mismatch("a token and its id") }
    return try first.string()
  }

  /// tokenizer_config.json: only what it says explicitly.
  fileprivate mutating func apply(settings root: JSONField) throws(JSONFieldError) {
    if let field = root["do_lower_case"].ifPresent { lowercase = try field.bool() }
    if root["strip_accents"].value != nil { stripAccents = try root["strip_accents"].ifPresent?.bool() }
    if let field = root["tokenize_chinese_chars"].ifPresent { splitCJK = try field.bool() }
    let names: [(String, WritableKeyPath<TokenizerDefinition, String>)] = [
      ("unk_token", \.unknown), ("cls_token", \.classification), ("sep_token", \.separator), ("pad_token", \.padding),
      ("mask_token", \.mask),
    ]
    for (name, property) in names {
      guard let field = root[name].ifPresent else { continue }
      if case .object = field.value {
        self[keyPath: property] = try field["content"].string()
      } else {
        self[keyPath: property] = try field.string()
      }
    }
  }

  /// tokenizer_config.json's tokens by id, in the order of the ids.
  fileprivate mutating func readAddedTokens(_ field: JSONField) throws(JSONFieldError) {
    guard field.isPresent else { return }
    for key in try field.object().keys {
      guard let id = Int32(key), id >= 0 else { throw field.mismatch("ids as names", found: "\"\(key.prefix(64))\"") }
      addedTokens.append(try AddedTokenDefinition(field[key], id: Int(id)))
    }
    addedTokens.sort { $0.id < $1.id }
  }

  /// A vocab.txt says nothing of its special tokens: the five roles are added tokens.
  fileprivate mutating func addSpecialTokens() {
    for role in SpecialToken.allCases {
      let token = self[keyPath: role.token]
      guard !addedTokens.contains(where: { $0.content == token }), let id = vocabulary.firstIndex(of: token) else {
        continue
      }
      addedTokens.append(AddedTokenDefinition(content: token, id: Int32(id)))
    }
    addedTokens.sort { $0.id < $1.id }
  }
}

extension AddedTokenDefinition {
  fileprivate init(_ field: JSONField, id: Int) throws(JSONFieldError) {
    let content = try field["content"].string()
    guard !content.isEmpty else { throw field["content"].mismatch("at least one character") }
    self.init(
      content: content, id: Int32(clamping: id),
      special: try field["special"].ifPresent?.bool() ?? false,
      singleWord: try field["single_word"].ifPresent?.bool() ?? false,
      leftStrip: try field["lstrip"].ifPresent?.bool() ?? false,
      rightStrip: try field["rstrip"].ifPresent?.bool() ?? false,
      normalized: try field["normalized"].ifPresent?.bool() ?? false)
  }
}

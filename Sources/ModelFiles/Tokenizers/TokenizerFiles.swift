import JSON
import Tokenizers

/// The tokenizer of a model folder: tokenizer.json where it is there, else vocab.txt; tokenizer_config.json's settings
/// stand over both, as in transformers' BertTokenizerFast.
struct TokenizerFiles {
  let folder: String

  /// - Parameter vocabularySize: rows of the embedding table.
  /// - Throws: an error that names the file and the member; also where a token that is needed is not in the vocabulary, or an
  ///   id has no row in the embedding table.
  func definition(vocabularySize: Int) throws(ModelFileError) -> TokenizerDefinition {
    let settings = try JSONFile.ifThere(folder + "/tokenizer_config.json")
    let file: String
    var tokenizer: TokenizerDefinition
    if let json = try JSONFile.ifThere(folder + "/tokenizer.json") {
      file = json.path
      tokenizer = try json.read(TokenizerJSON.definition)
      try settings?.read { root throws(JSONFieldError) in try tokenizer.apply(settings: root) }
    } else {
      file = folder + "/vocab.txt"
      tokenizer = .bert(vocabulary: TokenList(try Self.lines(of: file)))
      tokenizer.addedTokens = []
      try settings?.read { root throws(JSONFieldError) in
        try tokenizer.apply(settings: root)
        try tokenizer.readAddedTokens(root["added_tokens_decoder"])
      }
      tokenizer.addNames()
    }
    try check(tokenizer, vocabularySize: vocabularySize, file: file)
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
    _ tokenizer: TokenizerDefinition, vocabularySize: Int, file: String
  ) throws(ModelFileError) {
    guard tokenizer.vocabulary.count <= vocabularySize else {
      let found = "\(tokenizer.vocabulary.count) tokens"
      throw ModelFileError(
        .field("vocabulary", expected: "at most vocab_size \(vocabularySize) tokens", found: found), path: file)
    }
    for token in tokenizer.addedTokens where !(0..<vocabularySize).contains(Int(token.id)) {
      throw ModelFileError(
        .field("added token '\(token.content)'", expected: "an id below \(vocabularySize)", found: "\(token.id)"),
        path: file)
    }
    for role in [SpecialToken.unknown, .classification, .separator, .padding, .mask] {
      guard let token = tokenizer.names[keyPath: role.name], tokenizer.id(of: token) == nil else { continue }
      throw ModelFileError(
        .field("vocabulary", expected: "the \(role) token '\(token)'", found: "no such token"), path: file)
    }
  }
}

extension TokenizerDefinition {
  /// tokenizer_config.json: only what it says explicitly.
  fileprivate mutating func apply(settings root: JSONField) throws(JSONFieldError) {
    let special = [template.single.first, template.single.last].compactMap { piece in
      if case .special(let token, _) = piece { token } else { nil }
    }
    let isBert = special.count == 2 && template == .bert(classification: special[0], separator: special[1])
    if case .bert(var options)? = normalizer.first, normalizer.count == 1 {
      if let field = root["do_lower_case"].ifPresent { options.lowercase = try field.bool() }
      if root["strip_accents"].value != nil { options.stripAccents = try root["strip_accents"].ifPresent?.bool() }
      if let field = root["tokenize_chinese_chars"].ifPresent { options.splitCJK = try field.bool() }
      normalizer = [.bert(options)]
    }
    for role in SpecialToken.allCases {
      guard let field = root[role.setting].ifPresent else { continue }
      if case .object = field.value {
        names[keyPath: role.name] = try field["content"].string()
      } else {
        names[keyPath: role.name] = try field.string()
      }
    }
    // BERT's template follows the names.
    if isBert, let first = token(names.classification), let last = token(names.separator) {
      template = .bert(classification: first, separator: last)
    }
  }

  private func token(_ name: String?) -> Template.Token? {
    name.flatMap { name in id(of: name).map { Template.Token(id: Int32($0), text: name) } }
  }

  /// tokenizer_config.json's tokens by id, in the order of the ids.
  fileprivate mutating func readAddedTokens(_ field: JSONField) throws(JSONFieldError) {
    guard field.isPresent else { return }
    for key in try field.object().keys {
      guard let id = Int32(key), id >= 0 else { throw field.mismatch("ids as names", found: "\"\(key.prefix(64))\"") }
      addedTokens.append(try AddedToken(json: field[key], id: Int(id), normalizedByDefault: false))
    }
    addedTokens.sort { $0.id < $1.id }
  }
}

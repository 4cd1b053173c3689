import JSON
import Tokenizers

/// The tokenizer of a model folder: tokenizer.json where it is there, else the files of its class; tokenizer_config.json's
/// settings stand over both, as in transformers' class of that name.
struct TokenizerFiles {
  let folder: String

  /// - Parameter vocabularySize: rows of the embedding table.
  /// - Throws: an error that names the file and the member; also where a token that is needed is not in the vocabulary, or an
  ///   id has no row in the embedding table.
  func definition(vocabularySize: Int) throws(ModelFileError) -> TokenizerDefinition {
    let settings = try TokenizerSettings(folder: folder)
    var (tokenizer, file, hasTemplate) = try unsettled(settings)
    do throws(JSONFieldError) {
      try settings.apply(
        to: &tokenizer, rows: vocabularySize, isFromJSON: file.hasSuffix("/tokenizer.json"), hasTemplate: hasTemplate)
    } catch {
      throw ModelFileError(error, file: folder + "/tokenizer_config.json")
    }
    try check(tokenizer, vocabularySize: vocabularySize, file: file)
    return tokenizer
  }

  /// What tokenizer.json says, and nothing that stands beside it: how sentence-transformers reads the tokenizer of a table of
  /// words' vectors. Nothing else says where such a model's texts are cut.
  func definitionOfJSONAlone(rows: Int) throws(ModelFileError) -> (TokenizerDefinition, maxLength: Int?) {
    let json = try JSONFile(path: folder + "/tokenizer.json")
    let (tokenizer, length) = try json.read { root throws(JSONFieldError) in
      (try TokenizerJSON.definition(root), try root["truncation"]["max_length"].ifPresent?.int(in: 3...Int(Int32.max)))
    }
    try check(tokenizer, vocabularySize: rows, file: json.path)
    return (tokenizer, length)
  }

  /// What the vocabulary's own file says, its path, and whether it says what is put around texts.
  private func unsettled(
    _ settings: TokenizerSettings
  ) throws(ModelFileError) -> (TokenizerDefinition, file: String, hasTemplate: Bool) {
    let kind = settings.kind
    if let json = try JSONFile.ifThere(folder + "/tokenizer.json") {
      return (try json.read(TokenizerJSON.definition), json.path, json.root["post_processor"].isPresent)
    }
    for name in SentencePieceFile.names where Files.isFile(folder + "/" + name) {
      let path = folder + "/" + name
      let options = try settings.sentencePieceOptions(path: path)
      return (try SentencePieceFile(path: path).definition(kind, options, path: path), path, false)
    }
    if let json = try JSONFile.ifThere(folder + "/vocab.json") { return (try bytePairs(json, kind), json.path, false) }
    // Other classes have no such list.
    let hasList = [.file, .bert, .mpnet].contains(kind), file = folder + (hasList ? "/vocab.txt" : "/tokenizer.json")
    guard hasList else { throw ModelFileError(.missing, path: file) }
    var tokenizer = TokenizerDefinition.bert(vocabulary: TokenList(try Self.lines(of: file)))
    tokenizer.addedTokens = []
    if kind == .mpnet { tokenizer.addedTokens = Self.mask(in: tokenizer.vocabulary) }
    return (tokenizer, file, false)
  }

  /// The mask of MPNet and RoBERTa takes the space before it.
  private static func mask(in vocabulary: TokenList) -> [AddedToken] {
    vocabulary.firstIndex(of: "<mask>").map { [AddedToken(content: "<mask>", id: Int32($0), leftStrip: true)] } ?? []
  }

  /// vocab.json and merges.txt: byte-pair encoding over bytes, as GPT-2's and RoBERTa's.
  private func bytePairs(_ vocab: JSONFile, _ kind: TokenizerClass) throws(ModelFileError) -> TokenizerDefinition {
    guard kind == .roberta || kind == .gpt2 else {
      throw ModelFileError(
        .unsupported("vocab.json and merges.txt of a class other than RoBERTa's and GPT-2's, without tokenizer.json"),
        path: vocab.path)
    }
    let vocabulary = try vocab.read(TokenModelJSON.vocabulary)
    let path = folder + "/merges.txt"
    var builder = MergeBuilder(vocabulary)
    for (number, line) in try Self.lines(of: path).enumerated() where !line.hasPrefix("#version") && !line.isEmpty {
      let parts = line.utf8.split(separator: UInt8(ascii: " "))
      guard parts.count == 2, builder.append(parts[0], parts[1]) else {
        throw ModelFileError(
          .malformed("line \(number + 1) is not two tokens of vocab.json that are one of it together"), path: path)
      }
    }
    var tokenizer = TokenizerDefinition(vocabulary: vocabulary, model: .bytePair(BytePairModel(merges: builder.merges)))
    tokenizer.preTokenizer = [.byteLevel(addsPrefixSpace: false, usesRegex: true)]
    tokenizer.decoder = [.byteLevel]
    guard kind == .roberta else { return tokenizer }
    tokenizer.addedTokens = Self.mask(in: vocabulary)
    if let first = vocabulary.firstIndex(of: "<s>"), let last = vocabulary.firstIndex(of: "</s>") {
      tokenizer.template = .roberta(
        classification: Template.Token(id: Int32(first), text: "<s>"),
        separator: Template.Token(id: Int32(last), text: "</s>"))
    }
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
    if let token = tokenizer.token(beyond: vocabularySize) {
      throw ModelFileError(
        .field("added token '\(token.text)'", expected: "an id below \(vocabularySize)", found: "\(token.id)"),
        path: file)
    }
    for role in [SpecialToken.unknown, .classification, .separator] {
      guard let token = tokenizer.names[keyPath: role.name], tokenizer.id(of: token) == nil else { continue }
      throw ModelFileError(
        .field("vocabulary", expected: "the \(role) token '\(token)'", found: "no such token"), path: file)
    }
  }
}

extension TokenizerDefinition {
  /// Reads the tokenizer of a model folder.
  /// - Parameter rows: of the model's embedding table: no id is as great.
  /// - Throws: an error that names the file and the member.
  public init(modelFolder path: String, rows: Int) throws(ModelFileError) {
    self = try TokenizerFiles(folder: path).definition(vocabularySize: rows)
  }
}

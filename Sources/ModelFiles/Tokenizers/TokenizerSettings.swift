import JSON
import Tokenizers

/// tokenizer_config.json, special_tokens_map.json and added_tokens.json: what they say beyond tokenizer.json.
///
/// One table of the members that transformers reads. Any other means nothing there, nor here.
package struct TokenizerSettings {
  /// Members that change tokens, and are followed.
  package static let honoured: Set = [
    "tokenizer_class", "auto_map", "do_lower_case", "strip_accents", "tokenize_chinese_chars", "unk_token", "cls_token",
    "sep_token", "pad_token", "mask_token", "bos_token", "eos_token", "additional_special_tokens",
    "extra_special_tokens", "added_tokens_decoder", "add_prefix_space", "trim_offsets", "truncation_side",
    "split_special_tokens", "add_bos_token", "add_eos_token", "model_max_length", "keep_accents", "legacy",
    "model_input_names", "padding_side",
  ]
  /// Members that change nothing that Akin does: padding, decoding and chat, or files that have their usual names.
  package static let harmless: Set = [
    "pad_to_multiple_of", "pad_token_type_id", "max_length", "stride", "truncation_strategy",
    "clean_up_tokenization_spaces", "chat_template", "name_or_path", "special_tokens_map_file", "tokenizer_file",
    "vocab_file", "merges_file", "never_split", "do_basic_tokenize", "errors",
    "from_slow", "use_fast", "processor_class", "backend", "is_local", "local_files_only", "wordpieces_prefix",
    "remove_space", "use_default_system_prompt", "spaces_between_special_tokens", "extra_ids", "response_template",
    "sp_model_kwargs", "tokenizer_type", "init_inputs", "model_specific_special_tokens",
  ]
  /// Members of classes whose words are cut by something that Akin does not have.
  package static let refused: [String: String] = [
    "word_tokenizer_type": "a Japanese dictionary cuts words",
    "subword_tokenizer_type": "a Japanese dictionary cuts words",
    "mecab_kwargs": "a Japanese dictionary cuts words",
    "sudachi_kwargs": "a Japanese dictionary cuts words",
    "jumanpp_kwargs": "a Japanese dictionary cuts words",
    "src_lang": "texts are framed by their language",
    "tgt_lang": "texts are framed by their language",
    "demojizer": "emojis are spelled out",
  ]

  let kind: TokenizerClass
  /// Whether a file names the class.
  private let isNamed: Bool
  private let root: JSONField
  private let map: JSONField
  private let added: JSONField

  /// - Throws: for a class or a member that is refused.
  init(folder: String) throws(ModelFileError) {
    func root(_ name: String) throws(ModelFileError) -> JSONField {
      try JSONFile.ifThere(folder + "/" + name)?.root ?? JSONField(nil, path: "")
    }
    let settings = try root("tokenizer_config.json")
    let configuration = try root("config.json")
    do throws(JSONFieldError) {
      for (name, reason) in Self.refused.sorted(by: { $0.key < $1.key }) where settings[name].isPresent {
        throw settings[name].mismatch("no such member: \(reason), which Akin does not do")
      }
      kind = try TokenizerClass(settings: settings, configuration: configuration)
    } catch {
      let isInSettings = settings.isPresent && settings[error.path].isPresent || error.path.hasPrefix("auto_map")
      throw ModelFileError(error, file: folder + (isInSettings ? "/tokenizer_config.json" : "/config.json"))
    }
    isNamed = settings["tokenizer_class"].isPresent || configuration["tokenizer_class"].isPresent
    self.root = settings
    // transformers reads the two older files only where the newer member is missing.
    let isOld = !settings["added_tokens_decoder"].isPresent
    map = isOld ? try root("special_tokens_map.json") : JSONField(nil, path: "")
    added = isOld ? try root("added_tokens.json") : JSONField(nil, path: "")
  }

  /// Puts the settings over what tokenizer.json, or a vocabulary, says.
  /// - Parameters:
  ///   - rows: of the embedding table: a token behind it can be in no text.
  ///   - isFromJSON: whether it stands in a tokenizer.json, of which the class takes a part only.
  ///   - hasTemplate: whether a file says what is put around texts, be it nothing.
  func apply(
    to definition: inout TokenizerDefinition, rows: Int, isFromJSON: Bool, hasTemplate: Bool
  ) throws(JSONFieldError) {
    if isNamed, !kind.fits(definition.model) {
      throw root["tokenizer_class"].mismatch("a class for the kind of model that the tokenizer has")
    }
    try readNames(into: &definition)
    if isFromJSON { kind.rebuild(&definition) }
    try readAddedTokens(into: &definition, rows: rows)
    try readNormalizer(into: &definition)
    try readTemplate(into: &definition, isFromJSON: isFromJSON, hasTemplate: hasTemplate)
    try readPrefixSpace(into: &definition)
    if let field = root["truncation_side"].ifPresent {
      definition.truncationSide = try field.oneOf(TruncationSide.self)
    }
    // Of transformers 5's classes BERT's alone tells the model types where no file asks for them.
    let names = try root["model_input_names"].ifPresent?.strings()
    if let names, !names.contains("attention_mask") {
      throw root["model_input_names"].mismatch("\"attention_mask\" among them: else padding would be read")
    }
    let tellsTypes = names.map { $0.contains("token_type_ids") } ?? (kind == .bert)
    if !tellsTypes { definition.template.forgetTypes() }
    definition.splitsSpecialTokens = try root["split_special_tokens"].ifPresent?.bool() ?? false
    dropNamesWithoutTokens(from: &definition)
  }

  /// Whether a class makes its template of names, which its vocabularies have.
  private func isNamed(by kind: TokenizerClass, _ definition: TokenizerDefinition) -> Bool {
    guard case .wordPiece = definition.model else { return false }
    return kind == .bert || kind == .mpnet
  }

  /// A name that no token has names nothing; where the template is made of names, or WordPiece needs one, it stays and is
  /// found missing.
  private func dropNamesWithoutTokens(from definition: inout TokenizerDefinition) {
    guard !isNamed(by: kind, definition) else { return }
    for role in SpecialToken.allCases {
      guard let name = definition.names[keyPath: role.name], definition.id(of: name) == nil else { continue }
      definition.names[keyPath: role.name] = nil
    }
  }

  /// What the settings say of a SentencePiece model without tokenizer.json.
  /// - Throws: where they leave open what versions of transformers do differently.
  func sentencePieceOptions(path: String) throws(ModelFileError) -> SentencePieceFile.Options {
    do throws(JSONFieldError) {
      if kind == .llama || kind == .gemma, !root["add_bos_token"].isPresent {
        throw root["add_bos_token"].mismatch("true or false, as there is no tokenizer.json to say it")
      }
      return SentencePieceFile.Options(
        keepsAccents: try root["keep_accents"].ifPresent?.bool() ?? false,
        lowercases: try albertLowercases(),
        isLegacy: try root["legacy"].ifPresent?.bool() ?? false)
    } catch {
      throw ModelFileError(error, file: path)
    }
  }

  /// A null says that ALBERT's class does not, as a false does.
  private func albertLowercases() throws(JSONFieldError) -> Bool {
    let field = root["do_lower_case"]
    return field.value == nil ? true : try field.ifPresent?.bool() ?? false
  }

  /// A member of tokenizer_config.json, or the older file's, which stands over it.
  private func member(_ name: String) -> JSONField {
    map[name].ifPresent ?? root[name]
  }

  private func readNames(into definition: inout TokenizerDefinition) throws(JSONFieldError) {
    for role in SpecialToken.allCases {
      let field = member(role.setting)
      // A null says that there is none.
      if isNamed(by: kind, definition), field.value == .null, role == .classification || role == .separator {
        throw field.mismatch("a token: the class puts one around every text")
      }
      guard field.value != nil else {
        // The class's own name is no token of a vocabulary that was made for another class.
        let name = kind.defaultNames[role]
        let isKnown = isNamed(by: kind, definition) || name.map { definition.id(of: $0) != nil } ?? false
        definition.names[keyPath: role.name] = isKnown ? name : nil
        continue
      }
      definition.names[keyPath: role.name] = try field.ifPresent.map { field throws(JSONFieldError) in
        try field.tokenName()
      }
    }
  }

  private func readAddedTokens(into definition: inout TokenizerDefinition, rows: Int) throws(JSONFieldError) {
    var list = AddedTokenList(definition, rows: rows)
    if let field = root["added_tokens_decoder"].ifPresent {
      var tokens: [AddedToken] = []
      for key in try field.object().keys {
        guard let id = Int32(key), id >= 0 else {
          throw field.mismatch("ids as names", found: "\"\(key.prefix(64))\"")
        }
        tokens.append(try AddedToken(json: field[key], id: Int(id), normalizedByDefault: true))
      }
      for token in tokens.sorted(by: { $0.id < $1.id }) { list.replace(token) }
    }
    var specials: [(content: String, token: AddedToken?)] = []
    for role in SpecialToken.allCases {
      guard let name = definition.names[keyPath: role.name], !name.isEmpty else { continue }
      specials.append((name, try flags(member(role.setting), isInMap: map[role.setting].isPresent)))
    }
    for (list, isInMap) in extraTokens() {
      guard case .array = list.value else { continue }
      for item in try list.array() { specials.append((try item.tokenName(), try flags(item, isInMap: isInMap))) }
    }
    if added.isPresent {
      for key in try added.object().keys where !list.contains(key) {
        let isSpecial = specials.contains { $0.content.utf8.elementsEqual(key.utf8) }
        let id = try added[key].int(in: 0...Int(Int32.max))
        list.replace(AddedToken(content: key, id: Int32(id), special: isSpecial, normalized: !isSpecial))
      }
    }
    for (content, token) in specials where !list.contains(content) {
      var token = token ?? AddedToken(content: content, id: 0)
      token.special = true
      list.append(token)
    }
    definition.addedTokens = list.tokens
  }

  /// The lists of tokens that are special without a role. The newer name's stands over the older one's, which stands in for it where it
  /// is empty; of the older file the first is added, and the second taken where there is no other.
  private func extraTokens() -> [(list: JSONField, isInMap: Bool)] {
    let (newer, older) = (root["extra_special_tokens"], root["additional_special_tokens"])
    var (lists, isSaid) = ([(list: newer, isInMap: false)], newer.value != nil)
    switch newer.value {
    // An object names tokens of the model's own, and is no list.
    case .object(let members)? where !members.isEmpty || older.value == nil: (lists, isSaid) = ([(older, false)], false)
    case nil, .null?, .array([])?, .object?: if older.value != nil { (lists, isSaid) = ([(older, false)], true) }
    default: break
    }
    if case .array? = map["extra_special_tokens"].value {
      lists.append((map["extra_special_tokens"], true))
      isSaid = true
    }
    let last = map["additional_special_tokens"]
    return isSaid || last.value == nil ? lists : [(last, true)]
  }

  /// The flags of a token that is an object; nil for a string or nothing. All tokens of the older file are special, so that texts name
  /// them as they are unless it says otherwise.
  private func flags(_ field: JSONField, isInMap: Bool) throws(JSONFieldError) -> AddedToken? {
    guard case .object = field.value, field["content"].isPresent else { return nil }
    return try AddedToken(json: field, id: 0, normalizedByDefault: !isInMap)
  }

  /// BERT's normaliser is made of the settings, whose defaults count too; so is ALBERT's, but for its map of characters.
  private func readNormalizer(into definition: inout TokenizerDefinition) throws(JSONFieldError) {
    switch (kind, definition.model) {
    case (.bert, .wordPiece), (.mpnet, .wordPiece):
      var options = BertNormalization()
      options.lowercase = try root["do_lower_case"].ifPresent?.bool() ?? true
      options.stripAccents = try root["strip_accents"].ifPresent?.bool()
      options.splitCJK = try root["tokenize_chinese_chars"].ifPresent?.bool() ?? true
      definition.normalizer = [.bert(options)]
    case (.albert, .unigram):
      let map = definition.normalizer.filter { if case .characterMap = $0 { true } else { false } }
      definition.normalizer =
        TokenizerClass.albertNormalizer(
          lowercases: try albertLowercases(),
          keepsAccents: try root["keep_accents"].ifPresent?.bool() ?? false) + map
    default: break
    }
  }

  private func readPrefixSpace(into definition: inout TokenizerDefinition) throws(JSONFieldError) {
    // A null says that there is none.
    let field = root["add_prefix_space"], setting = field.value == nil ? nil : try field.ifPresent?.bool() ?? false
    let isOwn = kind == .roberta || kind == .gpt2 || kind == .qwen2
    guard isOwn || setting != nil else { return }
    for (index, step) in definition.preTokenizer.enumerated() {
      switch step {
      case .byteLevel(_, let usesRegex) where isOwn:
        definition.preTokenizer[index] = .byteLevel(addsPrefixSpace: setting ?? false, usesRegex: usesRegex)
      case .metaspace(let replacement, _, let splits)
      where kind == .xlmRoberta || kind == .camembert || kind == .albert:
        definition.preTokenizer[index] = .metaspace(
          replacement: replacement, prepend: setting == false ? .never : .always, splits: splits)
      default: break
      }
    }
    guard kind == .roberta else { return }
    definition.template.addsPrefixSpace = setting ?? false
    definition.template.trimsOffsets = try root["trim_offsets"].ifPresent?.bool() ?? true
  }

  private func readTemplate(
    into definition: inout TokenizerDefinition, isFromJSON: Bool, hasTemplate: Bool
  ) throws(JSONFieldError) {
    func token(_ name: String?) -> Template.Token? {
      name.flatMap { name in definition.id(of: name).map { Template.Token(id: Int32($0), text: name) } }
    }
    if let template = kind.template(definition) {
      definition.template = template
    } else if kind == .t5 {
      throw root["tokenizer_class"].mismatch("a class whose last token, eos_token, the vocabulary has")
    }
    // The only class whose template stands behind the file's.
    if kind == .albert, !hasTemplate, let first = token(definition.names.classification),
      let last = token(definition.names.separator)
    {
      definition.template = .bert(classification: first, separator: last)
    }
    switch kind {
    // The classes with a template of their own do not look at the two settings.
    case .bert, .mpnet, .roberta, .xlmRoberta, .camembert, .albert, .t5: return
    // transformers 5 does not either where there is a tokenizer.json, whose template says it.
    case .file, .gpt2, .qwen2, .llama, .gemma: if isFromJSON { return }
    }
    let names = definition.names
    let (begins, ends) = (root["add_bos_token"].ifPresent, root["add_eos_token"].ifPresent)
    if let begins { definition.template.setFirst(try begins.bool() ? token(names.beginning) : nil, names.beginning) }
    if let ends { definition.template.setLast(try ends.bool() ? token(names.end) : nil, names.end) }
  }
}

extension JSONField {
  /// The name of a token that is a string, or an object with its flags.
  fileprivate func tokenName() throws(JSONFieldError) -> String {
    if case .object = value { return try self["content"].string() }
    return try string()
  }
}

/// The added tokens of a definition while settings change them: a token keeps its id by its content.
private struct AddedTokenList {
  private(set) var tokens: [AddedToken]
  private let vocabulary: TokenList
  private let rows: Int

  init(_ definition: TokenizerDefinition, rows: Int) {
    tokens = definition.addedTokens
    vocabulary = definition.vocabulary
    self.rows = rows
  }

  func contains(_ content: String) -> Bool { index(of: content) != nil }

  private func index(of content: String) -> Int? {
    tokens.firstIndex { $0.content.utf8.elementsEqual(content.utf8) }
  }

  /// Gives a token other flags, or adds it.
  mutating func replace(_ token: AddedToken) {
    var token = token
    if let index = index(of: token.content) {
      token.id = tokens[index].id
      tokens[index] = token
    } else {
      append(token)
    }
  }

  /// Adds a token: with its id of the vocabulary, else with the next one, if the embedding table has a row for it.
  mutating func append(_ token: AddedToken) {
    guard !token.content.isEmpty else { return }
    var token = token
    let next = tokens.reduce(vocabulary.count) { max($0, Int($1.id) + 1) }
    token.id = Int32(vocabulary.firstIndex(of: token.content) ?? next)
    guard Int(token.id) < rows else { return }
    tokens.append(token)
    tokens.sort { $0.id < $1.id }
  }
}

extension Template {
  /// Of a tokenizer that tells the model no types: all are 0.
  fileprivate mutating func forgetTypes() {
    for path in [\Template.single, \Template.pair] {
      self[keyPath: path] = self[keyPath: path].map { piece in
        switch piece {
        case .special(let token, _): .special(token, typeID: 0)
        case .first: .first(typeID: 0)
        case .second: .second(typeID: 0)
        }
      }
    }
  }

  /// Begins with a token, or with none that is called `name`.
  fileprivate mutating func setFirst(_ token: Token?, _ name: String?) {
    for path in [\Template.single, \Template.pair] {
      if case .special(let first, _)? = self[keyPath: path].first, first.text == name {
        self[keyPath: path].removeFirst()
      }
      if let token { self[keyPath: path].insert(.special(token, typeID: 0), at: 0) }
    }
  }

  /// Ends with a token, or with none that is called `name`.
  fileprivate mutating func setLast(_ token: Token?, _ name: String?) {
    for path in [\Template.single, \Template.pair] {
      if case .special(let last, _)? = self[keyPath: path].last, last.text == name { self[keyPath: path].removeLast() }
      let typeID: Int32 = if case .second(let typeID)? = self[keyPath: path].last { typeID } else { 0 }
      if let token { self[keyPath: path].append(.special(token, typeID: typeID)) }
    }
  }
}

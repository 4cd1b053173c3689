import JSON
import Tokenizers

extension TokenHead {
  /// ASCII's punctuation, which ColBERT's own programs leave out of documents.
  private static let punctuation = (0x21...0x7E as ClosedRange<UInt8>).compactMap { byte in
    let scalar = Unicode.Scalar(byte)
    return Character(scalar).isLetter || Character(scalar).isNumber ? nil : String(scalar)
  }

  /// Reads the config.json of a MultiVectorMask module.
  mutating func readMask(_ root: JSONField, _ tokenizer: TokenizerDefinition) throws(JSONFieldError) {
    try MemberTable.multiVectorMask.checkAll(root)
    if let field = root["skiplist_words"].ifPresent { skippedIDs = Self.ids(of: try field.strings(), tokenizer) }
    guard let field = root["skiplist_tasks"].ifPresent else { return }
    var roles: [TextRole] = []
    if case .string = field.value {
      roles = [try field.oneOf(TextRole.self)]
    } else {
      for element in try field.array() { roles.append(try element.oneOf(TextRole.self)) }
    }
    skippingRoles = roles
  }

  /// Words that are tokens; one that is the unknown token would take all unknown words away.
  private static func ids(of words: [String], _ tokenizer: TokenizerDefinition) -> [Int32] {
    words.compactMap { tokenizer.id(of: $0).map { Int32($0) } }
  }

  /// Reads the members of sentence_bert_config.json that are for tokens.
  mutating func readLengths(_ root: JSONField, _ tokenizer: TokenizerDefinition) throws(JSONFieldError) {
    func length(_ name: String) throws(JSONFieldError) -> Int? {
      try root[name].ifPresent?.int(in: 1...TransformerLimits.positions)
    }
    queryLength = try length("query_length") ?? queryLength
    documentLength = try length("document_length") ?? documentLength
    if let field = root["query_expansion"].ifPresent { expansion = try QueryExpansion(field, tokenizer) }
  }

  /// Reads config_sentence_transformers.json: PyLate keeps there what sentence-transformers has with the encoder, whose own settings
  /// stand over it.
  /// - Parameters:
  ///   - encoder: the root of sentence_bert_config.json.
  ///   - hasMask: whether a module says which vectors are compared.
  /// - Returns: what PyLate puts before queries and documents as a token, by the names of prompts.
  mutating func readPyLate(
    _ root: JSONField, encoder: JSONField, hasMask: Bool, _ tokenizer: TokenizerDefinition
  ) throws(JSONFieldError) -> [String: String] {
    averages = try root["similarity_fn_name"].ifPresent?.string() == "meanmaxsim"
    let markers = [
      "query_length", "document_length", "query_expansion", "do_query_expansion", "attend_to_expansion_tokens",
      "attend_to_mask_tokens", "query_prefix", "document_prefix", "skiplist_words",
    ]
    let isPyLate = try root["model_type"].ifPresent?.string() == "ColBERT"
    let hasMarker = markers.contains { root[$0].value != nil }
    guard isPyLate || hasMarker else { return [:] }
    let own = (queryLength, documentLength, expansion)
    try readLengths(root, tokenizer)
    if encoder["query_length"].value != nil { queryLength = own.0 }
    if encoder["document_length"].value != nil { documentLength = own.1 }
    if encoder["query_expansion"].value != nil {
      expansion = own.2
    } else if hasMarker, root["query_expansion"].value == nil,
      try root["do_query_expansion"].ifPresent?.bool() ?? true
    {
      let attends = root["attend_to_expansion_tokens"].ifPresent ?? root["attend_to_mask_tokens"]
      expansion = QueryExpansion(
        id: try Self.mask(tokenizer, root["do_query_expansion"]), length: queryLength ?? 32, cuts: true,
        isAttended: try attends.ifPresent?.bool() ?? false)
    }
    var prefixes: [String: String] = [:]
    for role in TextRole.allCases {
      if let prefix = try root[role.rawValue + "_prefix"].ifPresent?.string() { prefixes[role.rawValue] = prefix }
    }
    if !hasMask {
      let usual = isPyLate || !prefixes.isEmpty ? Self.punctuation : []
      skippedIDs = Self.ids(of: try root["skiplist_words"].ifPresent?.strings() ?? usual, tokenizer)
    }
    return prefixes
  }

  /// Reads artifact.metadata of Stanford's checkpoints, or takes its defaults.
  /// - Returns: as `readPyLate`.
  mutating func readStanford(
    _ root: JSONField, _ tokenizer: TokenizerDefinition
  ) throws(JSONFieldError) -> [String: String] {
    documentLength = try root["doc_maxlen"].ifPresent?.int(in: 1...TransformerLimits.positions)
    expansion = QueryExpansion(
      id: try Self.mask(tokenizer, root["query_maxlen"]),
      length: try root["query_maxlen"].ifPresent?.int(in: 1...TransformerLimits.positions) ?? 32, cuts: true,
      isAttended: try root["attend_to_mask_tokens"].ifPresent?.bool() ?? false)
    let skips = try root["mask_punctuation"].ifPresent?.bool() ?? true
    skippedIDs = skips ? Self.ids(of: Self.punctuation, tokenizer) : []
    return [
      TextRole.query.rawValue: (try root["query_token_id"].ifPresent?.string() ?? "[unused0]") + " ",
      TextRole.document.rawValue: (try root["doc_token_id"].ifPresent?.string() ?? "[unused1]") + " ",
    ]
  }

  fileprivate static func mask(
    _ tokenizer: TokenizerDefinition, _ field: JSONField
  ) throws(JSONFieldError) -> Int32 {
    guard let id = tokenizer.names.mask.flatMap(tokenizer.id(of:)) else {
      throw field.mismatch("a tokenizer with a mask token, which short queries are filled up with")
    }
    return Int32(id)
  }
}

extension QueryExpansion {
  /// Reads `query_expansion` of sentence_bert_config.json.
  fileprivate init(_ field: JSONField, _ tokenizer: TokenizerDefinition) throws(JSONFieldError) {
    try MemberTable(honoured: ["strategy", "attend", "token", "length"], harmless: [], refused: [:]).checkAll(field)
    var id: Int32
    if let name = try field["token"].ifPresent?.string() {
      guard let found = tokenizer.id(of: name) else { throw field["token"].mismatch("a token of the vocabulary") }
      id = Int32(found)
    } else {
      id = try TokenHead.mask(tokenizer, field["token"])
    }
    self.init(
      id: id, length: try field["length"].int(in: 1...TransformerLimits.positions),
      cuts: try field["strategy"].choice(["fixed": true, "min": false]),
      isAttended: try field["attend"].ifPresent?.bool() ?? false)
  }
}

extension TokenizerDefinition {
  /// Makes a token of a prefix that the vocabulary has as one: it is found in texts as such, and not cut into words.
  mutating func addPrefix(_ prefix: String) {
    for name in [prefix, prefix.split(separator: " ").first.map(String.init) ?? ""] where !name.isEmpty {
      guard let id = id(of: name) else { continue }
      addedTokens.removeAll { $0.content.utf8.elementsEqual(name.utf8) }
      addedTokens.append(AddedToken(content: name, id: Int32(id), normalized: false))
      addedTokens.sort { $0.id < $1.id }
      return
    }
  }
}

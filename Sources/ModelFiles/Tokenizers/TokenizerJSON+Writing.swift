import JSON
import Tokenizers

extension TokenizerJSON {
  /// A definition as a tokenizer.json has it, without vocabulary, scores, merges and map of characters, and with the names of
  /// tokens beside it: what `definition(_:vocabulary:)` reads.
  static func value(of definition: TokenizerDefinition) -> JSONValue {
    .object([
      "added_tokens": .array(definition.addedTokens.map(\.json)),
      "normalizer": .object(["type": "Sequence", "normalizers": .array(definition.normalizer.map(\.json))]),
      "pre_tokenizer": .object(["type": "Sequence", "pretokenizers": .array(definition.preTokenizer.map(\.json))]),
      "post_processor": definition.template.json,
      "decoder": definition.decoder.map { .object(["type": "Sequence", "decoders": .array($0.map(\.json))]) } ?? .null,
      "truncation": .object(["direction": definition.truncationSide == .left ? "Left" : "Right"]),
      "model": definition.model.json,
      "names": .object(
        JSONObject(
          SpecialToken.allCases.compactMap { role in
            definition.names[keyPath: role.name].map { (key: role.setting, value: .string($0)) }
          })),
      "splits_special_tokens": .bool(definition.splitsSpecialTokens),
    ])
  }

  /// A definition that Akin wrote, over the vocabulary that stands beside it.
  static func definition(
    _ root: JSONField, vocabulary: TokenList, scores: [Double] = [], merges: MergeList = MergeList(),
    map: CharacterMap? = nil
  ) throws(JSONFieldError) -> TokenizerDefinition {
    let model = try TokenModelJSON.model(root["model"], scores: scores, merges: merges)
    var definition = TokenizerDefinition(vocabulary: vocabulary, model: model)
    try readParts(root, map: map, into: &definition)
    for role in SpecialToken.allCases {
      definition.names[keyPath: role.name] = try root["names"][role.setting].ifPresent?.string()
    }
    definition.splitsSpecialTokens = try root["splits_special_tokens"].ifPresent?.bool() ?? false
    return definition
  }
}

extension AddedToken {
  fileprivate var json: JSONValue {
    .object([
      "id": .integer(Int64(id)), "content": .string(content), "single_word": .bool(singleWord),
      "lstrip": .bool(leftStrip), "rstrip": .bool(rightStrip), "normalized": .bool(normalized),
      "special": .bool(special),
    ])
  }
}

extension TextPattern {
  fileprivate var json: JSONValue {
    switch self {
    case .literal(let text): .object(["String": .string(text)])
    case .regex(let pattern): .object(["Regex": .string(pattern.source)])
    }
  }
}

extension NormalizerStep {
  fileprivate var json: JSONValue {
    switch self {
    case .bert(let options):
      .object([
        "type": "BertNormalizer", "clean_text": .bool(options.cleanText),
        "handle_chinese_chars": .bool(options.splitCJK),
        "strip_accents": options.stripAccents.map { .bool($0) } ?? .null, "lowercase": .bool(options.lowercase),
      ])
    case .form(let form): .object(["type": .string(form.rawValue)])
    case .lowercase: .object(["type": "Lowercase"])
    case .stripAccents: .object(["type": "StripAccents"])
    case .strip(let left, let right):
      .object(["type": "Strip", "strip_left": .bool(left), "strip_right": .bool(right)])
    case .replace(let pattern, let content):
      .object(["type": "Replace", "pattern": pattern.json, "content": .string(content)])
    case .prepend(let content): .object(["type": "Prepend", "prepend": .string(content)])
    case .characterMap: .object(["type": "Precompiled"])
    case .nmt: .object(["type": "Nmt"])
    }
  }
}

extension PreTokenizerStep {
  fileprivate var json: JSONValue {
    switch self {
    case .bert: .object(["type": "BertPreTokenizer"])
    case .whitespace: .object(["type": "Whitespace"])
    case .whitespaceSplit: .object(["type": "WhitespaceSplit"])
    case .punctuation(let behavior): .object(["type": "Punctuation", "behavior": .string(behavior.rawValue)])
    case .digits(let individually): .object(["type": "Digits", "individual_digits": .bool(individually)])
    case .split(let pattern, let behavior, let inverted):
      .object([
        "type": "Split", "pattern": pattern.json, "behavior": .string(behavior.rawValue), "invert": .bool(inverted),
      ])
    case .delimiter(let scalar): .object(["type": "CharDelimiterSplit", "delimiter": .string(String(scalar))])
    case .metaspace(let replacement, let scheme, let splits):
      .object([
        "type": "Metaspace", "replacement": .string(String(replacement)), "prepend_scheme": .string("\(scheme)"),
        "split": .bool(splits),
      ])
    case .byteLevel(let addsPrefixSpace, let usesRegex):
      .object(["type": "ByteLevel", "add_prefix_space": .bool(addsPrefixSpace), "use_regex": .bool(usesRegex)])
    }
  }
}

extension Template {
  fileprivate var json: JSONValue {
    var specials: [String: JSONValue] = [:]
    func list(_ pieces: [Piece]) -> JSONValue {
      .array(
        pieces.map { piece in
          switch piece {
          case .first(let typeID): return Self.sequence("A", typeID)
          case .second(let typeID): return Self.sequence("B", typeID)
          case .special(let token, let typeID):
            // A key of its own for each, in case two of them have one name.
            let key = "\(token.id) \(token.text)"
            specials[key] = .object(["ids": [.integer(Int64(token.id))], "tokens": [.string(token.text)]])
            return .object(["SpecialToken": .object(["id": .string(key), "type_id": .integer(Int64(typeID))])])
          }
        })
    }
    let (single, pair) = (list(single), list(pair))
    let trimming: JSONValue = .object([
      "type": "ByteLevel", "trim_offsets": .bool(trimsOffsets), "add_prefix_space": .bool(addsPrefixSpace),
    ])
    let frame: JSONValue = .object([
      "type": "TemplateProcessing", "single": single, "pair": pair,
      "special_tokens": .object(JSONObject(specials.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })),
    ])
    return .object(["type": "Sequence", "processors": [trimming, frame]])
  }

  private static func sequence(_ name: String, _ typeID: Int32) -> JSONValue {
    .object(["Sequence": .object(["id": .string(name), "type_id": .integer(Int64(typeID))])])
  }
}

extension DecoderStep {
  fileprivate var json: JSONValue {
    switch self {
    case .wordPiece(let prefix, let cleansUp):
      .object(["type": "WordPiece", "prefix": .string(prefix), "cleanup": .bool(cleansUp)])
    case .byteLevel: .object(["type": "ByteLevel"])
    case .metaspace(let replacement, let dropsFirst):
      .object([
        "type": "Metaspace", "replacement": .string(String(replacement)),
        "prepend_scheme": dropsFirst ? "always" : "never",
      ])
    case .suffix(let suffix): .object(["type": "BPEDecoder", "suffix": .string(suffix)])
    case .byteFallback: .object(["type": "ByteFallback"])
    case .fuse: .object(["type": "Fuse"])
    case .strip(let scalar, let start, let stop):
      .object([
        "type": "Strip", "content": .string(String(scalar)), "start": JSONValue(start), "stop": JSONValue(stop),
      ])
    case .replace(let pattern, let content):
      .object(["type": "Replace", "pattern": pattern.json, "content": .string(content)])
    }
  }
}

extension TokenModel {
  fileprivate var json: JSONValue {
    switch self {
    case .wordPiece(let model):
      .object([
        "type": "WordPiece", "unk_token": .string(model.unknown),
        "continuing_subword_prefix": .string(model.continuingPrefix),
        "max_input_chars_per_word": JSONValue(model.maxWordLength),
      ])
    case .bytePair(let model):
      .object([
        "type": "BPE", "unk_token": model.unknown.map { .string($0) } ?? .null,
        "continuing_subword_prefix": .string(model.continuingPrefix), "end_of_word_suffix": .string(model.wordSuffix),
        "fuse_unk": .bool(model.fusesUnknown), "byte_fallback": .bool(model.byteFallback),
        "ignore_merges": .bool(model.ignoresMerges),
      ])
    case .unigram(let model):
      .object([
        "type": "Unigram", "unk_id": .integer(Int64(model.unknownID)), "byte_fallback": .bool(model.byteFallback),
      ])
    case .wordLevel(let unknown): .object(["type": "WordLevel", "unk_token": .string(unknown)])
    }
  }
}

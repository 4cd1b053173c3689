import JSON
import Tokenizers

/// Reads tokenizer.json, huggingface/tokenizers' own format. A type that is not known is refused by its name.
enum TokenizerJSON {
  /// - Throws: an error with the member's path.
  static func definition(_ root: JSONField) throws(JSONFieldError) -> TokenizerDefinition {
    if let version = try root["version"].ifPresent?.string(), version != "1.0" {
      throw root["version"].mismatch("\"1.0\"", found: "\"\(version)\"")
    }
    var definition = try TokenModelJSON.definition(root["model"])
    try readParts(root, map: nil, into: &definition)
    return definition
  }

  /// Everything but the model.
  /// - Parameter map: the map of characters that stands beside the file.
  static func readParts(
    _ root: JSONField, map: CharacterMap?, into definition: inout TokenizerDefinition
  ) throws(JSONFieldError) {
    if let field = root["normalizer"].ifPresent { definition.normalizer = try NormalizerJSON.steps(field, map: map) }
    if let field = root["pre_tokenizer"].ifPresent { definition.preTokenizer = try PreTokenizerJSON.steps(field) }
    if let field = root["post_processor"].ifPresent { definition.template = try TemplateJSON.template(field) }
    if let field = root["decoder"].ifPresent { definition.decoder = try DecoderJSON.steps(field) }
    for field in try root["added_tokens"].ifPresent?.array() ?? [] {
      let id = try field["id"].int(in: 0...Int(Int32.max))
      definition.addedTokens.append(try AddedToken(json: field, id: id, normalizedByDefault: true))
    }
    if let field = root["truncation"].ifPresent, let side = field["direction"].ifPresent {
      definition.truncationSide = try side.choice(["Right": .right, "Left": .left])
    }
  }
}

extension TokenizerDefinition {
  /// Reads a tokenizer.json.
  /// - Throws: an error that names the file, and in it the member or the offset.
  public init(tokenizerJSON path: String) throws(ModelFileError) {
    self = try JSONFile(path: path).read(TokenizerJSON.definition)
  }
}

extension AddedToken {
  /// The members of `added_tokens` and of tokenizer_config.json's tokens.
  init(json field: JSONField, id: Int, normalizedByDefault: Bool) throws(JSONFieldError) {
    let content = try field["content"].string()
    guard !content.isEmpty else { throw field["content"].mismatch("at least one character") }
    let special = try field["special"].ifPresent?.bool() ?? false
    self.init(
      content: content, id: Int32(clamping: id), special: special,
      singleWord: try field["single_word"].ifPresent?.bool() ?? false,
      leftStrip: try field["lstrip"].ifPresent?.bool() ?? false,
      rightStrip: try field["rstrip"].ifPresent?.bool() ?? false,
      normalized: try field["normalized"].ifPresent?.bool() ?? (normalizedByDefault && !special))
  }
}

extension JSONField {
  /// The value that a string stands for.
  func choice<T>(_ values: [String: T]) throws(JSONFieldError) -> T {
    let name = try string()
    guard let value = values.first(where: { $0.key.utf8.elementsEqual(name.utf8) })?.value else {
      throw mismatch("one of " + values.keys.sorted().joined(separator: ", "), found: "\"\(name.prefix(64))\"")
    }
    return value
  }

  /// A string of one character.
  func scalar() throws(JSONFieldError) -> Unicode.Scalar {
    let text = try string()
    guard text.unicodeScalars.count == 1, let scalar = text.unicodeScalars.first else {
      throw mismatch("one character", found: "\"\(text.prefix(64))\"")
    }
    return scalar
  }

  /// `{"String": ...}` or `{"Regex": ...}`.
  func pattern() throws(JSONFieldError) -> TextPattern {
    if let field = self["String"].ifPresent {
      let text = try field.string()
      guard !text.isEmpty else { throw field.mismatch("at least one character") }
      return .literal(text)
    }
    let source = try self["Regex"].string()
    guard let pattern = RegexPattern(source) else {
      throw self["Regex"].mismatch("a regular expression that Akin knows", found: "\"\(source.prefix(200))\"")
    }
    return .regex(pattern)
  }

  /// The parts of a `Sequence`, or the field itself.
  func parts(_ member: String) throws(JSONFieldError) -> [JSONField] {
    guard try self["type"].string() == "Sequence" else { return [self] }
    var parts: [JSONField] = []
    for part in try self[member].array() {
      // Sequences inside of sequences are flat; their depth is that of the JSON, which has a limit.
      parts += try part.parts(member)
    }
    return parts
  }

  /// The error of a `type` that is not known.
  func unknownType(_ known: String) throws(JSONFieldError) -> JSONFieldError {
    self["type"].mismatch("one of \(known)", found: "\"\(try self["type"].string().prefix(64))\"")
  }
}

import JSON
import Tokenizers

/// `pre_tokenizer` of a tokenizer.json.
enum PreTokenizerJSON {
  static func steps(_ field: JSONField) throws(JSONFieldError) -> [PreTokenizerStep] {
    var steps: [PreTokenizerStep] = []
    for part in try field.parts("pretokenizers") {
      if case .byteLevel? = steps.last {
        throw part["type"].mismatch("nothing after ByteLevel", found: "\"\(try part["type"].string().prefix(64))\"")
      }
      steps.append(try step(part))
    }
    return steps
  }

  private static func step(_ field: JSONField) throws(JSONFieldError) -> PreTokenizerStep {
    switch try field["type"].string() {
    case "BertPreTokenizer": return .bert
    case "Whitespace": return .whitespace
    case "WhitespaceSplit": return .whitespaceSplit
    case "Punctuation": return .punctuation(try field["behavior"].ifPresent?.oneOf(SplitBehavior.self) ?? .isolated)
    case "Digits": return .digits(individually: try field["individual_digits"].bool())
    case "Split":
      return .split(
        try field["pattern"].pattern(), try field["behavior"].oneOf(SplitBehavior.self),
        inverted: try field["invert"].ifPresent?.bool() ?? false)
    case "CharDelimiterSplit": return .delimiter(try field["delimiter"].scalar())
    case "Metaspace": return try metaspace(field)
    case "ByteLevel":
      return .byteLevel(
        addsPrefixSpace: try field["add_prefix_space"].ifPresent?.bool() ?? true,
        usesRegex: try field["use_regex"].ifPresent?.bool() ?? true)
    default:
      throw try field.unknownType(
        "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, Metaspace, Punctuation, Sequence, Split, Whitespace, "
          + "WhitespaceSplit")
    }
  }

  private static func metaspace(_ field: JSONField) throws(JSONFieldError) -> PreTokenizerStep {
    .metaspace(
      replacement: try field["replacement"].scalar(), prepend: try field.prependScheme(),
      splits: try field["split"].ifPresent?.bool() ?? true)
  }
}

extension JSONField {
  /// Of a Metaspace. Files from before 2024 say `add_prefix_space`, which must not say otherwise.
  func prependScheme() throws(JSONFieldError) -> PrependScheme {
    let scheme = try self["prepend_scheme"].ifPresent?.choice([
      "first": PrependScheme.first, "never": .never, "always": .always,
    ])
    guard try self["add_prefix_space"].ifPresent?.bool() == false else { return scheme ?? .always }
    guard scheme == nil || scheme == .never else {
      throw self["prepend_scheme"].mismatch("\"never\", as add_prefix_space is false")
    }
    return .never
  }
}

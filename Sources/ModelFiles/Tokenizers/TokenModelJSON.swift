import JSON
import Tokenizers

/// `model` of a tokenizer.json: the kind, its options and the vocabulary.
enum TokenModelJSON {
  static func definition(_ field: JSONField) throws(JSONFieldError) -> TokenizerDefinition {
    if try type(field) == "Unigram" {
      let (list, scores) = try scoredVocabulary(field["vocab"])
      return TokenizerDefinition(vocabulary: list, model: try model(field, scores: scores, merges: MergeList()))
    }
    let list = try vocabulary(field["vocab"])
    let merges = try type(field) == "BPE" ? try merges(field, list) : MergeList()
    return TokenizerDefinition(vocabulary: list, model: try model(field, scores: [], merges: merges))
  }

  /// The model over a vocabulary that is known already.
  static func model(_ field: JSONField, scores: [Double], merges: MergeList) throws(JSONFieldError) -> TokenModel {
    switch try type(field) {
    case "WordPiece":
      return .wordPiece(
        WordPieceModel(
          unknown: try field["unk_token"].ifPresent?.string() ?? "[UNK]",
          continuingPrefix: try field["continuing_subword_prefix"].ifPresent?.string() ?? "##",
          maxWordLength: try field["max_input_chars_per_word"].ifPresent?.int(in: 1...1 << 20) ?? 100))
    case "WordLevel": return .wordLevel(unknown: try field["unk_token"].string())
    case "Unigram": return .unigram(try unigram(field, scores))
    case "BPE": return .bytePair(try bytePair(field, merges))
    default: throw try field.unknownType("BPE, Unigram, WordLevel, WordPiece")
    }
  }

  /// Files of before 2023 do not say it.
  private static func type(_ field: JSONField) throws(JSONFieldError) -> String {
    if let type = try field["type"].ifPresent?.string() { return type }
    if field["merges"].isPresent { return "BPE" }
    if case .array? = field["vocab"].value { return "Unigram" }
    return field["max_input_chars_per_word"].isPresent ? "WordPiece" : "WordLevel"
  }

  /// Token by id. The names are compared by code point: Swift's String would take canonically equal tokens for one. An id
  /// without a token is an empty one.
  static func vocabulary(_ field: JSONField) throws(JSONFieldError) -> TokenList {
    let members = try field.object().members
    guard !members.isEmpty else { throw field.mismatch("at least one token") }
    // Ids may have gaps, where tokens were taken out; not the size of another vocabulary.
    let limit = members.count * 2 + 4096
    var tokens = [String?](repeating: nil, count: members.count)
    for (token, value) in members {
      guard case .integer(let number) = value, let id = Int(exactly: number), (0..<limit).contains(id) else {
        throw JSONFieldError(
          path: field.path + "[\"\(token.prefix(64))\"]",
          expected: "an id below \(limit), for \(members.count) tokens", found: value.summary)
      }
      while id >= tokens.count { tokens.append(nil) }
      guard tokens[id] == nil else { throw field.mismatch("one token an id", found: "the id \(id) twice") }
      tokens[id] = token
    }
    return TokenList(tokens.map { $0 ?? "" })
  }

  private static func scoredVocabulary(_ field: JSONField) throws(JSONFieldError) -> (TokenList, [Double]) {
    var list = TokenList()
    var scores: [Double] = []
    for entry in try field.array() {
      let parts = try entry.array()
      guard parts.count == 2 else { throw entry.mismatch("a token and its score") }
      list.append(try parts[0].string().utf8)
      scores.append(try parts[1].double())
    }
    guard !scores.isEmpty else { throw field.mismatch("at least one token") }
    return (list, scores)
  }

  private static func unigram(_ field: JSONField, _ scores: [Double]) throws(JSONFieldError) -> UnigramModel {
    guard let unknownID = try field["unk_id"].ifPresent?.int(in: 0...Int(Int32.max)) else {
      throw field["unk_id"].mismatch("the id of the token for unknown characters")
    }
    guard unknownID < scores.count else {
      throw field["unk_id"].mismatch("an id below \(scores.count), the number of tokens", found: "\(unknownID)")
    }
    return UnigramModel(
      scores: scores, unknownID: Int32(unknownID), byteFallback: try field["byte_fallback"].ifPresent?.bool() ?? false)
  }

  private static func merges(_ field: JSONField, _ list: TokenList) throws(JSONFieldError) -> MergeList {
    let prefix = try field["continuing_subword_prefix"].ifPresent?.string() ?? ""
    var builder = MergeBuilder(list, continuingPrefix: prefix)
    for entry in try field["merges"].array() {
      // A string with a space between the two until 2024, an array of two since.
      var pair: [String]
      if case .string = entry.value {
        pair = try entry.string().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      } else {
        pair = try entry.strings()
      }
      guard pair.count == 2 else { throw entry.mismatch("two tokens") }
      guard builder.append(pair[0], pair[1]) else {
        throw entry.mismatch(
          "two tokens of the vocabulary that are one of it together", found: "\"\(pair[0])\" and \"\(pair[1])\"")
      }
    }
    return builder.merges
  }

  private static func bytePair(_ field: JSONField, _ merges: MergeList) throws(JSONFieldError) -> BytePairModel {
    if let dropout = try field["dropout"].ifPresent?.double(), dropout != 0 {
      throw field["dropout"].mismatch("0 or null: with dropout a text has other tokens every time", found: "\(dropout)")
    }
    var model = BytePairModel(merges: merges)
    model.unknown = try field["unk_token"].ifPresent?.string()
    model.continuingPrefix = try field["continuing_subword_prefix"].ifPresent?.string() ?? ""
    model.wordSuffix = try field["end_of_word_suffix"].ifPresent?.string() ?? ""
    model.fusesUnknown = try field["fuse_unk"].ifPresent?.bool() ?? false
    model.byteFallback = try field["byte_fallback"].ifPresent?.bool() ?? false
    model.ignoresMerges = try field["ignore_merges"].ifPresent?.bool() ?? false
    return model
  }
}

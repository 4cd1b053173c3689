import JSON
import Tokenizers

/// `normalizer` of a tokenizer.json.
enum NormalizerJSON {
  /// - Parameter map: the map of characters, where it stands beside the file.
  static func steps(_ field: JSONField, map: CharacterMap?) throws(JSONFieldError) -> [NormalizerStep] {
    var steps: [NormalizerStep] = []
    for part in try field.parts("normalizers") { steps.append(try step(part, map)) }
    return steps
  }

  private static func step(_ field: JSONField, _ map: CharacterMap?) throws(JSONFieldError) -> NormalizerStep {
    let type = try field["type"].string()
    switch type {
    case "BertNormalizer":
      return .bert(
        BertNormalization(
          cleanText: try field["clean_text"].ifPresent?.bool() ?? true,
          splitCJK: try field["handle_chinese_chars"].ifPresent?.bool() ?? true,
          stripAccents: try field["strip_accents"].ifPresent?.bool(),
          lowercase: try field["lowercase"].ifPresent?.bool() ?? true))
    case "Lowercase": return .lowercase
    case "StripAccents": return .stripAccents
    case "Strip":
      return .strip(left: try field["strip_left"].bool(), right: try field["strip_right"].bool())
    case "Replace": return .replace(try field["pattern"].pattern(), by: try field["content"].string())
    case "Prepend": return .prepend(try field["prepend"].string())
    case "Precompiled":
      if let map { return .characterMap(map) }
      // SentencePiece without a map of characters writes an empty one.
      guard let text = try field["precompiled_charsmap"].ifPresent?.string(), !text.isEmpty else {
        throw field["precompiled_charsmap"].mismatch("SentencePiece's map of characters")
      }
      guard let blob = Base64.decode(text), let map = CharacterMap(blob: blob) else {
        throw field["precompiled_charsmap"].mismatch("SentencePiece's map of characters in base64")
      }
      return .characterMap(map)
    case "Nmt": return .nmt
    default:
      if let form = NormalizationForm(rawValue: type) { return .form(form) }
      throw try field.unknownType(
        "BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Precompiled, Prepend, Replace, Sequence, Strip, StripAccents"
      )
    }
  }
}

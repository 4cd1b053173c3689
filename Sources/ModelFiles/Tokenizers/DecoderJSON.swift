import JSON
import Tokenizers

/// `decoder` of a tokenizer.json.
enum DecoderJSON {
  static func steps(_ field: JSONField) throws(JSONFieldError) -> [DecoderStep] {
    var steps: [DecoderStep] = []
    for part in try field.parts("decoders") { steps.append(try step(part)) }
    return steps
  }

  private static func step(_ field: JSONField) throws(JSONFieldError) -> DecoderStep {
    switch try field["type"].string() {
    case "WordPiece":
      return .wordPiece(
        prefix: try field["prefix"].ifPresent?.string() ?? "##",
        cleansUp: try field["cleanup"].ifPresent?.bool() ?? true)
    case "ByteLevel": return .byteLevel
    case "Metaspace":
      return .metaspace(
        replacement: try field["replacement"].scalar(), dropsFirst: try field.prependScheme() != .never)
    case "BPEDecoder":
      let suffix = try field["suffix"].ifPresent?.string() ?? "</w>"
      guard !suffix.isEmpty else { throw field["suffix"].mismatch("at least one character") }
      return .suffix(suffix)
    case "ByteFallback": return .byteFallback
    case "Fuse": return .fuse
    case "Strip":
      let limit = 0...1 << 20
      return .strip(
        try field["content"].scalar(), start: try field["start"].int(in: limit), stop: try field["stop"].int(in: limit))
    case "Replace": return .replace(try field["pattern"].pattern(), by: try field["content"].string())
    default:
      throw try field.unknownType(
        "BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip, WordPiece")
    }
  }
}

import JSON
import Tokenizers

/// `post_processor` of a tokenizer.json.
enum TemplateJSON {
  static func template(_ field: JSONField) throws(JSONFieldError) -> Template {
    var template = Template()
    var trims: (offsets: Bool, prefix: Bool)?
    var hasFrame = false
    for part in try field.parts("processors") {
      let type = try part["type"].string()
      if type == "ByteLevel" || type == "RobertaProcessing", try part["trim_offsets"].ifPresent?.bool() ?? true {
        guard trims == nil else { throw part["trim_offsets"].mismatch("offsets trimmed once") }
        trims = (true, try part["add_prefix_space"].ifPresent?.bool() ?? true)
      }
      guard type != "ByteLevel" else { continue }
      guard !hasFrame else { throw part["type"].mismatch("one template", found: "another one, \"\(type.prefix(64))\"") }
      hasFrame = true
      template = try frame(part, type)
    }
    template.trimsOffsets = trims != nil
    template.addsPrefixSpace = trims?.prefix ?? false
    return template
  }

  private static func frame(_ field: JSONField, _ type: String) throws(JSONFieldError) -> Template {
    switch type {
    case "BertProcessing":
      return .bert(classification: try token(field["cls"]), separator: try token(field["sep"]))
    case "RobertaProcessing":
      return .roberta(classification: try token(field["cls"]), separator: try token(field["sep"]))
    case "TemplateProcessing":
      let single = try pieces(field["single"], field["special_tokens"], hasSecond: false)
      return Template(
        single: single, pair: try pieces(field["pair"], field["special_tokens"], hasSecond: true))
    default:
      throw try field.unknownType("BertProcessing, ByteLevel, RobertaProcessing, Sequence, TemplateProcessing")
    }
  }

  /// A name and an id.
  private static func token(_ field: JSONField) throws(JSONFieldError) -> Template.Token {
    let parts = try field.array()
    guard parts.count == 2 else { throw field.mismatch("a token and its id") }
    return Template.Token(id: Int32(try parts[1].int(in: 0...Int(Int32.max))), text: try parts[0].string())
  }

  private static func pieces(
    _ field: JSONField, _ specials: JSONField, hasSecond: Bool
  ) throws(JSONFieldError) -> [Template.Piece] {
    var pieces: [Template.Piece] = []
    var texts: [String] = []
    for part in try field.array() {
      if let special = part["SpecialToken"].ifPresent {
        let typeID = Int32(try special["type_id"].int(in: 0...Int(Int32.max)))
        for token in try tokens(specials[try special["id"].string()]) { pieces.append(.special(token, typeID: typeID)) }
        continue
      }
      let sequence = part["Sequence"]
      let name = try sequence["id"].string()
      let typeID = Int32(try sequence["type_id"].int(in: 0...Int(Int32.max)))
      texts.append(name)
      pieces.append(name == "A" ? .first(typeID: typeID) : .second(typeID: typeID))
    }
    guard texts == (hasSecond ? ["A", "B"] : ["A"]) else {
      throw field.mismatch(
        hasSecond ? "the texts A and B once each, in this order" : "the text A once",
        found: texts.joined(separator: ", "))
    }
    return pieces
  }

  private static func tokens(_ field: JSONField) throws(JSONFieldError) -> [Template.Token] {
    let ids = try field["ids"].array()
    let names = try field["tokens"].strings()
    guard ids.count == names.count else { throw field["tokens"].mismatch("\(ids.count) tokens, one an id") }
    var tokens: [Template.Token] = []
    for (id, name) in zip(ids, names) {
      tokens.append(Template.Token(id: Int32(try id.int(in: 0...Int(Int32.max))), text: name))
    }
    return tokens
  }
}

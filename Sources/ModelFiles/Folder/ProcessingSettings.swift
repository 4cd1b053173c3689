import JSON

/// `processing_kwargs` of sentence_bert_config.json: what the tokenizer is called with.
struct ProcessingSettings {
  var maxLength: Int?
  var addsSpecialTokens = true

  /// - Throws: where a setting would change the tokens in a way that Akin does not do.
  init(_ root: JSONField) throws(JSONFieldError) {
    guard let settings = root["processing_kwargs"].ifPresent else { return }
    for (kind, _) in try settings.object() where kind != "text" {
      guard let value = settings[kind].ifPresent else { continue }
      guard try value.object().members.isEmpty else { throw value.mismatch("no settings but those of text") }
    }
    guard let text = settings["text"].ifPresent else { return }
    for (key, _) in try text.object() {
      let field = text[key]
      switch key {
      case "max_length": maxLength = try field.ifPresent?.int(in: 3...TransformerLimits.positions)
      case "add_special_tokens": addsSpecialTokens = try field.bool()
      case "truncation":
        guard case .bool(true) = field.value else { throw field.mismatch("true") }
      // Nothing is padded, and arrays are Akin's own; for the side see PaddingSide.
      case "padding", "pad_to_multiple_of", "padding_side", "return_tensors", "return_attention_mask",
        "return_token_type_ids":
        break
      default: throw field.mismatch("max_length, add_special_tokens, truncation or padding", found: "\"\(key)\"")
      }
    }
  }
}

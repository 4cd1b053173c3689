import JSON

/// Where rows that are shorter than others of their batch are filled up. Akin fills up none.
enum PaddingSide {
  /// Refuses filling up at the beginning where positions are counted from there, or a classifier reads what stands there: a text's
  /// vector or score would depend on the other texts of its batch.
  /// - Parameters:
  ///   - folder: the encoder's.
  ///   - settings: which stand over the tokenizer's own, and these over tokenizer.json.
  ///   - classifier: of a cross-encoder.
  /// - Throws: `field` that says it.
  static func check(
    _ folder: String, _ settings: TransformerSettings, _ transformer: TransformerDescription,
    _ classifier: ClassifierHead?
  ) throws(ModelFileError) {
    let reason: String
    if let table = transformer.positionTable, table.uncounted == nil {
      reason = "as positions are counted from a row's beginning, padding too"
    } else if classifier?.pooling == .cls {
      reason = "as the classifier reads a row's first token, be it padding"
    } else {
      return
    }
    if let file = settings.file,
      try file.read({ root throws(JSONFieldError) in
        if try isGiven(root["processing_kwargs"]["text"]["padding_side"], reason) { return true }
        for arguments in ["processor_kwargs", "tokenizer_args"]
        where try isGiven(root[arguments]["padding_side"], reason) {
          return true
        }
        return false
      })
    {
      return
    }
    let tokenizer = try JSONFile.ifThere(folder + "/tokenizer_config.json")
    if try tokenizer?.read({ root throws(JSONFieldError) in try isGiven(root["padding_side"], reason) }) == true {
      return
    }
    try JSONFile.ifThere(folder + "/tokenizer.json")?.read { root throws(JSONFieldError) in
      _ = try isGiven(root["padding"]["direction"], reason, as: "Right")
    }
  }

  /// Whether a member is there, and then says the right side.
  private static func isGiven(
    _ field: JSONField, _ reason: String, as right: String = "right"
  ) throws(JSONFieldError) -> Bool {
    guard let side = try field.ifPresent?.string() else { return false }
    guard side == right else {
      throw field.mismatch("\"\(right)\", \(reason)", found: "\"\(side.prefix(64))\"")
    }
    return true
  }
}

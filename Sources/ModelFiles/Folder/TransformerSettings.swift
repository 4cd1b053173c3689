import JSON

/// sentence_bert_config.json, or the same under one of the names that it had for other families.
struct TransformerSettings {
  let file: JSONFile?

  static let names = [
    "bert", "roberta", "distilbert", "camembert", "albert", "xlm-roberta", "xlnet",
  ].map { "sentence_\($0)_config.json" }

  /// - Parameter isRead: false where there is no modules.json: sentence-transformers then looks at none of these files.
  /// - Throws: `field` for a member that would change the numbers in a way that Akin does not follow.
  init(folder: String, isRead: Bool) throws(ModelFileError) {
    var found: JSONFile?
    for name in Self.names where isRead && found == nil {
      let file = try JSONFile.ifThere(folder + "/" + name)
      // One that says nothing leaves it to the next.
      found = try file?.read { root throws(JSONFieldError) in try root.object().isEmpty } == true ? nil : file
    }
    file = found
    try found?.read { root throws(JSONFieldError) in
      try MemberTable.transformer.checkAll(root)
      let arguments: [(String, MemberTable)] = [
        ("model_args", .modelArguments), ("model_kwargs", .modelArguments), ("tokenizer_args", .tokenizerArguments),
        ("processor_kwargs", .tokenizerArguments), ("config_args", .configurationArguments),
        ("config_kwargs", .configurationArguments),
      ]
      for (name, table) in arguments { if let field = root[name].ifPresent { try table.checkAll(field) } }
    }
  }

  /// What a member holds.
  func read<T>(_ name: String, _ body: (JSONField) throws(JSONFieldError) -> T) throws(ModelFileError) -> T? {
    try file?.read { root throws(JSONFieldError) in
      guard let field = root[name].ifPresent else { return nil }
      return try body(field)
    }
  }

  var lowercases: Bool {
    get throws(ModelFileError) {
      try read("do_lower_case") { field throws(JSONFieldError) in try field.bool() } ?? false
    }
  }

  /// Refuses texts that are put into a chat before they are read, and outputs other than the usual.
  /// - Parameters:
  ///   - output: of transformers' model.
  ///   - name: under which the module gives it on, which counts beside a `modality_config`.
  func checkOutput(_ output: String, givenOnAs name: String) throws(ModelFileError) {
    guard try read("modality_config", { field throws(JSONFieldError) in try field.object() }) != nil else { return }
    let found = try read("module_output_name") { field throws(JSONFieldError) in try field.string() }
    if let found, found != name {
      _ = try read("module_output_name") { field throws(JSONFieldError) -> Void in
        throw field.mismatch("\"\(name)\"", found: "\"\(found)\"")
      }
    }
    _ = try read("modality_config") { field throws(JSONFieldError) in
      for (kind, _) in try field.object() {
        guard kind == "text" else {
          throw field[kind].mismatch("text alone", found: "\"\(kind)\"")
        }
        for (key, expected) in [("method", "forward"), ("method_output_name", output)] {
          guard let value = try field[kind][key].ifPresent?.string(), value != expected else { continue }
          throw field[kind][key].mismatch("\"\(expected)\"", found: "\"\(value)\"")
        }
      }
    }
  }
}

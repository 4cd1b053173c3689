import JSON

extension ModelWeights {
  /// Opens a folder as sentence-transformers or transformers writes it; `model.safetensors` is mapped.
  ///
  /// A file that is missing has the default that these libraries give it; one that is there and does not say what it
  /// must is an error. Without `modules.json` the model is a plain encoder: mean pooling, no normalising.
  /// - Parameters:
  ///   - folder: its path.
  ///   - name: what the model is called.
  /// - Throws: an error that names the file, and in it the JSON path or the offset.
  public static func open(folder: String, name: String) throws(ModelFileError) -> ModelWeights {
    guard let status = Files.status(folder) else { throw ModelFileError(.missing, path: folder) }
    guard status.isFolder else {
      throw ModelFileError(.wrongFileType(expected: "a folder", found: "a file"), path: folder)
    }
    let configuration = try JSONFile(path: folder + "/config.json")
    let transformer = try configuration.read(TransformerDescription.init(transformers:))
    let modules = try ModuleList(folder: folder)
    let encoder = try JSONFile.ifThere(modules.transformer + "/sentence_bert_config.json")
    var tokenizer = try TokenizerFiles(folder: folder).definition(vocabularySize: transformer.vocabularySize)
    if try encoder?.read({ root throws(JSONFieldError) in try root["do_lower_case"].ifPresent?.bool() }) == true {
      tokenizer.lowercasesText = true
    }
    let length = try maxSequenceLength(folder: folder, encoder: encoder, limit: transformer.maxPositions)
    var description = ModelDescription(
      name: name, transformer: transformer, maxSequenceLength: length, tokenizer: tokenizer)
    var tensors = try Architecture.of(transformer.family)
      .tensors(transformer, in: SafetensorsSet(weightsIn: folder))
    try modules.read(into: &description, tensors: &tensors)
    try readPrompts(folder: folder, into: &description)
    return ModelWeights(description: description, tensors: tensors)
  }

  /// `max_seq_length` of sentence-transformers' file, else the tokenizer's `model_max_length`; never more than the
  /// encoder has positions.
  private static func maxSequenceLength(
    folder: String, encoder: JSONFile?, limit: Int
  ) throws(ModelFileError) -> Int {
    // A tokenizer without a limit is written with a length of 1e30.
    func length(_ field: JSONField) throws(JSONFieldError) -> Int {
      let number = try field.double()
      guard number >= 3, number == number.rounded() else { throw field.mismatch("a whole number of at least 3") }
      return Int(min(number, Double(limit)))
    }
    if let own = try encoder?.read({ root throws(JSONFieldError) in try root["max_seq_length"].optional(length) }) {
      return own
    }
    let tokenizer = try JSONFile.ifThere(folder + "/tokenizer_config.json")
    let tokenizerLimit = try tokenizer?.read { root throws(JSONFieldError) in
      try root["model_max_length"].optional(length)
    }
    return tokenizerLimit ?? limit
  }

  private static func readPrompts(
    folder: String, into description: inout ModelDescription
  ) throws(ModelFileError) {
    guard let file = try JSONFile.ifThere(folder + "/config_sentence_transformers.json") else { return }
    var prompts: [String: String] = [:]
    let names = ["cosine", "dot", "euclidean", "manhattan"]
    let (defaultName, similarity) = try file.read { root throws(JSONFieldError) in
      if let field = root["prompts"].ifPresent {
        for (name, _) in try field.object() { prompts[name] = try field[name].string() }
      }
      let defaultName = try root["default_prompt_name"].ifPresent?.string()
      if let defaultName, prompts[defaultName] == nil {
        throw root["default_prompt_name"].mismatch("the name of one of the \(prompts.count) prompts")
      }
      let similarity = try root["similarity_fn_name"].ifPresent?.string()
      if let similarity, !names.contains(similarity) {
        throw root["similarity_fn_name"].mismatch("one of " + names.joined(separator: ", "), found: "'\(similarity)'")
      }
      return (defaultName, similarity)
    }
    description.prompts = prompts
    description.defaultPromptName = defaultName
    description.similarity = similarity
  }
}

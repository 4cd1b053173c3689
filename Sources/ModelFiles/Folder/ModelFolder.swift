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
    let bert = try configuration.read(BertConfiguration.init(transformers:))
    let modules = try ModuleList(folder: folder)
    let encoder = try JSONFile.ifThere(modules.transformer + "/sentence_bert_config.json")
    var tokenizer = try TokenizerFiles(folder: folder).definition(bert)
    if try encoder?.read({ root throws(JSONFieldError) in try root["do_lower_case"].ifPresent?.bool() }) == true {
      tokenizer.addLowercase()
    }
    let length = try maxSequenceLength(folder: folder, encoder: encoder, bert: bert)
    var description = ModelDescription(name: name, bert: bert, maxSequenceLength: length, tokenizer: tokenizer)
    var tensors = try bertTensors(folder: folder, bert: bert)
    try modules.read(into: &description, tensors: &tensors)
    try readPrompts(folder: folder, into: &description)
    return ModelWeights(description: description, tensors: tensors)
  }

  /// `max_seq_length` of sentence-transformers' file, else the tokenizer's `model_max_length`; never more than the
  /// encoder has positions.
  private static func maxSequenceLength(
    folder: String, encoder: JSONFile?, bert: BertConfiguration
  ) throws(ModelFileError) -> Int {
    // A tokenizer without a limit is written with a length of 1e30.
    func length(_ field: JSONField) throws(JSONFieldError) -> Int {
      let number = try field.double()
      guard number >= 3, number == number.rounded() else { throw field.mismatch("a whole number of at least 3") }
      return Int(min(number, Double(bert.maxPositions)))
    }
    if let own = try encoder?.read({ root throws(JSONFieldError) in try root["max_seq_length"].optional(length) }) {
      return own
    }
    let tokenizer = try JSONFile.ifThere(folder + "/tokenizer_config.json")
    let limit = try tokenizer?.read { root throws(JSONFieldError) in try root["model_max_length"].optional(length) }
    return limit ?? bert.maxPositions
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

  private static func bertTensors(
    folder: String, bert: BertConfiguration
  ) throws(ModelFileError) -> [String: TensorView] {
    let file = try SafetensorsFile(weightsIn: folder)
    // Pre-training checkpoints have the prefix, and the oldest of them call a norm's weight gamma and its bias beta.
    let prefix = file.has("bert.embeddings.word_embeddings.weight") ? "bert." : ""
    var tensors: [String: TensorView] = [:]
    for tensor in BertTensor.all(bert) {
      let name = prefix + tensor.transformersName
      let oldName = name.renamingSuffix("LayerNorm.weight", "LayerNorm.gamma")
        .renamingSuffix("LayerNorm.bias", "LayerNorm.beta")
      let view = try file.tensor(file.has(name) ? name : file.has(oldName) ? oldName : name)
      tensors[tensor.name] = try view.checked(as: tensor.name, shape: tensor.shape)
    }
    return tensors
  }
}

extension SafetensorsFile {
  /// `model.safetensors` of a folder.
  /// - Throws: where only another format is there, an error that says what to do.
  init(weightsIn folder: String) throws(ModelFileError) {
    let path = folder + "/model.safetensors"
    if Files.status(path) == nil {
      if Files.isFile(folder + "/model.safetensors.index.json") {
        throw ModelFileError(.unsupported("the weights are split over several files; Akin reads one file"), path: path)
      }
      for other in ["pytorch_model.bin", "tf_model.h5", "flax_model.msgpack"] where Files.isFile(folder + "/" + other) {
        let advice = "load the model with transformers in Python and call save_pretrained(folder) to write safetensors"
        throw ModelFileError(.unsupported("only \(other) is there, which Akin does not read: \(advice)"), path: path)
      }
    }
    try self.init(path: path)
  }

  /// Whether there is a tensor of this name, of any type.
  func has(_ name: String) -> Bool {
    tensors[name] != nil || otherTypes[name] != nil
  }

  /// - Throws: `missingTensor`, or `unsupported` where its type is not read.
  func tensor(_ name: String) throws(ModelFileError) -> TensorView {
    if let view = tensors[name] { return view }
    guard let type = otherTypes[name] else { throw ModelFileError(.missingTensor(name), path: file.path) }
    throw ModelFileError(
      .unsupported("the tensor '\(name)' has type \(type); F32, F16 and BF16 are read"), path: file.path)
  }
}

extension String {
  fileprivate func renamingSuffix(_ old: String, _ new: String) -> String {
    hasSuffix(old) ? dropLast(old.count) + new : self
  }
}

extension TokenizerDefinition {
  /// sentence-transformers' `do_lower_case`: lower-cases the text before the tokenizer sees it, which for a tokenizer
  /// that keeps case means that accents stay.
  fileprivate mutating func addLowercase() {
    guard !lowercase else { return }
    lowercase = true
    stripAccents = stripAccents ?? false
  }
}

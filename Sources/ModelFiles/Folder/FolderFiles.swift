import JSON

/// Files of a model folder that make the reference compute something else by being there.
enum FolderFiles {
  /// - Parameters:
  ///   - folder: the encoder's.
  ///   - hasModules: whether there is a modules.json: without it sentence-transformers puts texts into a chat, where the tokenizer
  ///     has a template for one.
  /// - Throws: `unsupported` with the file's path, or `field`.
  static func check(_ folder: String, hasModules: Bool) throws(ModelFileError) {
    let adapter = folder + "/adapter_config.json"
    guard Files.status(adapter) == nil else {
      throw ModelFileError(
        .unsupported("an adapter (PEFT) changes the weights of another model: merge the two and save the model"),
        path: adapter)
    }
    guard !hasModules else { return }
    for name in ["chat_template.jinja", "additional_chat_templates"] where Files.status(folder + "/" + name) != nil {
      throw ModelFileError(.unsupported(chat), path: folder + "/" + name)
    }
    try JSONFile.ifThere(folder + "/tokenizer_config.json")?.read { root throws(JSONFieldError) in
      if root["chat_template"].isPresent { throw root["chat_template"].mismatch("no template: \(chat)") }
    }
  }

  private static let chat =
    "without modules.json, sentence-transformers puts every text into this chat before it is read, which Akin does not do"
}

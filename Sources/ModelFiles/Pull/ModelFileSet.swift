/// Which files of a repository make a model that Akin can open. Everything else stays where it is: other formats of the
/// same weights (PyTorch, TensorFlow, ONNX, OpenVINO), pictures, training logs.
enum ModelFileSet {
  private static let topLevel: Set = [
    "config.json", "modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "tokenizer.json",
    "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "model.safetensors",
  ]

  /// Bytes of a module's name.
  private static let longestName = 64

  /// A file of the folder itself, or a module's (`1_Pooling/config.json`). A name that is not one of these cannot leave
  /// the folder either.
  static func isNeeded(_ path: String) -> Bool {
    if topLevel.contains(path) { return true }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == "config.json" || parts[1] == "model.safetensors" else { return false }
    let module = parts[0].split(separator: "_", omittingEmptySubsequences: false)
    return parts[0].utf8.count <= longestName && module.count == 2 && Int(module[0]) != nil
      && module[0].utf8.allSatisfy { (0x30...0x39).contains($0) }
      && !module[1].isEmpty && module[1].utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
  }
}

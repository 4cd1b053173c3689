/// Which files of a repository make a model that Akin can open. Everything else stays where it is: other formats of the
/// same weights (PyTorch, TensorFlow, ONNX, OpenVINO), pictures, training logs.
enum ModelFileSet {
  private static let weights = "model.safetensors"
  private static let index = "model.safetensors.index.json"
  /// What says everything of a tokenizer that its older files say too.
  private static let tokenizer = "tokenizer.json"
  /// Vocabularies that are needed where there is no tokenizer.json.
  private static let vocabularies = Set(["vocab.txt", "vocab.json", "merges.txt"] + SentencePieceFile.names)

  /// Files of the folder itself and of an encoder's own (`0_Transformer`).
  private static let names: Set =
    vocabularies.union([
      "config.json", "modules.json", "config_sentence_transformers.json", tokenizer, "tokenizer_config.json",
      "special_tokens_map.json", "added_tokens.json", "artifact.metadata", weights, index,
    ]).union(TransformerSettings.names)

  /// Bytes of a module's name.
  private static let longestName = 64

  /// The files that are needed of those that a repository lists; no name among them can leave the folder.
  static func needed<File>(_ files: [File], path: (File) -> String) -> [File] {
    let paths = Set(files.map(path))
    return files.filter { file in
      let path = path(file)
      guard isNeeded(path) else { return false }
      let (folder, name) = parts(path)
      // Weights in one file stand for the same ones in several.
      if name == index || isShard(name) { return !paths.contains(folder + weights) }
      // vocab.txt is small, and of old models the one that people look at.
      return name == "vocab.txt" || !vocabularies.contains(name) || !paths.contains(folder + tokenizer)
    }
  }

  /// Why the files that are needed make no model; nil where they do.
  static func missing(in paths: Set<String>) -> String? {
    guard paths.contains("config.json") || paths.contains("modules.json") else {
      return "the repository has no config.json"
    }
    for path in paths where parts(path).name == index {
      guard paths.contains(where: { parts($0).folder == parts(path).folder && isShard(parts($0).name) }) else {
        return "the repository has \(path), and none of the files that it names"
      }
    }
    // An encoder's folder is the first module's.
    let folders = ["", "0_"]
    let hasWeights = paths.contains { path in
      let (folder, name) = parts(path)
      return (name == weights || name == index)
        && folders.contains(where: { $0.isEmpty ? folder.isEmpty : folder.hasPrefix($0) })
    }
    return hasWeights ? nil : "the repository has no model.safetensors, the one format of weights that Akin reads"
  }

  /// A file of the folder itself, or a module's (`1_Pooling/config.json`).
  static func isNeeded(_ path: String) -> Bool {
    let (folder, name) = parts(path)
    guard names.contains(name) || isShard(name) else { return false }
    guard !folder.isEmpty else { return true }
    let module = folder.dropLast().split(separator: "_", omittingEmptySubsequences: false)
    return folder.utf8.count <= longestName + 1 && module.count == 2 && Int(module[0]) != nil
      && module[0].utf8.allSatisfy { (0x30...0x39).contains($0) }
      && !module[1].isEmpty && module[1].utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
  }

  /// A path's folder with its slash, and the name of the file.
  private static func parts(_ path: String) -> (folder: String, name: String) {
    let end = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
    return (String(path[..<end]), String(path[end...]))
  }

  /// `model-00001-of-00003.safetensors`
  private static func isShard(_ name: String) -> Bool {
    name.utf8.count < longestName && name.wholeMatch(of: /model-[0-9]{5}-of-[0-9]{5}\.safetensors/) != nil
  }
}

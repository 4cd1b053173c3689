/// The cache of huggingface_hub: `models--org--name/refs/main` names a revision, `snapshots/<revision>/` has its files
/// as links (huggingface_hub, "Understand caching").
struct HuggingFaceCache {
  let root: String

  /// The folder of the revision that `main` last was; nil where the model is not there with config and weights. A
  /// client that fetched some of the files only leaves such a folder.
  func snapshot(of name: String) -> String? {
    let folder = root + "/models--" + ModelName.flattened(name)
    guard let file = try? MappedFile(path: folder + "/refs/main") else { return nil }
    let text = file.withBytes { String(decoding: $0, as: UTF8.self) }
    guard let revision = text.split(whereSeparator: \.isWhitespace).first, !revision.contains("/"), revision != ".."
    else { return nil }
    let snapshot = folder + "/snapshots/" + revision
    let isWhole = Files.isFile(snapshot + "/config.json") && Files.isFile(snapshot + "/model.safetensors")
    return isWhole ? snapshot : nil
  }

  /// The full names of the models with a usable snapshot.
  func names() -> [String] {
    Files.names(in: root).compactMap { entry in
      guard entry.hasPrefix("models--") else { return nil }
      let flat = String(entry.dropFirst("models--".count))
      // The first "--" parts organisation and name; a name may have more of them.
      let bytes = Array(flat.utf8)
      let split = bytes.indices.dropLast().first {
        bytes[$0] == UInt8(ascii: "-") && bytes[$0 + 1] == UInt8(ascii: "-")
      }
      let name =
        split.map {
          String(decoding: bytes[..<$0], as: UTF8.self) + "/" + String(decoding: bytes[($0 + 2)...], as: UTF8.self)
        } ?? flat
      return ModelName(name) != nil && snapshot(of: name) != nil ? name : nil
    }
  }
}

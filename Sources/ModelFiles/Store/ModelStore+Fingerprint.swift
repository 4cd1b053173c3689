import Digests

extension ModelStore {
  /// Where the quantised weights of a model are kept. The name holds a fingerprint of the source files, so that other
  /// files of the same name get another one.
  /// - Throws: `missing` where the source has no files.
  public func ggufCachePath(for model: ResolvedModel) throws(ModelFileError) -> String {
    let fingerprint = try fingerprint(of: model).prefix(16)
    return "\(root)/gguf/\(ModelName.flattened(model.name))-\(fingerprint).q8_0.gguf"
  }

  /// A fingerprint of the files that a model is read from, 64 hexadecimal digits, without reading the large ones: each
  /// file's name and size with its SHA-256 where a pull's manifest has it, else its time of change; and this room's
  /// format version, whose change means other quantised bytes.
  /// - Throws: `missing` where there are none.
  public func fingerprint(of model: ResolvedModel) throws(ModelFileError) -> String {
    let manifest = try? PullManifest(folder: model.path)
    var hash = SHA256()
    hash.update("akin \(GGUFModel.formatVersion)\n".utf8)
    var count = 0
    let files = model.kind == .gguf ? [""] : Self.sourceFiles(in: model.path)
    for file in files {
      guard let status = Files.status(file.isEmpty ? model.path : "\(model.path)/\(file)"), !status.isFolder else {
        continue
      }
      // A file that was changed after its pull is not what the manifest says.
      let known = manifest?.unchangedSHA256(of: file, bytes: status.bytes, modified: status.modified)
      hash.update("\(file)\n\(status.bytes)\n\(known ?? "\(status.modified)")\n".utf8)
      count += 1
    }
    guard count > 0 else { throw ModelFileError(.missing, path: model.path) }
    return hash.finalize().hexadecimal
  }

  /// What `ModelWeights.open(folder:name:)` may read, in a fixed order.
  private static func sourceFiles(in folder: String) -> [String] {
    let top = Files.names(in: folder).filter {
      $0.hasSuffix(".json") || $0 == "vocab.txt" || $0.hasSuffix(".safetensors")
    }
    .filter { $0 != PullManifest.fileName }
    let modules = Files.names(in: folder).filter { $0.first?.isNumber == true }
    return top
      + modules.flatMap { module in
        Files.names(in: folder + "/" + module).filter { name in
          name == "vocab.txt" || [".json", ".safetensors"].contains { name.hasSuffix($0) }
        }.map { "\(module)/\($0)" }
      }
  }

  /// Removes a cache file that cannot be used, and everything that was left of writing it.
  public func removeCorrupt(_ path: String) {
    let folder = Files.parent(of: path)
    let name = Files.lastComponent(of: path)
    for entry in Files.names(in: folder) where entry == name || (entry.hasPrefix(name) && entry.hasSuffix(".partial")) {
      Files.remove(folder + "/" + entry)
    }
  }
}

/// A model in one of the caches.
public struct CachedModel: Sendable, Equatable {
  /// The full name.
  public let name: String
  /// Its folder.
  public let path: String
  /// Of its files, in bytes; links are followed.
  public let bytes: Int
  /// Which cache.
  public let source: ResolvedModel.Source
  /// Whether quantised weights of these files are in Akin's cache.
  public let isQuantized: Bool
}

extension ModelStore {
  /// The models of Akin's cache and of the Hugging Face cache, by name; those of the latter that Akin can tell not to
  /// be BERT models are left out.
  public func models() -> [CachedModel] {
    var found: [String: ResolvedModel] = [:]
    for name in HuggingFaceCache(root: huggingFaceCache).names() {
      guard let model = cached(name), Self.isBert(model.path) else { continue }
      found[name] = model
    }
    for name in Self.names(in: installed) + Self.names(in: root + "/models") { found[name] = cached(name) }
    return found.values.sorted { $0.name < $1.name }.map { model in
      let gguf = try? ggufCachePath(for: model)
      return CachedModel(
        name: model.name, path: model.path, bytes: Self.bytes(of: model.path), source: model.source,
        isQuantized: gguf.map(Files.isFile) ?? false)
    }
  }

  /// The names of the models in a folder of `org/name` folders.
  private static func names(in folder: String) -> [String] {
    Files.names(in: folder).flatMap { organisation in
      let inner = Files.names(in: "\(folder)/\(organisation)").map { "\(organisation)/\($0)" }
      return ([organisation] + inner).filter { Files.isFile("\(folder)/\($0)/config.json") }
    }
  }

  private static func isBert(_ folder: String) -> Bool {
    guard let file = try? JSONFile(path: folder + "/config.json") else { return false }
    return file.root["model_type"].value == "bert"
  }

  private static func bytes(of path: String) -> Int {
    guard let status = Files.status(path) else { return 0 }
    guard status.isFolder else { return status.bytes }
    return Files.names(in: path).reduce(0) { $0 + bytes(of: path + "/" + $1) }
  }
}

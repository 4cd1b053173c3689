import Platform

/// The models on this machine: Akin's cache, and the cache of the Hugging Face hub's clients, which is read in place.
///
///     <root>/models/<org>/<name>/...                  as sentence-transformers writes it, with akin-manifest.json
///     <root>/gguf/<org>--<name>-<fingerprint>.q8_0.gguf   quantised weights, made on first use
///     <root>/partial/<org>--<name>/...                downloads that are not complete yet
///     <root>/locks/<org>--<name>.lock                 held while a model is pulled
public struct ModelStore: Sendable {
  /// The model that is used where none is named.
  public static let defaultModel = "sentence-transformers/all-MiniLM-L6-v2"

  /// The environment that the places come from.
  let environment: [String: String]
  /// Akin's cache: `AKIN_CACHE`, else `XDG_CACHE_HOME/akin`, else `~/.cache/akin` (macOS: `~/Library/Caches/akin`).
  public let root: String
  /// `HF_HUB_CACHE`, else `HF_HOME/hub`, else `XDG_CACHE_HOME/huggingface/hub`, else `~/.cache/huggingface/hub`.
  public let huggingFaceCache: String
  /// Models that a package installed, beside the program: `AKIN_SHARE/models`, else `../share/akin/models` from its folder.
  public let installed: String

  /// - Parameter environment: the process's, or a test's; variables that are set and empty count as not set.
  public init(environment: [String: String]) {
    let environment = environment.filter { !$0.value.isEmpty }
    self.environment = environment
    let home = environment["HOME"] ?? HostProcess.home ?? "."
    #if os(macOS)
      let defaultRoot = home + "/Library/Caches/akin"
    #else
      let defaultRoot = (environment["XDG_CACHE_HOME"] ?? home + "/.cache") + "/akin"
    #endif
    root = environment["AKIN_CACHE"] ?? environment["XDG_CACHE_HOME"].map { $0 + "/akin" } ?? defaultRoot
    installed = RunningProgram.share(environment) + "/models"
    huggingFaceCache =
      environment["HF_HUB_CACHE"] ?? environment["HF_HOME"].map { $0 + "/hub" }
      ?? (environment["XDG_CACHE_HOME"] ?? home + "/.cache") + "/huggingface/hub"
  }

  /// Finds a model without the network: a folder's path, a .gguf file's path, a name in Akin's cache, a name in the
  /// Hugging Face cache. A name without its organisation is tried with `sentence-transformers` or `google-bert`.
  /// - Throws: `unknownModel`, which lists the places and says what to do; `missing` or `wrongFileType` for a path.
  public func resolve(_ name: String) throws(ModelFileError) -> ResolvedModel {
    if Files.status(name) != nil || Self.isPath(name) { return try resolve(path: name) }
    guard let modelName = ModelName(name) else {
      let advice = "neither a model's name ('org/name') nor the path of a folder or .gguf file"
      throw ModelFileError(.unknownModel(advice), path: name)
    }
    for candidate in modelName.candidates {
      if let found = cached(candidate) { return found }
    }
    let places = "\(root)/models, \(installed) and \(huggingFaceCache)"
    throw ModelFileError(
      .unknownModel("not on this machine (looked in \(places)); run 'akin pull \(name)' or give a model folder's path"),
      path: name)
  }

  /// The model of this full name in one of the caches.
  func cached(_ name: String) -> ResolvedModel? {
    let own = folder(of: name)
    if Files.isFile(own + "/config.json") {
      return ResolvedModel(name: name, path: own, kind: .folder, source: .akinCache)
    }
    if Files.isFile("\(installed)/\(name)/config.json") {
      return ResolvedModel(name: name, path: "\(installed)/\(name)", kind: .folder, source: .installed)
    }
    return HuggingFaceCache(root: huggingFaceCache).snapshot(of: name).map {
      ResolvedModel(name: name, path: $0, kind: .folder, source: .huggingFaceCache)
    }
  }

  /// Where a pulled model of this full name stands.
  func folder(of name: String) -> String {
    "\(root)/models/\(name)"
  }

  private static func isPath(_ name: String) -> Bool {
    ["/", "./", "../", "~"].contains { name.utf8.starts(with: $0.utf8) } || name.hasSuffix(".gguf")
  }

  private func resolve(path: String) throws(ModelFileError) -> ResolvedModel {
    guard let status = Files.status(path) else { throw ModelFileError(.missing, path: path) }
    let absolute = Files.absolute(path)
    let name = Files.lastComponent(of: absolute)
    if status.isFolder {
      return ResolvedModel(name: name, path: absolute, kind: .folder, source: .path)
    }
    guard absolute.hasSuffix(".gguf") else {
      throw ModelFileError(
        .wrongFileType(expected: "a model folder or a .gguf file", found: "another file"), path: path)
    }
    return ResolvedModel(name: String(name.dropLast(".gguf".count)), path: absolute, kind: .gguf, source: .path)
  }
}

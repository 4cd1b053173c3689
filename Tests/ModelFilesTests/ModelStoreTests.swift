import AkinTestSupport
import Foundation
import ModelFiles
import Testing

@Suite struct ModelStoreTests {
  let folder: TemporaryFolder
  let store: ModelStore

  init() throws {
    folder = try TemporaryFolder()
    store = ModelStore(environment: [
      "AKIN_CACHE": folder.file("akin"), "HF_HOME": folder.file("hf"), "HOME": folder.path,
    ])
  }

  /// Puts a small model into Akin's cache.
  func cache(_ name: String, _ model: String = "sentence") throws {
    try copy(model, to: folder.file("akin/models/" + name))
  }

  /// Puts a small model into the Hugging Face cache as huggingface_hub lays it out.
  func hubCache(_ name: String) throws {
    let root = folder.file("hf/hub/models--" + name.replacingOccurrences(of: "/", with: "--"))
    try copy("sentence", to: root + "/snapshots/abc123")
    try folder.write(Array("abc123".utf8), to: String((root + "/refs/main").dropFirst(folder.path.count + 1)))
  }

  private func copy(_ model: String, to path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Fixtures.path("models/" + model), toPath: path)
  }

  @Test func placesComeFromTheEnvironment() {
    func places(_ environment: [String: String]) -> [String] {
      let store = ModelStore(environment: environment)
      return [store.root, store.huggingFaceCache]
    }
    #expect(places(["AKIN_CACHE": "/a", "HF_HUB_CACHE": "/h", "HF_HOME": "/x"]) == ["/a", "/h"])
    #expect(places(["XDG_CACHE_HOME": "/x", "HF_HOME": "/f"]) == ["/x/akin", "/f/hub"])
    #expect(places(["XDG_CACHE_HOME": "/x", "AKIN_CACHE": ""]) == ["/x/akin", "/x/huggingface/hub"])
    #expect(places(["HOME": "/u"])[1] == "/u/.cache/huggingface/hub")
  }

  @Test func namesLeadToBothCaches() throws {
    try cache("sentence-transformers/small")
    try hubCache("google-bert/bert-tiny")
    #expect(try store.resolve("small").name == "sentence-transformers/small")
    #expect(try store.resolve("sentence-transformers/small").source == .akinCache)
    let hub = try store.resolve("bert-tiny")
    #expect(hub.name == "google-bert/bert-tiny")
    #expect(hub.source == .huggingFaceCache && hub.path.hasSuffix("/snapshots/abc123"))
    #expect(try ModelWeights.open(folder: hub.path, name: hub.name).description.name == "google-bert/bert-tiny")
    #expect(store.models().map(\.name) == ["google-bert/bert-tiny", "sentence-transformers/small"])
    #expect(store.models().allSatisfy { $0.bytes > 10_000 && !$0.isQuantized })
  }

  @Test func pathsLeadToFoldersAndFiles() throws {
    let model = try SmallModel()
    let resolved = try store.resolve(model.path)
    #expect(resolved.kind == .folder && resolved.source == .path && resolved.name == "sentence")
    let gguf = try store.resolve(Fixtures.path("models/gguf/sentence-f32.gguf"))
    #expect(gguf.kind == .gguf && gguf.name == "sentence-f32")
    #expect(fileError { try store.resolve("/none/at/all") }?.kind == .missing)
    #expect(fileError { try store.resolve("none.gguf") }?.kind == .missing)
    #expect(fileError { try store.resolve(model.path + "/config.json") } != nil)
  }

  @Test(arguments: ["unknown/model", "unknown", "a/b/c", "", "..", "../..", "a b", "-x", "org/..", "é"])
  func otherNamesAreRefused(name: String) throws {
    guard name != ".." && name != "../.." else {
      // A folder: found, and without a config.json refused when it is opened.
      #expect(try store.resolve(name).kind == .folder)
      return
    }
    let error = try #require(fileError { try store.resolve(name) })
    #expect(error.path == name)
  }

  @Test func anIncompleteHubSnapshotIsNoModel() throws {
    try hubCache("org/partial")
    try FileManager.default.removeItem(
      atPath: folder.file("hf/hub/models--org--partial/snapshots/abc123/model.safetensors"))
    #expect(fileError { try store.resolve("org/partial") }?.description.contains("akin pull org/partial") == true)
    #expect(store.models().isEmpty)
  }

  @Test func theFingerprintFollowsTheFiles() throws {
    try cache("org/small")
    let model = try store.resolve("org/small")
    let before = try store.fingerprint(of: model)
    #expect(before.count == 64)
    #expect(try store.fingerprint(of: model) == before)
    let path = try store.ggufCachePath(for: model)
    #expect(path == folder.file("akin/gguf/org--small-\(before.prefix(16)).q8_0.gguf"))
    try folder.write(Array("{}".utf8), to: "akin/models/org/small/sentence_bert_config.json")
    #expect(try store.fingerprint(of: model) != before)
    try folder.write(Array("gguf".utf8), to: String(path.dropFirst(folder.path.count + 1)))
    #expect(store.models().map(\.isQuantized) == [false])
    let after = try store.ggufCachePath(for: model)
    try folder.write(Array("gguf".utf8), to: String(after.dropFirst(folder.path.count + 1)))
    #expect(store.models().map(\.isQuantized) == [true])
    store.removeCorrupt(after)
    #expect(store.models().map(\.isQuantized) == [false])
  }

  @Test func aCacheThatCannotBeWrittenIsAnError() throws {
    let weights = try SmallModel().open()
    // A file where the folder should be: refused for every user, the superuser too.
    try folder.write([1], to: "akin/gguf")
    let error = fileError {
      try GGUFModel.write(
        weights.description, tensors: float32Tensors(weights), fingerprint: "f", to: folder.file("akin/gguf/a.gguf"))
    }
    #expect(error.map { if case .unwritable = $0.kind { true } else { false } } == true)
  }
}

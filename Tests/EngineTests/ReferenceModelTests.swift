import AkinTestSupport
import Encoder
import Engine
import Foundation
import ModelFiles
import Testing

/// Small models of every class of folder, from files to vectors, against the reference implementation.
@Suite struct ReferenceModelTests {
  struct Model: Decodable {
    let model: String
    let base: String
    let overlay: String?
    let poolings: [String]
    let normalize: Bool
    let maxSequenceLength: Int
    let dimensions: Int
  }

  struct Embedding: Decodable {
    let model: String
    let text: String
    let promptName: String?
    let prompt: String?
    let dimensions: Int?
    let normalize: Bool?
    let tokens: Int
    let truncated: Bool
    let embedding: String
  }

  static func decode<T: Decodable>(_ type: T.Type, _ name: String) throws -> [T] {
    try Fixtures.lines(name).map { try JSONDecoder().decode(T.self, from: Data($0)) }
  }

  static let models: [Model] = (try? decode(Model.self, "reference-models.jsonl")) ?? []

  /// A copy of the base folder with the overlay's files put over it.
  static func folder(of model: Model, in temporary: TemporaryFolder) throws -> String {
    let manager = FileManager.default
    let target = temporary.file("model")
    try manager.copyItem(atPath: Fixtures.path("models/" + model.base), toPath: target)
    guard let overlay = model.overlay else { return target }
    let source = Fixtures.path("models/overlays/" + overlay)
    for file in manager.enumerator(atPath: source)?.compactMap({ $0 as? String }) ?? [] {
      var isFolder: ObjCBool = false
      guard manager.fileExists(atPath: source + "/" + file, isDirectory: &isFolder), !isFolder.boolValue else {
        continue
      }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: source + "/" + file))
      try temporary.write(bytes, to: "model/" + file)
    }
    return target
  }

  static func request(_ expected: Embedding) -> EmbedRequest {
    var request = EmbedRequest(texts: [expected.text])
    request.dimensions = expected.dimensions
    request.normalize = expected.normalize
    request.prompt = expected.promptName.map { .named($0) } ?? expected.prompt.map { .text($0) }
    return request
  }

  static func load(_ model: Model, _ precision: Precision) throws -> (engine: Engine, keep: TemporaryFolder) {
    let temporary = try TemporaryFolder()
    var options = EngineOptions()
    options.model = try folder(of: model, in: temporary)
    options.precision = precision
    let store = ModelStore(environment: ["AKIN_CACHE": temporary.file("cache"), "HOME": temporary.path])
    return (try Engine.load(options, store: store), temporary)
  }

  @Test func thereAreModelsToTest() {
    #expect(Self.models.count >= 25)
  }

  /// Where the pooling leaves the prompt out, and the cut everything else.
  @Test func aPromptThatLeavesNoRoomForTextIsRefused() async throws {
    let model = try #require(Self.models.first { $0.overlay == "exclude-prompt-mean" })
    let (engine, _) = try Self.load(model, .f32)
    var request = EmbedRequest(texts: ["fire"])
    request.prompt = .text(String(repeating: "the fire is warm ", count: 20))
    let error = await #expect(throws: EngineError.self) { _ = try await engine.embed(request) }
    #expect(error?.description.contains("prompt") == true)
  }

  @Test(arguments: models.map(\.model))
  func float32IsTheReference(name: String) async throws {
    let model = try #require(Self.models.first { $0.model == name })
    let (engine, _) = try Self.load(model, .f32)
    #expect(engine.description.poolings.map(\.rawValue) == model.poolings)
    #expect(engine.description.normalize == model.normalize)
    #expect(engine.description.maxSequenceLength == model.maxSequenceLength)
    #expect(engine.description.embeddingDimensions == model.dimensions)
    for expected in try Self.decode(Embedding.self, "reference-embeddings.jsonl") where expected.model == name {
      let answer = try await engine.embed(Self.request(expected))
      let reference = Fixtures.float32s(base64: expected.embedding)
      #expect(answer.tokens == [expected.tokens])
      #expect(answer.truncated == [expected.truncated])
      #expect(answer.vectors[0].count == reference.count)
      let difference = zip(answer.vectors[0], reference).map { abs($0 - $1) }.max() ?? .infinity
      #expect(difference < 1e-5, "\(name): \(expected.text.prefix(40))")
    }
  }

  /// Random weights have no redundancy, so q8_0 costs them more than a trained model: this holds the path, not the
  /// model's quality, which the default model's golden values hold.
  @Test(arguments: models.map(\.model))
  func q8StaysNearTheReference(name: String) async throws {
    let model = try #require(Self.models.first { $0.model == name })
    let (engine, _) = try Self.load(model, .q8)
    for expected in try Self.decode(Embedding.self, "reference-embeddings.jsonl") where expected.model == name {
      let answer = try await engine.embed(Self.request(expected))
      let cosine = Vectors.cosine(answer.vectors[0], Fixtures.float32s(base64: expected.embedding))
      #expect(cosine > 0.99, "\(name): \(expected.text.prefix(40))")
    }
  }

  /// The second load maps what the first one wrote, and gives the same bits; so does quantising in memory.
  @Test func theCacheKeepsTheBits() async throws {
    let model = try #require(Self.models.first { $0.model == "sentence" })
    let temporary = try TemporaryFolder()
    var options = EngineOptions()
    options.model = try Self.folder(of: model, in: temporary)
    let request = EmbedRequest(texts: ["the man and the fire"])
    var reports: [String] = []
    var vectors: [[[Float]]] = []
    let store = ModelStore(environment: ["AKIN_CACHE": temporary.file("cache"), "HOME": temporary.path])
    for _ in 0..<2 {
      vectors.append(try await Engine.load(options, store: store) { reports.append($0) }.embed(request).vectors)
    }
    #expect(reports.count == 1, "quantised once")
    // A file where the cache's folder should be: nothing can be written there.
    try temporary.write([0], to: "blocked")
    let blocked = ModelStore(environment: ["AKIN_CACHE": temporary.file("blocked"), "HOME": temporary.path])
    reports = []
    vectors.append(try await Engine.load(options, store: blocked) { reports.append($0) }.embed(request).vectors)
    #expect(reports.contains { $0.contains("not kept") })
    #expect(vectors[0] == vectors[1] && vectors[1] == vectors[2])
  }

  @Test(arguments: ["cut", "altered", "otherVersion"])
  func aDamagedCacheIsMadeAnew(damage: String) async throws {
    let model = try #require(Self.models.first { $0.model == "sentence" })
    let temporary = try TemporaryFolder()
    var options = EngineOptions()
    options.model = try Self.folder(of: model, in: temporary)
    let store = ModelStore(environment: ["AKIN_CACHE": temporary.file("cache"), "HOME": temporary.path])
    let request = EmbedRequest(texts: ["the man and the fire"])
    let before = try await Engine.load(options, store: store).embed(request).vectors
    let cache = try #require(
      FileManager.default.enumerator(atPath: temporary.file("cache"))?.compactMap { $0 as? String }
        .first { $0.hasSuffix(".gguf") })
    let path = temporary.file("cache/" + cache)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    switch damage {
    case "cut": bytes.removeLast(bytes.count / 3)
    case "altered": bytes[bytes.count - bytes.count / 4] ^= 0x10
    default:
      let key = try #require(bytes.range(of: Data("akin.format_version".utf8)))
      bytes[key.upperBound + 4] &+= 1
    }
    try bytes.write(to: URL(fileURLWithPath: path))
    var reports: [String] = []
    let after = try await Engine.load(options, store: store) { reports.append($0) }.embed(request).vectors
    #expect(reports.count == 1 && reports[0].contains("again"), "\(reports)")
    #expect(after == before)
    reports = []
    _ = try Engine.load(options, store: store) { reports.append($0) }
    #expect(reports.isEmpty)
  }
}

import AkinTestSupport
import Engine
import Foundation
import JSON
import ModelFiles
import Testing

/// Weights that are no numbers, and files that change while they are in use.
@Suite struct HostileWeightsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func load(_ path: String, _ precision: String) throws -> Engine {
    var options = EngineOptions()
    options.model = path
    options.precision = precision == "f32" ? .f32 : .q8
    return try Engine.load(options, store: ModelStore(environment: ["AKIN_CACHE": folder.file("cache")]))
  }

  /// A copy of a model folder of the fixtures with bytes of ones, which are NaN in every format, at the start of a tensor.
  private func folder(_ name: String, spoiling tensor: String) throws -> String {
    let place = folder.file(name)
    try FileManager.default.copyItem(atPath: Fixtures.path("models/" + name), toPath: place)
    let weights = URL(fileURLWithPath: place + "/model.safetensors")
    var bytes = [UInt8](try Data(contentsOf: weights))
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = JSONField(try JSONValue.parse(Array(bytes[8..<8 + length])), path: "")
    let key = try #require(try header.object().keys.first { $0.hasSuffix(tensor) })
    let start = try header[key]["data_offsets"].array()[0].int()
    for offset in 0..<4 { bytes[8 + length + start + offset] = 0xFF }
    try Data(bytes).write(to: weights)
    return place
  }

  @Test(
    arguments: ["sentence", "sentence-f16", "sentence-bf16"],
    ["word_embeddings.weight", "LayerNorm.bias", "layer.0.attention.self.query.weight", "layer.0.output.dense.bias"])
  func weightsThatAreNoNumbersAreRefused(name: String, tensor: String) throws {
    let place = try folder(name, spoiling: tensor)
    for precision in ["q8_0", "f32"] {
      let error = #expect(throws: EngineError.self) { try load(place, precision) }
      #expect(error?.description.contains("no numbers") == true, "\(precision): \(error.map { "\($0)" } ?? "none")")
    }
  }

  @Test(arguments: ["sentence-f16", "sentence-f32", "sentence-q8_0"])
  func aFilesLastWeightsToo(name: String) throws {
    var bytes = try Fixtures.bytes("models/gguf/\(name).gguf")
    // More than a block of q8_0 and the padding behind it.
    for index in bytes.count - 80..<bytes.count { bytes[index] = 0xFF }
    let path = try folder.write(bytes, to: "a.gguf")
    #expect(throws: EngineError.self) { try load(path, "q8_0") }
  }

  /// The pages of the word table that are no longer there are read as zeros, and what came of them is not answered.
  @Test func aFileThatIsCutWhileItIsInUseIsAnError() async throws {
    let path = try folder.write(try Fixtures.bytes("models/gguf/sentence-q8_0.gguf"), to: "a.gguf")
    let engine = try load(path, "q8_0")
    let words = (0..<200).map { "the \($0) of a \($0)" }
    #expect(try await engine.embed(EmbedRequest(texts: ["the"])).vectors.count == 1)
    #expect(!engine.isBroken)
    #expect(truncate(path, 100) == 0)
    await #expect(throws: EngineError.self) { try await engine.embed(EmbedRequest(texts: words)) }
    #expect(engine.isBroken)
    // Another engine of another file is none the worse.
    let other = try load(Fixtures.path("models/gguf/sentence-q8_0.gguf"), "q8_0")
    #expect(try await other.embed(EmbedRequest(texts: words)).vectors.count == 200)
  }
}

import AkinTestSupport
import Encoder
import Foundation
import ModelFiles
import Testing

/// What llama.cpp takes where a file of a rotary family leaves a key out.
@Suite struct ForeignFamilyTests {
  /// A family's file under llama.cpp's name, without Akin's own keys, and with llama.cpp's changed.
  /// - Parameter changes: nil takes a key out.
  private func open(
    _ name: String, as architecture: String, _ changes: [String: GGUFValue?]
  ) throws -> TransformerDescription {
    let folder = try TemporaryFolder()
    let weights = try FamilyTests.open(name, in: folder), path = folder.file("own.gguf")
    try GGUFModel.write(weights.description, tensors: try Quantizer.ggufTensors(weights), fingerprint: "f00d", to: path)
    let own = try GGUFFile(path: path), key = "general.architecture"
    let written = try #require(try own.metadata.string(key))
    var metadata: [(String, GGUFValue)] = [(key, .string(architecture))]
    for old in own.metadata.keys where !old.hasPrefix("akin.") && old != key {
      let new = old.hasPrefix(written + ".") ? architecture + old.dropFirst(written.count) : old
      if changes[new] == nil { metadata.append((new, try #require(try own.metadata.value(old)))) }
    }
    metadata += changes.compactMap { key, value in value.map { (key, $0) } }
    let tensors = own.tensors.values.sorted { $0.name < $1.name }.map { view in
      GGUFTensor(name: view.name, shape: view.shape, type: view.type, bytes: view.withBytes { Array($0) })
    }
    try GGUFWriter(metadata: metadata, tensors: tensors).write(to: folder.file("m.gguf"))
    return try ModelWeights.open(gguf: folder.file("m.gguf"), name: nil).description.transformer
  }

  static let architectures = [
    ("nomic-bert", "nomic-bert"), ("modernbert", "modern-bert"), ("qwen3", "qwen3"), ("gemma3", "gemma-embedding"),
  ]

  @Test(arguments: architectures)
  func anglesHaveTheUsualBase(name: String, architecture: String) throws {
    let key = architecture + ".rope.freq_base"
    #expect(try open(name, as: architecture, [key: .float32(500)]).rotary?.base == 500)
    let bare = try #require(try open(name, as: architecture, [key: nil, key + "_swa": nil]).rotary)
    #expect(bare.base == 10_000 && bare.localBase == 10_000)
  }

  @Test func aFactorWithoutATypeIsLinear() throws {
    let name = "nomic-bert", key = name + ".rope.scaling.", factor = GGUFValue.float32(4)
    #expect(try open(name, as: name, [key + "factor": factor]).rotary?.factor == 4)
    #expect(try open(name, as: name, [key + "factor": factor, key + "type": .string("none")]).rotary?.factor == 1)
  }

  @Test func aWindowOfNothingIsNone() throws {
    let name = "modern-bert"
    let plain = try open("modernbert", as: name, [:])
    let without = try open("modernbert", as: name, [name + ".attention.sliding_window": .uint32(0)])
    #expect(plain.window != nil && without.window == nil && without.localLayers.isEmpty)
  }
}

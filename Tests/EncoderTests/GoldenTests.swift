import AkinTestSupport
import Encoder
import JSON
import ModelFiles
import Synchronization
import Testing

/// The default model's real weights against values of the reference implementation.
@Suite struct GoldenTests {
  static let weights = Result { try ModelWeights.open(folder: try TestModel.folder, name: "all-MiniLM-L6-v2") }

  struct Text {
    let ids: [Int32]
    let expected: [Float]
  }

  /// Sentence vectors whose token ids stand in tokenize.jsonl, cut to 256 tokens as the model's length asks.
  static func sentences() throws -> [Text] {
    var ids: [String: [Int32]] = [:]
    for line in try Fixtures.lines("tokenize.jsonl") {
      let root = JSONField(try JSONValue.parse(line), path: "tokenize.jsonl")
      var all = try root["ids"].array().map { Int32(try $0.int()) }
      if all.count > 256 { all = all[..<255] + all.suffix(1) }
      ids[try root["text"].string()] = all
    }
    return try Fixtures.lines("embed.jsonl").compactMap { line in
      let root = JSONField(try JSONValue.parse(line), path: "embed.jsonl")
      guard let found = ids[try root["text"].string()] else { return nil }
      return Text(ids: found, expected: Fixtures.float32s(base64: try root["embedding"].string()))
    }
  }

  /// All of them; thirty short ones for the scalar kernels, which are slow and compute the same.
  static func sentences(for kernels: String) throws -> [Text] {
    let all = try sentences()
    try #require(all.count >= 140)
    return kernels == "scalar" ? Array(all.filter { $0.ids.count <= 40 }.prefix(30)) : all
  }

  static func contextual() throws -> [Text] {
    try Fixtures.lines("contextual.jsonl").map { line in
      let root = JSONField(try JSONValue.parse(line), path: "contextual.jsonl")
      return Text(
        ids: try root["ids"].array().map { Int32(try $0.int()) },
        expected: Fixtures.float32s(base64: try root["lastHiddenState"].string()))
    }
  }

  static func embed(_ texts: [Text], with encoder: TransformerEncoder) throws -> [[Float]] {
    var batch = PackedBatch()
    for text in texts { batch.append(ids: text.ids) }
    let vectors = Mutex([[Float]](repeating: [], count: texts.count))
    try encoder.encode(batch) { index, tokens in
      var vector = encoder.pool(tokens, modes: [.mean])
      Vectors.normalize(&vector)
      vectors.withLock { $0[index] = vector }
    }
    return vectors.withLock { $0 }
  }

  static func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: Kernels.available)
  func float32AgreesWithinOneInAHundredThousand(kernels: String) throws {
    let encoder = try TransformerEncoder(
      try Self.weights.get(), precision: .f32, threads: 2, kernels: try KernelTable.named(kernels))
    let sentences = try Self.sentences(for: kernels)
    let differences = zip(try Self.embed(sentences, with: encoder), sentences).map {
      Self.largestDifference($0, $1.expected)
    }
    let worst = differences.max() ?? .infinity
    print("f32, \(kernels): \(sentences.count) sentences, largest difference \(worst)")
    #expect(worst <= 1e-5)

    for text in try Self.contextual().prefix(sentences.count) {
      var batch = PackedBatch()
      batch.append(ids: text.ids)
      let difference = Self.largestDifference(try encoder.hiddenStates(batch).values, text.expected)
      #expect(difference <= 1e-5)
    }
  }

  @Test(arguments: Kernels.available)
  func q8KeepsTheCosine(kernels: String) throws {
    let encoder = try TransformerEncoder(
      try Self.weights.get(), precision: .q8, threads: 2, kernels: try KernelTable.named(kernels))
    let sentences = try Self.sentences(for: kernels)
    let cosines = zip(try Self.embed(sentences, with: encoder), sentences).map { Vectors.cosine($0, $1.expected) }
    let mean = cosines.reduce(0, +) / Float(cosines.count), worst = cosines.min() ?? 0
    print("q8_0, \(kernels): \(sentences.count) sentences, cosine mean \(mean), worst \(worst)")
    #expect(mean >= 0.9995)
    #expect(worst >= 0.998)
  }

  /// A vector that was computed on one machine is found again on another.
  @Test func everySIMDKernelGivesTheSameBits() throws {
    let sentences = try Self.sentences()
    let vectors = try Kernels.available.filter { $0 != "scalar" }.map { kernels in
      try Self.embed(
        sentences,
        with: TransformerEncoder(
          try Self.weights.get(), precision: .q8, threads: 2, kernels: try KernelTable.named(kernels)))
    }
    for other in vectors.dropFirst() { #expect(other == vectors[0]) }
  }
}

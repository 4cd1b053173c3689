import AkinTestSupport
import Encoder
import Foundation
import JSON
import ModelFiles
import Synchronization
import Testing

/// A small model of every family against what transformers computes of it: Tests/Fixtures/families.
@Suite struct FamilyTests {
  struct Golden {
    let ids: [Int32]
    let rows: [Int]
    let states: [Float]
  }

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.path("families"))) ?? []
    return files.filter { !$0.contains(".") }.sorted()
  }()

  static func goldens(_ name: String) throws -> [Golden] {
    try Fixtures.lines("families/states.jsonl").compactMap { line in
      let root = JSONField(try JSONValue.parse(line), path: "states.jsonl")
      guard try root["model"].string() == name else { return nil }
      return Golden(
        ids: try root["ids"].array().map { Int32(try $0.int()) }, rows: try root["rows"].array().map { try $0.int() },
        states: Fixtures.float32s(base64: try root["states"].string()))
    }
  }

  /// The model with the tokenizer of the small BERT.
  static func open(_ name: String, in folder: TemporaryFolder) throws -> ModelWeights {
    let path = folder.file(name)
    try FileManager.default.copyItem(atPath: Fixtures.path("families/" + name), toPath: path)
    for file in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(atPath: Fixtures.path("models/sentence/" + file), toPath: path + "/" + file)
    }
    return try ModelWeights.open(folder: path, name: name)
  }

  @Test func everyFamilyHasAFixture() throws {
    let folder = try TemporaryFolder()
    let families = try Self.names.map { try Self.open($0, in: folder).description.transformer.family }
    #expect(Set(families) == Set(ModelFamily.allCases))
  }

  @Test(arguments: names)
  func hiddenStatesAreThoseOfTheReference(name: String) throws {
    let folder = try TemporaryFolder()
    let weights = try Self.open(name, in: folder)
    let encoder = try TransformerEncoder(weights, precision: .f32, threads: 2)
    let goldens = try Self.goldens(name)
    try #require(goldens.count == 4)
    var batch = PackedBatch()
    for golden in goldens { batch.append(ids: golden.ids) }
    let found = try encoder.hiddenStates(batch), size = found.hiddenSize
    for (index, golden) in goldens.enumerated() {
      for (place, row) in golden.rows.enumerated() {
        let start = (found.rowStarts[index] + row) * size
        let expected = golden.states[place * size..<(place + 1) * size]
        let worst = zip(found.values[start..<start + size], expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= 1e-5, "\(name), \(golden.ids.count) tokens, row \(row): \(worst)")
      }
    }
  }

  /// Where one token of each sequence is wanted, the last block computes no other, and that one to the same bits.
  @Test(arguments: names, [Precision.f32, .q8])
  func aTokenThatAloneIsWantedHasTheSameBits(name: String, precision: Precision) throws {
    let folder = try TemporaryFolder()
    let weights = try Self.open(name, in: folder), size = weights.description.transformer.hiddenSize
    let goldens = try Self.goldens(name)
    for threads in [1, 3] {
      let encoder = try TransformerEncoder(weights, precision: precision, threads: threads)
      func vectors(_ batch: PackedBatch) throws -> [[Float]] {
        let found = Mutex([[Float]](repeating: [], count: batch.sequenceCount))
        try encoder.encode(batch) { index, tokens in
          let values = tokens.withUnsafeBufferPointer { Array($0) }
          found.withLock { $0[index] = values }
        }
        return found.withLock { $0 }
      }
      for place in [0, 1, 2] {
        var whole = PackedBatch(), kept = PackedBatch(), mixed = PackedBatch()
        var rows: [Int] = []
        // Many short sequences share a group, and long ones have one each.
        for golden in goldens + Array(repeating: goldens[1], count: 40) {
          let row = [0, golden.ids.count / 2, golden.ids.count - 1][place]
          rows.append(row)
          whole.append(ids: golden.ids)
          kept.append(ids: golden.ids, kept: row)
          mixed.append(ids: golden.ids, kept: rows.count % 5 == 0 ? nil : row)
        }
        let all = try vectors(whole)
        let expected = zip(all, rows).map { Array($0[$1 * size..<($1 + 1) * size]) }
        #expect(try vectors(kept) == expected, "\(threads) threads, place \(place)")
        let both = zip(all, expected).enumerated().map { ($0.offset + 1) % 5 == 0 ? $0.element.0 : $0.element.1 }
        #expect(try vectors(mixed) == both, "\(threads) threads, place \(place)")
        var one = PackedBatch()
        one.append(ids: goldens[2].ids, kept: rows[2])
        #expect(try vectors(one) == [expected[2]], "\(threads) threads, place \(place), alone")
      }
    }
  }

  /// The same bits alone and together, on one thread and on several, from a folder and from its GGUF file.
  @Test(arguments: names)
  func quantisedVectorsHaveTheSameBitsEverywhere(name: String) throws {
    let folder = try TemporaryFolder()
    let weights = try Self.open(name, in: folder)
    let single = try TransformerEncoder(weights, precision: .q8, threads: 1)
    let several = try TransformerEncoder(weights, precision: .q8, threads: 3)
    try GGUFModel.write(
      weights.description, tensors: try Quantizer.ggufTensors(weights), fingerprint: "f00d", to: folder.file("m.gguf"))
    let stored = try ModelWeights.open(gguf: folder.file("m.gguf"), name: name)
    #expect(stored.description == weights.description)
    let reread = try TransformerEncoder(stored, precision: .q8, threads: 1)
    var batch = PackedBatch()
    var alone: [Float] = []
    for golden in try Self.goldens(name) {
      batch.append(ids: golden.ids)
      var one = PackedBatch()
      one.append(ids: golden.ids)
      let states = try single.hiddenStates(one).values
      #expect(try several.hiddenStates(one).values == states)
      alone += states
      for (place, row) in golden.rows.enumerated() {
        let size = weights.description.transformer.hiddenSize
        let expected = Array(golden.states[place * size..<(place + 1) * size])
        #expect(Vectors.cosine(Array(states[row * size..<(row + 1) * size]), expected) > 0.99)
      }
    }
    for encoder in [single, several, reread] { #expect(try encoder.hiddenStates(batch).values == alone) }
  }
}

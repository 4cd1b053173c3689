import AkinTestSupport
import Encoder
import ModelFiles
import Testing

/// The quantiser against GGML's rule, and what a model's file holds.
@Suite struct QuantizerTests {
  /// The rule as ggml-quants.c states it, in Swift; float16 by the hardware's conversion where there is one.
  static func reference(_ values: [Float]) -> [UInt8] {
    stride(from: 0, to: values.count, by: 32).flatMap { start -> [UInt8] in
      let block = values[start..<start + 32]
      let scale = (block.map(abs).max() ?? 0) / 127
      let inverse = scale == 0 ? 0 : 1 / scale
      let half = float16(scale)
      return [UInt8(truncatingIfNeeded: half), UInt8(half >> 8)]
        + block.map { UInt8(bitPattern: Int8(($0 * inverse).rounded(.toNearestOrAwayFromZero))) }
    }
  }

  /// Nearest float16, ties to even, by search: half the distance to a neighbour decides.
  static func float16(_ value: Float) -> UInt16 {
    var low = UInt16(0), high = UInt16(0x7BFF)
    while low < high {
      let middle = low + (high - low + 1) / 2
      if widen(middle) <= value { low = middle } else { high = middle - 1 }
    }
    let below = value - widen(low), above = widen(low + 1) - value
    return below < above || (below == above && low % 2 == 0) ? low : low + 1
  }

  /// A positive, finite float16.
  static func widen(_ half: UInt16) -> Float {
    let exponent = Int(half >> 10), fraction = Float(half & 0x3FF)
    return exponent == 0
      ? fraction * 0x1p-24 : (1 + fraction / 1024) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
  }

  @Test func blocksFollowTheRule() throws {
    var random = SeededRandom(seed: 3)
    for magnitude in [1e-30, 1e-8, 1e-5, 1e-2, 1, 300, 1e6] as [Float] {
      let values = (0..<96 * 32).map { _ in Float.random(in: -magnitude...magnitude, using: &random) }
      #expect(try Quantizer.q8Blocks(values, columns: 96) == Self.reference(values), "magnitude \(magnitude)")
    }
  }

  @Test func aBlockByHand() throws {
    var values = [Float](repeating: 0, count: 32)
    values[0] = 127
    values[1] = -127
    values[2] = 0.5  // ties go away from zero
    values[3] = -1.5
    let block = try Quantizer.q8Blocks(values, columns: 32)
    #expect(block[..<6] == [0x00, 0x3C, 127, UInt8(bitPattern: -127), 1, UInt8(bitPattern: -2)])
    #expect(try Quantizer.q8Blocks([Float](repeating: 0, count: 32), columns: 32) == [UInt8](repeating: 0, count: 34))
  }

  @Test func whatCannotBeStoredIsAnError() {
    #expect(throws: EncoderError.quantizerColumns(values: 66, columns: 33)) {
      try Quantizer.q8Blocks([Float](repeating: 1, count: 66), columns: 33)
    }
    #expect(throws: EncoderError.quantizerColumns(values: 40, columns: 32)) {
      try Quantizer.q8Blocks([Float](repeating: 1, count: 40), columns: 32)
    }
    for value in [Float.nan, .infinity, 1e7] {
      var values = [Float](repeating: 1, count: 96)
      values[70] = value
      #expect(throws: EncoderError.unquantizable(name: "values", block: 2)) {
        try Quantizer.q8Blocks(values, columns: 32)
      }
    }
  }

  @Test func aFileOfTheTensorsGivesTheSameVectors() throws {
    var model = SmallModel()
    model.dense = [DenseModule(inFeatures: 64, outFeatures: 8)]
    let weights = try model.weights()
    let tensors = try Quantizer.ggufTensors(weights)
    let quantized = Set(tensors.filter { $0.type == .q8 }.map(\.name))
    // Rows of ffn_down have 100 values here: no whole blocks, so they stay float32.
    let linear = ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_up"]
    let expected = (0..<2).flatMap { block in linear.map { "blk.\(block).\($0).weight" } } + ["token_embd.weight"]
    #expect(quantized == Set(expected))
    #expect(Set(tensors.map(\.name)) == Set(weights.tensors.keys))

    var views: [String: TensorView] = [:]
    for tensor in tensors {
      let file = try MappedFile(bytes: tensor.bytes, path: tensor.name)
      views[tensor.name] = try TensorView(
        name: tensor.name, shape: tensor.shape, type: tensor.type, file: file, byteRange: 0..<tensor.bytes.count)
    }
    let read = ModelWeights(description: weights.description, tensors: views)
    var batch = PackedBatch()
    batch.append(ids: Array(0..<40))
    for precision in Precision.allCases {
      let first = try TransformerEncoder(weights, precision: precision, threads: 1).hiddenStates(batch)
      let second = try TransformerEncoder(read, precision: precision, threads: 1).hiddenStates(batch)
      #expect((first == second) == (precision == .q8))
      let difference = GoldenTests.largestDifference(first.values, second.values)
      #expect(difference < 0.2, "\(precision)")
    }
  }
}

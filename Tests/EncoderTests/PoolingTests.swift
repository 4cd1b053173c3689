import Encoder
import ModelFiles
import Testing

/// Poolings and Dense modules against values computed by hand.
@Suite struct PoolingTests {
  static let encoder = Result {
    var model = SmallModel()
    (model.sizes.hiddenSize, model.sizes.headCount) = (2, 1)
    return try TransformerEncoder(try model.weights(), precision: .f32, threads: 1)
  }
  /// Four tokens of two components.
  static let tokens: [Float] = [1, -1, 2, -2, 3, -9, 6, 4]

  @Test(
    arguments: [
      (PoolingMode.cls, [1, -1]), (.lastToken, [6, 4]), (.max, [6, 4]), (.mean, [3, -2]), (.meanSqrtLen, [6, -4]),
      (.weightedMean, [3.8, -1.6]),  // (1 + 4 + 9 + 24) / 10, (-1 - 4 - 27 + 16) / 10
    ] as [(PoolingMode, [Float])])
  func wholeSequence(mode: PoolingMode, expected: [Float]) throws {
    let pooled = try Self.encoder.get().pool(Self.tokens.span, modes: [mode])
    #expect(GoldenTests.largestDifference(pooled, expected) <= 1e-6)
  }

  @Test(
    arguments: [
      (PoolingMode.cls, [2, -2]), (.lastToken, [3, -9]), (.max, [3, -2]), (.mean, [2.5, -5.5]),
      (.meanSqrtLen, [5 / 2.0.squareRoot(), -11 / 2.0.squareRoot()].map { Float($0) }),
      (.weightedMean, [13 / 5, -31 / 5]),  // the tokens weigh 2 and 3
    ] as [(PoolingMode, [Float])])
  func withoutThePromptAndTheLastToken(mode: PoolingMode, expected: [Float]) throws {
    let pooled = try Self.encoder.get().pool(Self.tokens.span, modes: [mode], rows: 1..<3)
    #expect(GoldenTests.largestDifference(pooled, expected) <= 1e-6)
  }

  @Test func severalModesAreConcatenatedInTheirOrder() throws {
    let encoder = try Self.encoder.get()
    let pooled = encoder.pool(Self.tokens.span, modes: [.mean, .cls, .max])
    #expect(pooled == [3, -2, 1, -1, 6, 4])
  }

  @Test func noTokensGiveZeros() throws {
    let encoder = try Self.encoder.get()
    #expect(encoder.pool(Self.tokens.span, modes: [.mean, .max], rows: 2..<2) == [0, 0, 0, 0])
  }

  @Test func denseModulesRunInOrder() throws {
    var model = SmallModel()
    model.dense = [
      DenseModule(inFeatures: 2, outFeatures: 3, hasBias: true, activation: .relu),
      DenseModule(inFeatures: 3, outFeatures: 1, hasBias: false, activation: .tanh),
    ]
    model.replacing = [
      "akin.dense.0.weight": [1, 2, 3, 4, -5, -6], "akin.dense.0.bias": [0.5, -1, 0],
      "akin.dense.1.weight": [0.125, -0.0625, 10],
    ]
    let encoder = try TransformerEncoder(try model.weights(), precision: .q8, threads: 1)
    // [1 + 2 + 0.5, 3 + 4 - 1, -11] -> relu [3.5, 6, 0] -> 0.4375 - 0.375 -> tanh
    let expected: [Float] = [0.062_418_747]
    #expect(GoldenTests.largestDifference(encoder.project([1, 1]), expected) <= 1e-7)
  }

  @Test(
    arguments: [
      (DenseActivation.identity, -1), (.relu, 0), (.sigmoid, 0.268_941_42), (.tanh, -0.761_594_2),
      (.gelu, -0.158_655_25),
    ] as [(DenseActivation, Float)])
  func denseActivations(activation: DenseActivation, expected: Float) throws {
    var model = SmallModel()
    model.dense = [DenseModule(inFeatures: 1, outFeatures: 1, hasBias: false, activation: activation)]
    model.replacing = ["akin.dense.0.weight": [-0.5]]
    let encoder = try TransformerEncoder(try model.weights(), precision: .f32, threads: 1)
    #expect(GoldenTests.largestDifference(encoder.project([2]), [expected]) <= 1e-6)
  }

  @Test func withoutDenseModulesAVectorStaysAsItIs() throws {
    #expect(try Self.encoder.get().project([1, 2, 3]) == [1, 2, 3])
  }
}

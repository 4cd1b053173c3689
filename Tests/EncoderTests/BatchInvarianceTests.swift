import AkinTestSupport
import Encoder
import ModelFiles
import Synchronization
import Testing

/// A sequence's vectors are bit for bit the same alone, in any batch, and on any number of threads.
@Suite(.timeLimit(.minutes(10))) struct BatchInvarianceTests {
  static func sequence(_ length: Int, using random: inout SeededRandom, below limit: Int32) -> [Int32] {
    (0..<length).map { _ in Int32.random(in: 0..<limit, using: &random) }
  }

  static func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map(\.bitPattern) }

  @Test(arguments: Kernels.available, Precision.allCases)
  func randomModel(kernels: String, precision: Precision) throws {
    let weights = try SmallModel().weights(), table = try KernelTable.named(kernels)
    let single = try TransformerEncoder(weights, precision: precision, threads: 1, kernels: table)
    let others = try [2, 3].map { try TransformerEncoder(weights, precision: precision, threads: $0, kernels: table) }
    #expect(others.map(\.threadCount) == [2, 3])
    var random = SeededRandom(seed: 7)
    let sequences = (1...40).map { Self.sequence($0, using: &random, below: 50) }
    let alone = try sequences.map { ids in
      var batch = PackedBatch()
      batch.append(ids: ids)
      return Self.bits(try single.hiddenStates(batch).values)
    }
    for round in 0..<4 {
      let order = sequences.indices.shuffled(using: &random)
      var batch = PackedBatch()
      for index in order { batch.append(ids: sequences[index]) }
      for encoder in [single] + others {
        let states = try encoder.hiddenStates(batch)
        let values = order.flatMap { alone[$0] }
        #expect(Self.bits(states.values) == values, "round \(round), \(encoder.threadCount) threads")
      }
    }
  }

  @Test(arguments: Precision.allCases)
  func realModel(precision: Precision) throws {
    let weights = try GoldenTests.weights.get()
    let encoders = try [1, 2].map { try TransformerEncoder(weights, precision: precision, threads: $0) }
    var random = SeededRandom(seed: 11)
    let sequences = [1, 2, 9, 13, 30, 47, 48, 49, 100, 131].map { Self.sequence($0, using: &random, below: 30_000) }
    var batch = PackedBatch()
    for ids in sequences { batch.append(ids: ids) }
    let together = try encoders.map { Self.bits(try $0.hiddenStates(batch).values) }
    #expect(together[0] == together[1])
    let alone = try sequences.flatMap { ids in
      var batch = PackedBatch()
      batch.append(ids: ids)
      return Self.bits(try encoders[1].hiddenStates(batch).values)
    }
    #expect(alone == together[0])
  }

  /// Fewer groups of sequences than threads, as many, and some more: each number takes another way through the threads.
  @Test(arguments: Precision.allCases, [2, 3, 4, 7])
  func anyNumberOfGroups(precision: Precision, threads: Int) throws {
    let weights = try SmallModel().weights()
    let single = try TransformerEncoder(weights, precision: precision, threads: 1)
    let several = try TransformerEncoder(weights, precision: precision, threads: threads)
    var random = SeededRandom(seed: 17)
    var batch = PackedBatch()
    for round in 0..<40 {
      batch.append(ids: Self.sequence(Int.random(in: 20...40, using: &random), using: &random, below: 50))
      let states = (try single.hiddenStates(batch), try several.hiddenStates(batch))
      #expect(Self.bits(states.0.values) == Self.bits(states.1.values), "\(round + 1) sequences")
    }
  }

  /// A batch that overtakes has the bits it has alone, and so has the one that it overtook.
  @Test(arguments: Precision.allCases, [1, 2])
  func overtaking(precision: Precision, threads: Int) throws {
    let encoder = try TransformerEncoder(try SmallModel().weights(), precision: precision, threads: threads)
    var random = SeededRandom(seed: 13)
    var (long, short) = (PackedBatch(), PackedBatch())
    for length in 1...40 { long.append(ids: Self.sequence(length, using: &random, below: 50)) }
    for length in 1...3 { short.append(ids: Self.sequence(length, using: &random, below: 50)) }
    let (longAlone, shortAlone) = (try encoder.hiddenStates(long), try encoder.hiddenStates(short))
    let sequences = Mutex([Int: [UInt32]]()), overtaking = Mutex([Int: [UInt32]]())
    var overtaken = 0
    try encoder.encode(
      long, checkpoint: {},
      pause: { overtake in
        overtaking.withLock { $0.removeAll() }
        try? overtake(short) { index, tokens in
          let bits = tokens.withUnsafeBufferPointer { Self.bits($0) }
          overtaking.withLock { $0[index] = bits }
        }
        let states = overtaking.withLock { rows in (0..<3).flatMap { rows[$0] ?? [] } }
        #expect(states == Self.bits(shortAlone.values))
        overtaken += 1
      },
      output: { index, tokens in
        let bits = tokens.withUnsafeBufferPointer { Self.bits($0) }
        sequences.withLock { $0[index] = bits }
      })
    #expect(sequences.withLock { rows in (0..<40).flatMap { rows[$0] ?? [] } } == Self.bits(longAlone.values))
    // Once a head and once a chunk of each block of each group at least.
    #expect(overtaken > 5 * SmallModel().sizes.layerCount)
  }

  @Test func callsFromSeveralTasksDoNotMix() async throws {
    let encoder = try TransformerEncoder(try SmallModel().weights(), precision: .q8, threads: 2)
    var random = SeededRandom(seed: 5)
    let sequences = (1...24).map { Self.sequence($0, using: &random, below: 50) }
    let expected = try sequences.map { ids in
      var batch = PackedBatch()
      batch.append(ids: ids)
      return try encoder.hiddenStates(batch)
    }
    try await withThrowingTaskGroup(of: (Int, HiddenStates).self) { group in
      for (index, ids) in sequences.enumerated() {
        group.addTask {
          var batch = PackedBatch()
          batch.append(ids: ids)
          return (index, try encoder.hiddenStates(batch))
        }
      }
      for try await (index, states) in group { #expect(states == expected[index]) }
    }
  }

  @Test func tokenTypesAndPositionsCount() throws {
    let encoder = try TransformerEncoder(try SmallModel().weights(), precision: .f32, threads: 1)
    var batch = PackedBatch()
    batch.append(ids: [3, 4, 4], typeIDs: [0, 0, 0])
    batch.append(ids: [3, 4, 4], typeIDs: [0, 0, 1])
    let states = try encoder.hiddenStates(batch)
    let first = Array(states.values[..<(3 * 64)]), second = Array(states.values[(3 * 64)...])
    #expect(first != second)
    #expect(first[64..<128] != first[128..<192])
  }
}

import Encoder
import ModelFiles
import Testing

/// What does not fit is refused with the numbers that do not fit.
@Suite struct EncoderErrorTests {
  static func open(_ model: SmallModel, threads: Int = 1) throws -> TransformerEncoder {
    try TransformerEncoder(try model.weights(), precision: .q8, threads: threads)
  }

  @Test func wrongModels() throws {
    var model = SmallModel()
    model.without = ["blk.1.ffn_up.bias"]
    #expect(throws: EncoderError.missingTensor("blk.1.ffn_up.bias")) { try Self.open(model) }

    model = SmallModel()
    model.sizes.headCount = 5
    #expect(throws: EncoderError.headCount(hiddenSize: 64, heads: 5)) { try Self.open(model) }

    model = SmallModel()
    model.sizes.layerCount = 0
    #expect(throws: EncoderError.configuration(field: "layerCount", value: 0)) { try Self.open(model) }

    model = SmallModel()
    let weights = try model.weights()
    var description = weights.description
    description.transformer.hiddenSize = 32
    description.transformer.embeddingSize = 32
    #expect(throws: EncoderError.tensorShape(name: "token_embd.weight", expected: [50, 32], found: [50, 64])) {
      try TransformerEncoder(
        ModelWeights(description: description, tensors: weights.tensors), precision: .f32, threads: 1)
    }
  }

  @Test func weightsThatAreNotNumbersAreRefused() throws {
    var model = SmallModel()
    var values = [Float](repeating: 0.1, count: 64 * 64)
    values[65] = .nan
    model.replacing = ["blk.0.attn_v.weight": values]
    #expect(throws: EncoderError.unquantizable(name: "blk.0.attn_v.weight", block: 2)) { try Self.open(model) }
  }

  @Test(arguments: [-1, 1025]) func threads(count: Int) {
    #expect(throws: EncoderError.threadCount(count)) { try Self.open(SmallModel(), threads: count) }
  }

  @Test func wrongBatches() throws {
    let encoder = try Self.open(SmallModel())
    func batch(_ sequences: [[Int32]], types: [Int32]? = nil) -> PackedBatch {
      var batch = PackedBatch()
      for ids in sequences { batch.append(ids: ids, typeIDs: types) }
      return batch
    }
    #expect(throws: EncoderError.emptyBatch) { try encoder.hiddenStates(PackedBatch()) }
    #expect(throws: EncoderError.emptySequence(sequence: 1)) { try encoder.hiddenStates(batch([[1], []])) }
    #expect(throws: EncoderError.sequenceTooLong(sequence: 1, tokens: 41, limit: 40)) {
      try encoder.hiddenStates(batch([[1], [Int32](repeating: 2, count: 41)]))
    }
    for id in [-1, 50, Int32.max, Int32.min] {
      #expect(
        throws: EncoderError.tokenOutOfRange(sequence: 0, position: 1, id: id, vocabularySize: 50)
      ) { try encoder.hiddenStates(batch([[1, id]])) }
    }
    #expect(throws: EncoderError.typeOutOfRange(sequence: 0, position: 1, type: 2, typeVocabularySize: 2)) {
      try encoder.hiddenStates(batch([[1, 2]], types: [0, 2]))
    }
    // The encoder goes on.
    #expect(try encoder.hiddenStates(batch([[1, 2]])).values.count == 2 * 64)
  }

  @Test func messagesSayWhatToDo() {
    let errors: [EncoderError] = [
      .unknownKernels(name: "sse9", known: "scalar, avx2, avxvnni, avx512vnni, neon, i8mm"),
      .sequenceTooLong(sequence: 3, tokens: 600, limit: 512),
    ]
    #expect(
      errors.map(\.description) == [
        "AKIN_KERNELS is 'sse9', which is none of scalar, avx2, avxvnni, avx512vnni, neon, i8mm",
        "sequence 3 of the batch has 600 tokens; the model has positions for 512",
      ])
  }
}

import ModelFiles
import Synchronization

/// A transformer that turns token ids into vectors. Safe to use from several threads: one batch is computed at a time, on
/// all of the encoder's threads.
///
/// A sequence's vectors are bit for bit the same alone, in any batch and on any number of threads: every row of a
/// product is computed from that row alone, and attention from one sequence alone, whatever lies around them.
public final class TransformerEncoder: Sendable {
  /// What the model is.
  public let description: ModelDescription
  /// In what numbers the linear layers compute.
  public let precision: Precision
  /// Threads that work on a batch, the caller's included.
  public let threadCount: Int

  let kernels: KernelTable
  let model: TransformerModel
  let denseLayers: [DenseLayer]
  let classifier: Classifier?
  let sparse: MaskedHead?
  let tokenLayers: [DenseLayer]
  let pool: ThreadPool
  private let workspaces: Mutex<Workspaces>

  /// Held while a batch is computed.
  private struct Workspaces {
    var main: Workspace
    /// For a batch that overtakes.
    var second: Workspace
  }

  /// Checks the tensors and lays them out for this CPU; the mapped files stay in use for the word table only.
  /// - Parameters:
  ///   - weights: in f32, f16, bf16 or q8_0, in any mixture.
  ///   - precision: what to compute in, whatever the weights are stored in.
  ///   - threads: 1...1024, or 0 for as many as this process may use CPUs.
  public convenience init(_ weights: ModelWeights, precision: Precision, threads: Int) throws(EncoderError) {
    try self.init(weights, precision: precision, threads: threads, kernels: try Kernels.table())
  }

  /// With kernels of the caller's choice.
  package init(
    _ weights: ModelWeights, precision: Precision, threads: Int, kernels: KernelTable
  ) throws(EncoderError) {
    guard (0...1024).contains(threads) else { throw .threadCount(threads) }
    let reader = TensorReader(weights: weights, kernels: kernels)
    description = weights.description
    self.precision = precision
    self.kernels = kernels
    model = try TransformerModel(from: reader, precision: precision)
    denseLayers = try DenseLayer.layers(weights.description.dense, prefix: "akin.dense.", from: reader)
    tokenLayers = try DenseLayer.layers(
      weights.description.tokenHead?.dense ?? [], prefix: TokenHead.prefix, from: reader)
    classifier = try weights.description.classifier.map { head throws(EncoderError) in
      try Classifier(head, of: weights.description.transformer, from: reader)
    }
    sparse = try weights.description.sparse.map { head throws(EncoderError) in
      try MaskedHead(head, of: weights.description.transformer, precision: precision, from: reader)
    }
    pool = ThreadPool(threadCount: threads == 0 ? AvailableCPUs.count : threads)
    threadCount = pool.threadCount
    workspaces = Mutex(
      Workspaces(main: Workspace(model, kernels: kernels), second: Workspace(model, kernels: kernels)))
  }

  /// Called with a sequence's index in the batch and its token vectors, the last layer's output, [tokens, hiddenSize], or that of
  /// the one token that the batch keeps. They are in the cache of the thread that calls, one of the encoder's.
  public typealias Output = @Sendable (_ sequence: Int, _ tokens: Span<Float>) -> Void

  /// A function that computes a batch.
  public typealias Computation = (PackedBatch, @escaping Output) throws(EncoderError) -> Void

  /// Computes the batch and calls `output` once with each of its sequences, in any order and on several threads.
  /// - Throws: `emptyBatch`, `emptySequence`, `sequenceTooLong`, `tokenOutOfRange`, `typeOutOfRange`; nothing is
  ///   computed then.
  public func encode(_ batch: PackedBatch, output: @escaping Output) throws(EncoderError) {
    try encode(batch, checkpoint: {}, pause: { _ in }, output: output)
  }

  /// As `encode`, and lets other batches overtake: a small batch then waits for a few rows of a large one.
  /// - Parameters:
  ///   - checkpoint: called often by the encoder's other threads.
  ///   - pause: called as often by the caller's thread, with a function that computes another batch right there, on that
  ///     thread alone; the others go on meanwhile.
  public func encode(
    _ batch: PackedBatch, checkpoint: @escaping @Sendable () -> Void, pause: (_ overtake: Computation) -> Void,
    output: @escaping Output
  ) throws(EncoderError) {
    try validate(batch)
    workspaces.withLock { workspaces in
      let forward = pass(batch, threads: threadCount, output: output)
      reserve(&workspaces.main, for: forward, threads: threadCount)
      let main = workspaces.main
      forward.run(in: main, on: pool, checkpoint: checkpoint) {
        pause { (overtaking, output) throws(EncoderError) in
          try validate(overtaking)
          let forward = pass(overtaking, threads: 1, output: output)
          reserve(&workspaces.second, for: forward, threads: 1)
          forward.run(in: workspaces.second)
        }
      }
    }
  }

  /// The last layer's output for every token of the batch.
  /// - Throws: as `encode`.
  public func hiddenStates(_ batch: PackedBatch) throws(EncoderError) -> HiddenStates {
    let sequences = Mutex([[Float]](repeating: [], count: batch.sequenceCount))
    try encode(batch) { index, tokens in
      let values = tokens.withUnsafeBufferPointer { Array($0) }
      sequences.withLock { $0[index] = values }
    }
    return HiddenStates(
      rowStarts: batch.rowStarts, hiddenSize: description.transformer.hiddenSize,
      values: sequences.withLock { Array($0.joined()) })
  }

  /// Gives the pages of the word table's file back to the system; results do not change, and the next batch finds what it
  /// needs in the page cache.
  public func releasePages() {
    model.embedding.words.releasePages()
  }

  private func validate(_ batch: PackedBatch) throws(EncoderError) {
    let sizes = description.transformer
    try batch.validate(
      vocabularySize: sizes.vocabularySize, typeVocabularySize: sizes.typeVocabularySize,
      maxPositions: sizes.maxPositions)
  }

  private func pass(_ batch: PackedBatch, threads: Int, output: @escaping Output) -> ForwardPass {
    ForwardPass(
      batch: batch,
      groups: SequenceGroup.groups(of: batch, threads: threads, positions: description.transformer.positionTable),
      model: model, kernels: kernels, output: output)
  }

  private func reserve(_ workspace: inout Workspace, for pass: ForwardPass, threads: Int) {
    // Any thread may take any of several groups; all share the activations of a single one.
    workspace.reserve(
      rows: pass.groups.reduce(0) { max($0, $1.rowCount) }, groups: pass.groups.count > 1 ? threads : 1,
      workers: threads)
  }
}

import ModelFiles
import Synchronization

/// A BERT model that turns token ids into vectors. Safe to use from several threads: one batch is computed at a time, on
/// all of the encoder's threads.
///
/// A sequence's vectors are bit for bit the same alone, in any batch and on any number of threads: every row of a
/// product is computed from that row alone, and attention from one sequence alone, whatever lies around them.
public final class BertEncoder: Sendable {
  /// What the model is.
  public let description: ModelDescription
  /// In what numbers the linear layers compute.
  public let precision: Precision
  /// Threads that work on a batch, the caller's included.
  public let threadCount: Int

  let kernels: KernelTable
  let parameters: BertParameters
  let denseLayers: [LinearLayer]
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
    parameters = try BertParameters(from: reader, precision: precision)
    denseLayers = try Self.denseLayers(from: reader)
    pool = ThreadPool(threadCount: threads == 0 ? AvailableCPUs.count : threads)
    threadCount = pool.threadCount
    let workspace = Workspace(
      weights.description.bert, parameters: parameters, kernels: kernels, workers: pool.threadCount)
    workspaces = Mutex(Workspaces(main: workspace, second: workspace.sharingSlots()))
  }

  /// The last layer's output for every token of the batch.
  /// - Throws: `emptyBatch`, `emptySequence`, `sequenceTooLong`, `tokenOutOfRange`, `typeOutOfRange`; nothing is
  ///   computed then.
  public func hiddenStates(_ batch: PackedBatch) throws(EncoderError) -> HiddenStates {
    try hiddenStates(batch, isPauseWanted: { false }, pause: { _ in })
  }

  /// A function that computes a batch.
  public typealias Computation = (PackedBatch) throws(EncoderError) -> HiddenStates

  /// As `hiddenStates`, and lets other batches overtake: a small batch then waits for a few rows of a large one.
  /// - Parameters:
  ///   - isPauseWanted: asked often, from all of the encoder's threads.
  ///   - pause: called soon after that was true, with a function that computes another batch right there.
  /// - Throws: as `hiddenStates`.
  public func hiddenStates(
    _ batch: PackedBatch, isPauseWanted: @escaping @Sendable () -> Bool, pause: (_ overtake: Computation) -> Void
  ) throws(EncoderError) -> HiddenStates {
    try validate(batch)
    return workspaces.withLock { workspaces in
      compute(batch, in: &workspaces.main, isPauseWanted: isPauseWanted) {
        pause { (overtaking) throws(EncoderError) in
          try validate(overtaking)
          return compute(overtaking, in: &workspaces.second, isPauseWanted: { false }, pause: {})
        }
      }
    }
  }

  /// Gives the pages of the word table's file back to the system; results do not change, and the next batch finds what it
  /// needs in the page cache.
  public func releasePages() {
    parameters.words.releasePages()
  }

  private func validate(_ batch: PackedBatch) throws(EncoderError) {
    let sizes = description.bert
    try batch.validate(
      vocabularySize: sizes.vocabularySize, typeVocabularySize: sizes.typeVocabularySize,
      maxPositions: sizes.maxPositions)
  }

  private func compute(
    _ batch: PackedBatch, in workspace: inout Workspace, isPauseWanted: @escaping @Sendable () -> Bool,
    pause: () -> Void
  ) -> HiddenStates {
    let sizes = description.bert
    workspace.reserve(tokens: batch.tokenCount, hiddenSize: sizes.hiddenSize)
    ForwardPass(batch: batch, sizes: sizes, parameters: parameters, kernels: kernels, workspace: workspace)
      .run(on: pool, isPauseWanted: isPauseWanted, pause: pause)
    let values = workspace.hidden[0..<batch.tokenCount * sizes.hiddenSize].array
    return HiddenStates(rowStarts: batch.rowStarts, hiddenSize: sizes.hiddenSize, values: values)
  }
}

import Encoder

/// One sequence of a job: a whole text, or one window of it.
package struct TokenSequence: Sendable {
  /// Index of the text in the request.
  package let text: Int
  /// Token ids with `[CLS]` and `[SEP]`, at most the model's length.
  package let ids: [Int32]
  /// Their types; nil for zeros.
  package let typeIDs: [Int32]?
  /// How many of them, from the first on, attention sees; nil for all.
  package let seen: Int?
  /// Rows that pooling takes: all, or those after a prompt that the model's pooling leaves out.
  package let pooledRows: Range<Int>
  /// Weight of this window's vector in its text's average: the window's own tokens.
  package let weight: Int
  /// The row whose vector alone is read; nil for all.
  package var kept: Int?

  /// A sequence of these ids.
  package init(
    text: Int, ids: [Int32], typeIDs: [Int32]? = nil, seen: Int? = nil, pooledRows: Range<Int>, weight: Int
  ) {
    self.seen = seen
    self.text = text
    self.ids = ids
    self.typeIDs = typeIDs
    self.pooledRows = pooledRows
    self.weight = weight
  }
}

/// What a job makes of the rows of one sequence.
package enum SequenceResult: Sendable {
  /// The pooled and projected vector, not yet normalised.
  case pooled([Float])
  /// Vectors of tokens, not yet normalised.
  case rows([[Float]])
  /// A vector over the vocabulary.
  case sparse(SparseVector)
}

/// A request on its way through the queue.
///
/// `@unchecked Sendable` is sound because the mutable members are read and written in `WorkQueue` only, by `add`,
/// `cancel`, `nextBatch`, `deliver` and `fail`, each under the queue's lock; what the worker reads without the lock is
/// constant.
package final class Job: @unchecked Sendable {
  let sequences: [TokenSequence]
  let priority: Priority
  /// Whose turn it takes.
  let client: Int
  /// Turns a sequence's token vectors into its result; called on the encoder's threads.
  let finish: @Sendable (Span<Float>, TokenSequence) -> SequenceResult
  /// Told after each batch how many sequences are done, the last time before the completion.
  let progress: @Sendable (Int) -> Void
  private let completion: @Sendable (Result<[SequenceResult], EngineError>) -> Void

  var nextSequence = 0
  var results: [SequenceResult?]
  var missing: Int
  var isQueued = false
  private(set) var isSettled = false

  package init(
    sequences: [TokenSequence], priority: Priority, client: Int,
    finish: @escaping @Sendable (Span<Float>, TokenSequence) -> SequenceResult,
    progress: @escaping @Sendable (Int) -> Void = { _ in },
    completion: @escaping @Sendable (Result<[SequenceResult], EngineError>) -> Void
  ) {
    self.sequences = sequences
    self.priority = priority
    self.client = client
    self.finish = finish
    self.progress = progress
    self.completion = completion
    results = Array(repeating: nil, count: sequences.count)
    missing = sequences.count
  }

  /// Tokens that have not been put in a batch yet.
  var waitingTokens: Int {
    sequences[nextSequence...].reduce(0) { $0 + $1.ids.count }
  }

  /// Settles the job, once; the returned call must be made after the queue's lock is released.
  func settle(_ result: Result<[SequenceResult], EngineError>) -> (@Sendable () -> Void)? {
    guard !isSettled else { return nil }
    isSettled = true
    return { [completion] in completion(result) }
  }
}

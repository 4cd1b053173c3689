import Encoder

/// One sequence of a job: a whole text, or one window of it.
struct Sequence: Sendable {
  /// Index of the text in the request.
  let text: Int
  /// Token ids with `[CLS]` and `[SEP]`, at most the model's length.
  let ids: [Int32]
  /// Rows that pooling takes: all, or those after a prompt that the model's pooling leaves out.
  let pooledRows: Range<Int>
  /// Weight of this window's vector in its text's average: the window's own tokens.
  let weight: Int
}

/// What a job makes of the rows of one sequence.
enum SequenceResult: Sendable {
  /// The pooled and projected vector, not yet normalised.
  case pooled([Float])
  /// The last hidden state, row by row.
  case rows([[Float]])
}

/// A request on its way through the queue.
///
/// `@unchecked Sendable` is sound because the mutable members are read and written in `WorkQueue` only, by `add`,
/// `cancel`, `takeBatch`, `deliver` and `fail`, each under the queue's lock; what the worker reads without the lock is
/// constant.
final class Job: @unchecked Sendable {
  let sequences: [Sequence]
  let priority: Priority
  /// Turns a sequence's hidden states into its result; called on the worker's thread.
  let finish: @Sendable (HiddenStates, Int, Sequence) -> SequenceResult
  private let completion: @Sendable (Result<[SequenceResult], EngineError>) -> Void

  var nextSequence = 0
  var results: [SequenceResult?]
  var missing: Int
  var isQueued = false
  private(set) var isSettled = false

  init(
    sequences: [Sequence], priority: Priority,
    finish: @escaping @Sendable (HiddenStates, Int, Sequence) -> SequenceResult,
    completion: @escaping @Sendable (Result<[SequenceResult], EngineError>) -> Void
  ) {
    self.sequences = sequences
    self.priority = priority
    self.finish = finish
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

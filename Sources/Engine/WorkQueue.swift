import Dispatch
import Encoder
import Platform
import Synchronization

/// The batching policy and the thread that encodes.
///
/// Sequences of all waiting jobs of one priority are joined into one packed batch up to the token budget, clients by turns
/// (``WaitingJobs``). Interactive batches come first, and hold no bulk work that would make them wait. They also overtake a bulk
/// batch that is being encoded, one at each of its pauses: a query waits for some rows of one block. Where interactive
/// work never ends, bulk work goes on between them, and every ``bulkTurn``th batch is bulk. A job that was cancelled is
/// dropped when the next batch is made; what of it is being encoded is dropped afterwards.
package final class WorkQueue: Sendable {
  /// One batch in so many is of bulk work, where there is any.
  static let bulkTurn = 8
  /// After so many tokens most pages of the word table have been touched.
  private static let tokensBetweenReleases = 1 << 16
  /// After a query so many bulk batches give way to other threads: some seconds, in which a person types on.
  private static let courteousBatches = 64

  private struct State {
    var interactive = WaitingJobs()
    var bulk = WaitingJobs()
    var isRunning = false
    var status = EngineStatus()
    /// `status.tokens` when the encoder last gave its pages back.
    var tokensAtRelease = 0
  }

  /// A sequence in a batch, and the job that it belongs to.
  private struct Slot: Sendable {
    let job: Job
    let sequence: Int
  }

  /// A batch, and what its sequences belong to.
  private struct Work: Sendable {
    let priority: Priority
    var batch = PackedBatch()
    var slots: [Slot] = []
  }

  private let state = Mutex(State())
  /// Bulk batches that still give way.
  private let courtesy = Atomic(0)
  private let worker = DispatchQueue(label: "akin.encoder", qos: .userInitiated)
  private let encoder: TransformerEncoder
  private let tokenBudget: Int
  private let queueLimit: Int

  package init(encoder: TransformerEncoder, tokenBudget: Int, queueLimit: Int) {
    self.encoder = encoder
    self.tokenBudget = tokenBudget
    self.queueLimit = queueLimit
  }

  package var status: EngineStatus { state.withLock { $0.status } }

  /// What does not hold although it always must; nil where all does. Goes over all jobs under the lock: for tests.
  package func checkInvariants() -> String? {
    state.withLock { state in
      if let broken = state.interactive.checkInvariants() ?? state.bulk.checkInvariants() { return broken }
      let (tokens, jobs) = (
        state.interactive.tokens + state.bulk.tokens, state.interactive.count + state.bulk.count
      )
      if tokens != state.status.queuedTokens {
        return "\(tokens) tokens wait, \(state.status.queuedTokens) are counted"
      }
      if jobs > state.status.pendingRequests { return "\(jobs) jobs wait, \(state.status.pendingRequests) are counted" }
      return jobs > 0 && !state.isRunning ? "jobs wait and nothing runs" : nil
    }
  }

  /// Puts a job in the queue, or settles it as overloaded where the queue is full. A single job larger than the whole
  /// limit is taken when nothing else waits. A job that was cancelled before is left alone.
  package func add(_ job: Job) {
    let tokens = job.waitingTokens
    let refused: (@Sendable () -> Void)? = state.withLock { state in
      guard !job.isSettled else { return nil }
      let queued = state.status.queuedTokens
      guard queued == 0 || queued + tokens <= queueLimit else {
        state.status.refused += 1
        return job.settle(.failure(EngineError(.overloaded(queuedTokens: queued, limit: queueLimit))))
      }
      job.isQueued = true
      state.status.requests += 1
      state.status.pendingRequests += 1
      state.status.queuedTokens += tokens
      // What fills more than a batch makes others wait, whatever it calls itself.
      if job.priority == .bulk || tokens > tokenBudget {
        state.bulk.append(job)
      } else {
        state.interactive.append(job)
        courtesy.store(Self.courteousBatches, ordering: .relaxed)
      }
      if !state.isRunning {
        state.isRunning = true
        worker.async { self.run() }
      }
      return nil
    }
    refused?()
  }

  /// Settles a job as cancelled at once, if it has not settled before. What the encoder has in hand of it is dropped.
  package func cancel(_ job: Job) {
    let settled: (@Sendable () -> Void)? = state.withLock { state in
      guard !job.isSettled else { return nil }
      state.status.cancelled += 1
      if job.isQueued {
        state.status.pendingRequests -= 1
        state.status.queuedTokens -= job.waitingTokens
        state.interactive.removeAll { $0 === job }
        state.bulk.removeAll { $0 === job }
      }
      return job.settle(.failure(EngineError(.cancelled)))
    }
    settled?()
  }

  /// The worker's loop: batch after batch until nothing waits.
  private func run() {
    while let work = nextBatch() {
      switch work.priority {
      case .interactive: finish(work, with: encoder.encode)
      case .bulk:
        finish(work) { batch, output throws(EncoderError) in
          try encoder.encode(batch, checkpoint: giveWay, pause: letOvertake, output: output)
        }
      }
    }
    releasePages()
  }

  /// After much work, so that an idle process does not keep what it can map again in microseconds.
  private func releasePages() {
    let isDue = state.withLock { state in
      guard state.status.tokens - state.tokensAtRelease >= Self.tokensBetweenReleases else { return false }
      state.tokensAtRelease = state.status.tokens
      return true
    }
    if isDue { encoder.releasePages() }
  }

  /// Called by the encoder's threads between steps. While queries come, they give up their turn there: the threads that
  /// carry a query in and out would wait for the end of a time slice, several times a query, where all CPUs are busy.
  private func giveWay() {
    if courtesy.load(ordering: .relaxed) > 0 { sched_yield() }
  }

  private func letOvertake(_ overtake: TransformerEncoder.Computation) {
    giveWay()
    guard let work = state.withLock({ $0.interactive.isEmpty ? nil : nextBatch(.interactive, from: &$0) }) else {
      return
    }
    finish(work, with: overtake)
  }

  /// Encodes a batch, and hands out what comes of it.
  private func finish(_ work: Work, with encode: TransformerEncoder.Computation) {
    let slots = work.slots, results = Mutex([SequenceResult?](repeating: nil, count: slots.count))
    do throws(EncoderError) {
      try encode(work.batch) { index, tokens in
        let slot = slots[index], result = slot.job.finish(tokens, slot.job.sequences[slot.sequence])
        results.withLock { $0[index] = result }
      }
      deliver(results.withLock { $0.compactMap { $0 } }, to: slots)
    } catch {
      fail(slots, EngineError(.encoderFailed, detail: "the encoder failed: \(error)"))
    }
  }

  /// The next batch; nil where nothing waits, and the worker stops.
  private func nextBatch() -> Work? {
    state.withLock { state in
      let isBulkTurn = (state.status.batches + 1) % Self.bulkTurn == 0
      let order: [Priority] = isBulkTurn ? [.bulk, .interactive] : [.interactive, .bulk]
      for priority in order {
        if let work = nextBatch(priority, from: &state) { return work }
      }
      state.isRunning = false
      return nil
    }
  }

  /// A batch of the jobs of one priority; nil where none waits.
  private func nextBatch(_ priority: Priority, from state: inout State) -> Work? {
    var work = Work(priority: priority)
    switch priority {
    case .interactive: state.interactive.giveOut { add($1, of: $0, to: &work) }
    case .bulk: state.bulk.giveOut { add($1, of: $0, to: &work) }
    }
    guard !work.slots.isEmpty else { return nil }
    if priority == .bulk { courtesy.store(max(0, courtesy.load(ordering: .relaxed) - 1), ordering: .relaxed) }
    state.status.batches += 1
    state.status.queuedTokens -= work.batch.tokenCount
    state.status.sequences += work.slots.count
    state.status.tokens += work.batch.tokenCount
    return work
  }

  /// - Returns: whether there was room for the sequence. One that alone is over the budget has a batch of its own.
  private func add(_ sequence: TokenSequence, of job: Job, to work: inout Work) -> Bool {
    let ids = sequence.ids
    guard work.slots.isEmpty || work.batch.tokenCount + ids.count <= tokenBudget else { return false }
    work.batch.append(ids: ids, typeIDs: sequence.typeIDs, seen: sequence.seen, kept: sequence.kept)
    work.slots.append(Slot(job: job, sequence: job.nextSequence))
    return true
  }

  private func deliver(_ results: [SequenceResult], to slots: [Slot]) {
    let settled: [@Sendable () -> Void] = state.withLock { state in
      var calls: [@Sendable () -> Void] = []
      for (index, slot) in slots.enumerated() where !slot.job.isSettled {
        slot.job.results[slot.sequence] = results[index]
        slot.job.missing -= 1
        if index + 1 == slots.count || slots[index + 1].job !== slot.job {
          let done = slot.job.sequences.count - slot.job.missing
          calls.append { slot.job.progress(done) }
        }
        if slot.job.missing == 0, let call = slot.job.settle(.success(slot.job.results.compactMap { $0 })) {
          state.status.pendingRequests -= 1
          calls.append(call)
        }
      }
      return calls
    }
    for call in settled { call() }
  }

  private func fail(_ slots: [Slot], _ error: EngineError) {
    let settled: [@Sendable () -> Void] = state.withLock { state in
      var calls: [@Sendable () -> Void] = []
      for slot in slots {
        if !slot.job.isSettled {
          state.status.pendingRequests -= 1
          state.status.queuedTokens -= slot.job.waitingTokens
        }
        if let call = slot.job.settle(.failure(error)) { calls.append(call) }
      }
      state.interactive.removeAll { $0.isSettled }
      state.bulk.removeAll { $0.isSettled }
      return calls
    }
    for call in settled { call() }
  }
}

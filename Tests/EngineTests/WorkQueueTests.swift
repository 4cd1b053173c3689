import AkinTestSupport
import Dispatch
import Encoder
import Engine
import Foundation
import ModelFiles
import Synchronization
import Testing

/// What is put in which batch. The encoder is held inside its first batch while a test puts work in the queue, so that
/// the order of what follows is the policy's and not the clock's.
@Suite(.timeLimit(.minutes(2))) struct WorkQueueTests {
  /// The order in which sequences were encoded, with the batch of each.
  private final class Log: Sendable {
    struct Entry: Equatable {
      let job: String
      let batch: Int
    }

    private let entries = Mutex<[Entry]>([])
    let isHeld = DispatchSemaphore(value: 0)
    let release = DispatchSemaphore(value: 0)
    /// Entered for each job, left when it has settled.
    let unsettled = DispatchGroup()

    func add(_ job: String, _ batch: Int) { entries.withLock { $0.append(Entry(job: job, batch: batch)) } }

    /// Batches by number: how many sequences of which job.
    var batches: [[String: Int]] {
      let entries = entries.withLock { $0 }
      return Dictionary(grouping: entries, by: \.batch).sorted { $0.key < $1.key }.map { batch in
        Dictionary(grouping: batch.value, by: \.job).mapValues(\.count)
      }
    }
  }

  private let queue: WorkQueue
  private let log = Log()

  init() throws {
    let weights = try ModelWeights.open(folder: try TestModel.folder, name: "test")
    queue = WorkQueue(
      encoder: try TransformerEncoder(weights, precision: .f32, threads: 1), tokenBudget: 64, queueLimit: 10_000)
  }

  /// A job of sequences of 8 tokens each, unless said otherwise.
  @discardableResult
  private func add(
    _ name: String, _ sequences: Int, _ priority: Priority, client: Int = 0, tokens: Int = 8,
    completion: @escaping @Sendable (Result<[SequenceResult], EngineError>) -> Void = { _ in }
  ) -> Job {
    let ids: [Int32] = [101] + [Int32](repeating: 1996, count: tokens - 2) + [102]
    let sequence = TokenSequence(text: 0, ids: ids, pooledRows: 0..<tokens, weight: tokens)
    let job = Job(
      sequences: Array(repeating: sequence, count: sequences), priority: priority, client: client,
      finish: { [log, queue] _, _ in
        log.add(name, queue.status.batches)
        if name == "held" {
          log.isHeld.signal()
          log.release.wait()
        }
        return .pooled([])
      },
      completion: { [log] result in
        completion(result)
        log.unsettled.leave()
      })
    log.unsettled.enter()
    queue.add(job)
    return job
  }

  /// Puts work in the queue while the encoder is busy, then waits until all is done.
  private func whileBusy(_ body: () -> Void) {
    add("held", 1, .interactive)
    log.isHeld.wait()
    body()
    #expect(queue.checkInvariants() == nil)
    log.release.signal()
    log.unsettled.wait()
    #expect(queue.checkInvariants() == nil)
  }

  @Test func concurrentSmallRequestsShareABatch() {
    whileBusy {
      for index in 0..<8 { add("query \(index)", 1, .interactive, client: index % 3) }
    }
    #expect(log.batches.count == 2)
    #expect(log.batches[1].count == 8, "all eight in the first batch after they came")
  }

  @Test func queriesOvertakeBulkWorkAndAreNotMixedWithIt() {
    whileBusy {
      add("bulk", 9, .bulk)
      add("query", 2, .interactive)
    }
    #expect(log.batches[1] == ["query": 2])
    // Of 64 tokens each: eight sequences.
    #expect(log.batches[2...] == [["bulk": 8], ["bulk": 1]])
  }

  /// A query that comes while one large bulk batch is encoded does not wait for its end, and keeps its bits.
  @Test func queriesOvertakeTheBatchThatIsEncoded() throws {
    let weights = try ModelWeights.open(folder: try TestModel.folder, name: "test")
    let queue = WorkQueue(
      encoder: try TransformerEncoder(weights, precision: .f32, threads: 1), tokenBudget: 1 << 20, queueLimit: 1 << 20)
    let settled = Mutex<[String]>([])
    let queries = Mutex<[[Float]]>([])
    let unsettled = DispatchGroup()
    let add = { (name: String, sequences: Int, tokens: Int, priority: Priority) in
      let ids = [101] + [Int32](repeating: 1996, count: tokens - 2) + [102]
      let sequence = TokenSequence(text: 0, ids: ids, pooledRows: 0..<tokens, weight: tokens)
      let job = Job(
        sequences: Array(repeating: sequence, count: sequences), priority: priority, client: 0,
        finish: { tokens, _ in
          let values = tokens.indices.map { tokens[$0] }
          if name == "query" { queries.withLock { $0.append(values) } }
          return .pooled([])
        },
        completion: { _ in
          settled.withLock { $0.append(name) }
          unsettled.leave()
        })
      unsettled.enter()
      queue.add(job)
    }
    add("query", 1, 8, .interactive)
    unsettled.wait()
    add("bulk", 40, 256, .bulk)
    // The batch has been made once nothing waits of it.
    while queue.status.queuedTokens > 0 { sched_yield() }
    add("query", 1, 8, .interactive)
    unsettled.wait()
    #expect(settled.withLock { $0 } == ["query", "query", "bulk"])
    let values = queries.withLock { $0 }
    #expect(values.count == 2 && values[0] == values[1] && values[0].count == 8 * 384)
  }

  @Test func clientsTakeTurnsWithTheirBulkWork() {
    whileBusy {
      add("long", 30, .bulk, client: 1)
      add("second of the first client", 1, .bulk, client: 1)
      add("short", 12, .bulk, client: 2)
      add("shortest", 1, .bulk, client: 3)
    }
    #expect(
      log.batches[1...] == [
        ["long": 8], ["short": 8], ["shortest": 1, "long": 7], ["short": 4, "long": 4], ["long": 8],
        ["long": 3, "second of the first client": 1],
      ])
  }

  @Test func aFloodOfQueriesKeepsNobodyElseWaiting() {
    whileBusy {
      for index in 0..<100 { add("flood \(index)", 1, .interactive, client: 1) }
      add("other", 1, .interactive, client: 2)
    }
    #expect(log.batches.firstIndex { $0["other"] != nil } == 2)
    #expect(log.batches.count == 14)
  }

  @Test func aClientWhoseTextHasNoRoomKeepsItsTurn() {
    whileBusy {
      add("small", 5, .bulk, client: 1)
      add("whole", 1, .bulk, client: 2, tokens: 64)
      add("other", 20, .bulk, client: 3)
    }
    #expect(log.batches[1...] == [["small": 5], ["whole": 1], ["other": 8], ["other": 8], ["other": 4]])
  }

  @Test func cancellingSettlesQueuedAndRunningJobsAtOnce() {
    let outcomes = Mutex<[String]>([])
    let note = { @Sendable (name: String) in
      { @Sendable (result: Result<[SequenceResult], EngineError>) in
        outcomes.withLock { $0.append("\(name) \(result.isCancelled)") }
      }
    }
    let running = add("held", 2, .bulk, completion: note("running"))
    log.isHeld.wait()
    let queued = add("queued", 5, .bulk, completion: note("queued"))
    queue.cancel(queued)
    queue.cancel(running)
    queue.cancel(running)
    // Both have settled although the encoder is still in its batch.
    #expect(outcomes.withLock { $0 } == ["queued true", "running true"])
    log.release.signal()
    log.release.signal()
    add("last", 1, .bulk)
    log.unsettled.wait()
    #expect(!log.batches.contains { $0.keys.contains("queued") })
    #expect(queue.status.queuedTokens == 0 && queue.status.pendingRequests == 0 && queue.status.cancelled == 2)
  }
}

extension Result<[SequenceResult], EngineError> {
  fileprivate var isCancelled: Bool {
    if case .failure(let error) = self { return error.kind == .cancelled }
    return false
  }
}

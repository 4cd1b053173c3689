/// The jobs of one priority that wait to be encoded: each client's in the order of their arrival, the clients by turns.
///
/// The client whose turn it is fills a batch first, then the next one, and all that gave something go to the end: small
/// jobs of many clients share a batch, and a client with hours of work takes every second batch of another's. The least
/// form of fair queuing (Nagle, RFC 970, 1985), with a batch for a packet.
struct WaitingJobs {
  private struct Line {
    let client: Int
    /// At least one.
    var jobs: [Job]

    mutating func giveOut(_ take: (Job, TokenSequence) -> Bool) {
      let rest = jobs.firstIndex { !$0.giveOut(take) } ?? jobs.count
      jobs.removeFirst(rest)
    }
  }

  /// The client whose turn it is comes first.
  private var lines: [Line] = []

  var isEmpty: Bool { lines.isEmpty }

  mutating func append(_ job: Job) {
    if let index = lines.firstIndex(where: { $0.client == job.client }) {
      lines[index].jobs.append(job)
    } else {
      lines.append(Line(client: job.client, jobs: [job]))
    }
  }

  mutating func removeAll(where isGone: (Job) -> Bool) {
    for index in lines.indices { lines[index].jobs.removeAll(where: isGone) }
    lines.removeAll(where: \.jobs.isEmpty)
  }

  /// Tokens of all that waits.
  var tokens: Int { lines.reduce(0) { $0 + $1.jobs.reduce(0) { $0 + $1.waitingTokens } } }

  var count: Int { lines.reduce(0) { $0 + $1.jobs.count } }

  /// What does not hold although it always must; nil where all does. Goes over all jobs: for tests.
  func checkInvariants() -> String? {
    if lines.contains(where: \.jobs.isEmpty) { return "a client without jobs has a turn" }
    if Set(lines.map(\.client)).count < lines.count { return "a client has two turns" }
    let jobs = lines.flatMap(\.jobs)
    if jobs.contains(where: \.isSettled) { return "a job that is settled waits" }
    if jobs.contains(where: { $0.nextSequence >= $0.sequences.count }) { return "a job that is given out waits" }
    return nil
  }

  /// Gives sequences to `take` until it refuses one.
  mutating func giveOut(_ take: (Job, TokenSequence) -> Bool) {
    var served: [Line] = []
    var isFull = false
    while !isFull, var line = lines.first {
      var hasGiven = false
      line.giveOut { job, sequence in
        isFull = !take(job, sequence)
        hasGiven = hasGiven || !isFull
        return !isFull
      }
      guard hasGiven else { break }
      lines.removeFirst()
      if !line.jobs.isEmpty { served.append(line) }
    }
    lines += served
  }
}

extension Job {
  /// - Returns: whether all sequences have been given out.
  fileprivate func giveOut(_ take: (Job, TokenSequence) -> Bool) -> Bool {
    while nextSequence < sequences.count {
      guard take(self, sequences[nextSequence]) else { return false }
      nextSequence += 1
    }
    return true
  }
}

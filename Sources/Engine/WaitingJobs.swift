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

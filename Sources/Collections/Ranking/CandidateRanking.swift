/// Candidates of several legs in, one order out.
package struct CandidateRanking {
  /// A candidate in the order.
  package struct Place: Sendable {
    package let candidate: Int
    /// Higher is better; differences count, the zero does not.
    package let score: Float
    /// What repeats the file above it took.
    let repetition: Float
  }

  let context: RankingContext
  let table: RankingTable

  package init(context: RankingContext, table: RankingTable) {
    self.context = context
    self.table = table
  }

  /// The candidates, best first; equal ones in their own order.
  ///
  /// A file stands where its best values put it, of whichever chunks these are. Its best chunk stands for it, and each
  /// further one stands below by what it says less, and for repeating the file.
  package func ranked() -> [Place] {
    let own = context.candidates.indices.map(ownScore)
    var places: [Place] = []
    for file in context.files {
      guard let first = file.candidates.first else { continue }
      let sorted = file.candidates.sorted { (own[$1], $0) < (own[$0], $1) }
      let best = own[sorted[0]]
      let whole = fileScore(file, first)
      for (position, candidate) in sorted.enumerated() {
        let repetition = table.repetition * Float(position)
        places.append(
          Place(candidate: candidate, score: whole - (best - own[candidate]) - repetition, repetition: repetition))
      }
    }
    return places.sorted { ($1.score, $0.candidate) < ($0.score, $1.candidate) }
  }

  /// What a candidate says by itself.
  private func ownScore(_ candidate: Int) -> Float {
    table.rows.reduce(0) { sum, row in
      row.isOfChunk ? sum + row.weight * row.signal.value(candidate, context) : sum
    }
  }

  private func fileScore(_ file: RankingContext.File, _ first: Int) -> Float {
    table.rows.reduce(0) { sum, row in sum + row.weight * value(row, file, first) }
  }

  /// The value of a signal for a file: of its chunks' values the greatest.
  func value(_ row: RankingTable.Row, _ file: RankingContext.File, _ first: Int) -> Float {
    guard row.isOfChunk else { return row.signal.value(first, context) }
    return file.candidates.map { row.signal.value($0, context) }.max() ?? 0
  }
}

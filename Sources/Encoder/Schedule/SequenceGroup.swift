import ModelFiles

/// Sequences of a batch that go through the model together, and how their tokens' rows are worked on.
struct SequenceGroup: Sendable {
  /// Indices in the batch.
  let sequences: [Int]
  /// Where each of them starts in the group's rows, and behind them the end.
  let rowStarts: [Int]

  /// The tokens of all its sequences, one after the other.
  let tokens: [Token]

  /// Where a token is found.
  struct Token: Sendable {
    /// Its row in the batch.
    let row: Int
    /// Its row in the table of positions.
    let position: Int
  }

  /// Rows are worked on in chunks of at most this many, so that a chunk's activations stay in the CPU's second-level cache
  /// while a layer's weights pass by.
  static let chunkRows = 64
  /// Chunks are of a multiple of this many rows, which is how many the products take at once.
  static let tileRows = 8
  /// A group has no more rows than this, unless one sequence alone has.
  static let groupRows = 192

  /// Tokens of all its sequences.
  var rowCount: Int { rowStarts[rowStarts.count - 1] }

  /// Of equal size, but for one tile of the products; only the last tile has fewer rows than others.
  let chunks: [Range<Int>]
  /// The row of each sequence whose vector alone is wanted; nil where those of others are too.
  let keptRows: [Int]?
  /// Those rows, end to end, in chunks; empty where all rows are wanted.
  let keptChunks: [Range<Int>]

  private init(sequences: [Int], rowStarts: [Int], batch: PackedBatch, positions: PositionTable?) {
    self.sequences = sequences
    self.rowStarts = rowStarts
    self.tokens = Self.find(sequences, batch, positions)
    chunks = Self.chunks(rowStarts[rowStarts.count - 1])
    let kept = zip(sequences, rowStarts).compactMap { sequence, start in batch.kept(of: sequence).map { start + $0 } }
    keptRows = kept.count == sequences.count ? kept : nil
    keptChunks = Self.chunks(keptRows?.count ?? 0)
  }

  private static func chunks(_ rows: Int) -> [Range<Int>] {
    let count = quotient(rows, chunkRows), tiles = quotient(rows, tileRows)
    return (0..<count).map { chunk in
      let start = chunk * tiles / count, end = (chunk + 1) * tiles / count
      return start * tileRows..<min(end * tileRows, rows)
    }
  }

  private static func find(_ sequences: [Int], _ batch: PackedBatch, _ table: PositionTable?) -> [Token] {
    let offset = table?.offset ?? 0, uncounted = table?.uncounted
    var tokens: [Token] = []
    tokens.reserveCapacity(sequences.reduce(0) { $0 + batch.rows(of: $1).count })
    for sequence in sequences {
      var counted = 0
      for row in batch.rows(of: sequence) {
        let counts = batch.ids[row] != uncounted
        tokens.append(Token(row: row, position: offset + (counts ? counted : -1)))
        if counts { counted += 1 }
      }
    }
    return tokens
  }

  /// All sequences of a batch, the longest first. Where there are few tokens for so many threads, groups are smaller, down to
  /// a chunk.
  static func groups(of batch: PackedBatch, threads: Int, positions: PositionTable?) -> [SequenceGroup] {
    let share = batch.tokenCount / threads
    let most = min(max(chunkRows, share), groupRows)
    let order = (0..<batch.sequenceCount).sorted { batch.rows(of: $0).count > batch.rows(of: $1).count }
    var groups: [SequenceGroup] = []
    var sequences: [Int] = [], starts = [0]
    func close() {
      groups.append(SequenceGroup(sequences: sequences, rowStarts: starts, batch: batch, positions: positions))
    }
    for sequence in order {
      let length = batch.rows(of: sequence).count, rows = starts[starts.count - 1]
      if rows > 0 && rows + length > most {
        close()
        (sequences, starts) = ([], [0])
      }
      sequences.append(sequence)
      starts.append(starts[starts.count - 1] + length)
    }
    close()
    return groups
  }

  private static func quotient(_ count: Int, _ unit: Int) -> Int { (count + unit - 1) / unit }
}

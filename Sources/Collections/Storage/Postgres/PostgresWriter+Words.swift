import Postgres

extension PostgresWriter {
  /// So many segments of one class of size are joined.
  private static let joined = 8
  /// Segments of this class are not joined: those have 131,072 chunks, and joining takes a kilobyte of memory for each.
  private static let largestClass = 5

  /// Stores the words of new chunks, as a segment of its own.
  func insert(_ words: SegmentWords, chunks: Int) throws {
    try connection.query(
      "INSERT INTO segments (collection, first, chunks) VALUES ($1, $2, $3)",
      [number, .integer(words.first), .integer(chunks)])
    var rows = PostgresCopy()
    for (word, list) in words.lists {
      rows.beginRow(4)
      rows.append(int4: collection.number)
      rows.append(words.first)
      rows.append(word)
      rows.append(list.bytes)
    }
    try connection.copy(rows, into: "postings (collection, first, word, entries)")
  }

  /// Notes that chunks are gone: their words stay until the segment is written anew, and readers leave them out.
  func removeFromSegments(_ chunks: [Int64]) throws {
    guard !chunks.isEmpty else { return }
    let firsts = try segments().map(\.first)
    var removed: [Int64: [Int64]] = [:]
    for chunk in chunks {
      let place = firsts.partitionPoint { $0 <= chunk }
      guard place > 0 else { continue }
      removed[firsts[place - 1], default: []].append(chunk)
    }
    for (first, chunks) in removed {
      try connection.query(
        "UPDATE segments SET removed = removed || $3 WHERE collection = $1 AND first = $2",
        [number, .integer(first), .integers(chunks)])
    }
  }

  private struct Segment {
    let first: Int64
    let chunks: Int
    let removed: Int

    /// Powers of eight from 32 on.
    var sizeClass: Int {
      var (sizeClass, limit) = (0, 32)
      while chunks >= limit {
        sizeClass += 1
        limit *= 8
      }
      return sizeClass
    }
  }

  private func segments() throws -> [Segment] {
    let rows = try connection.query(
      "SELECT first, chunks, cardinality(removed) FROM segments WHERE collection = $1 ORDER BY first", [number])
    return try (0..<rows.count).map { row in
      Segment(
        first: Int64(try rows.integer(row, 0)), chunks: try rows.integer(row, 1), removed: try rows.integer(row, 2))
    }
  }

  /// Joins the last segments where there are eight of a class, and writes one anew of which more than half is gone: so that a search
  /// reads few rows a word, and a chunk's words are written anew at most five times.
  func joinSegments() throws {
    let segments = try segments()
    for segment in segments where segment.removed * 2 > segment.chunks { try join([segment.first]) }
    // The last ones, with those that are smaller between them.
    var last: [Segment] = []
    var (largest, count) = (0, 0)
    for segment in segments.reversed().prefix(while: { $0.sizeClass < Self.largestClass }) {
      if segment.sizeClass > largest {
        if count >= Self.joined { break }
        (largest, count) = (segment.sizeClass, 0)
      }
      if segment.sizeClass == largest { count += 1 }
      last.append(segment)
    }
    if count >= Self.joined { try join(last.reversed().map(\.first)) }
  }

  /// Makes one segment of some that follow each other, without what is gone.
  private func join(_ firsts: [Int64]) throws {
    guard let first = firsts.first else { return }
    let removed = try PostgresWords.removed(connection, collection.number, of: firsts)
    var words = SegmentWords(first: first)
    try connection.rows(
      "SELECT word, first, entries FROM postings WHERE collection = $1 AND first = ANY($2) ORDER BY first",
      [number, .integers(firsts)]
    ) { row in
      guard let word = row.bytes(0, 0) else { return }
      let segment = Int64(try row.integer(0, 1))
      try PostingList.read(row.bytes(0, 2) ?? [], first: segment) { posting in
        if !removed.contains(posting.chunk) { words.add(posting, to: word) }
      }
    }
    for table in ["postings", "segments"] {
      try connection.query(
        "DELETE FROM \(table) WHERE collection = $1 AND first = ANY($2)", [number, .integers(firsts)])
    }
    let counted = try connection.query(
      """
      SELECT count(*) FROM chunks WHERE collection = $1 AND id >= $2
      AND id < coalesce((SELECT min(first) FROM segments WHERE collection = $1 AND first > $2), \(Int64.max))
      """,
      [number, .integer(first)])
    let chunks = try counted.integer(0, 0)
    if chunks > 0 { try insert(words, chunks: chunks) }
  }
}

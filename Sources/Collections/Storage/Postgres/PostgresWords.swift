import Postgres

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The search for words in one state of a collection: the scores of SQLite's `bm25` (SQLite's documentation, FTS5, "The bm25()
/// function") over the fields of ``IndexedWords``, number for number.
struct PostgresWords {
  private static let saturation = 1.2
  private static let lengthWeight = 0.75

  /// A word of a query, or an identifier in the column of these.
  private struct Phrase {
    let word: [UInt8]
    let isIdentifier: Bool
  }

  /// How often a chunk has each phrase, weighted.
  private struct Match {
    var length: Int
    var frequencies: [Double]
  }

  let connection: PostgresConnection
  let collection: Int
  /// The chunks that take part; nil for all.
  let part: Set<Int64>?

  /// The chunks with words of a text, best first.
  func any(_ query: IndexedWords.Query, count: Int) throws -> [RankedChunk] {
    let phrases = try stemmed(query.words, isIdentifier: false)
    return try ranked(phrases, count: count) { _ in true }
  }

  /// The chunks with words of a text, those with its identifiers first, whose scores are `bonus` higher.
  func keyword(_ query: IndexedWords.Query, bonus: Float, count: Int) throws -> [RankedChunk] {
    let identifiers = try stemmed(query.identifiers, isIdentifier: true)
    let words = try stemmed(query.words, isIdentifier: false)
    let both = identifiers + words
    let isExact = { (match: Match) in match.frequencies.prefix(identifiers.count).contains { $0 > 0 } }
    let exact = try ranked(both, count: count) { isExact($0) }.map { found in
      RankedChunk(chunk: found.chunk, document: found.document, score: found.score + bonus)
    }
    guard exact.count < count else { return exact }
    return exact
      + (try ranked(words + identifiers, count: count - exact.count) { match in
        !match.frequencies.suffix(identifiers.count).contains { $0 > 0 }
      })
  }

  private func stemmed(_ words: [WordScanner.Term], isIdentifier: Bool) throws -> [Phrase] {
    try WordStemmer.run { stemmer in
      try words.flatMap { word in
        try stemmer.words(String(decoding: word, as: UTF8.self)).map {
          Phrase(word: SegmentWords.key($0), isIdentifier: isIdentifier)
        }
      }
    }
  }

  // MARK: Scores

  private func ranked(
    _ phrases: [Phrase], count: Int, where takesPart: (Match) -> Bool
  ) throws -> [RankedChunk] {
    guard !phrases.isEmpty, count > 0 else { return [] }
    let totals = try connection.query("SELECT chunks, words FROM collections WHERE id = $1", [.integer(collection)])
    guard totals.count > 0 else { return [] }
    let rows = Double(try totals.integer(0, 0))
    let meanLength = Double(try totals.integer(0, 1)) / rows
    let (matches, found) = try matches(phrases)
    let weights = found.map { hits in
      let weight = log((rows - Double(hits) + 0.5) / (Double(hits) + 0.5))
      return weight <= 0 ? 1e-6 : weight
    }
    var best: [(chunk: Int64, score: Double)] = []
    for (chunk, match) in matches where part?.contains(chunk) != false && takesPart(match) {
      var score = 0.0
      for (weight, frequency) in zip(weights, match.frequencies) {
        let norm = 1 - Self.lengthWeight + Self.lengthWeight * Double(match.length) / meanLength
        score += weight * ((frequency * (Self.saturation + 1)) / (frequency + Self.saturation * norm))
      }
      best.append((chunk, score))
    }
    best.sort { ($1.score, $0.chunk) < ($0.score, $1.chunk) }
    return best.prefix(count).map { RankedChunk(chunk: $0.chunk, document: 0, score: Float($0.score)) }
  }

  /// - Returns: the chunks with any phrase, and of each phrase how many have it.
  private func matches(_ phrases: [Phrase]) throws -> (matches: [Int64: Match], found: [Int]) {
    let firsts = try connection.query("SELECT first FROM segments WHERE collection = $1", [.integer(collection)])
    let segments = try (0..<firsts.count).map { row in Int64(try firsts.integer(row, 0)) }
    let removed = try Self.removed(connection, collection, of: segments)
    var columns: [[UInt8]: [Int]] = [:]
    for (index, phrase) in phrases.enumerated() { columns[phrase.word, default: []].append(index) }
    var matches: [Int64: Match] = [:]
    var found = [Int](repeating: 0, count: phrases.count)
    let fields = IndexedWords.columns.map(\.weight)
    let identifiers = fields.count - 1
    try connection.rows(
      "SELECT word, first, entries FROM postings WHERE collection = $1 AND first = ANY($2) AND word = ANY($3)",
      [.integer(collection), .integers(segments), .byteStrings(columns.keys.map(\.self))]
    ) { row in
      guard let word = row.bytes(0, 0), let indices = columns[word] else { return }
      let first = Int64(try row.integer(0, 1))
      try row.withBytes(0, 2) { bytes in
        try PostingList.read(bytes, first: first) { posting in
          guard !removed.contains(posting.chunk) else { return }
          for index in indices {
            let frequency =
              phrases[index].isIdentifier
              ? Double(posting.counts[identifiers])
              : zip(fields, posting.counts).reduce(0.0) { $0 + $1.0 * Double($1.1) }
            guard frequency > 0 else { continue }
            found[index] += 1
            let empty = Match(length: posting.length, frequencies: Array(repeating: 0, count: phrases.count))
            matches[posting.chunk, default: empty].frequencies[index] = frequency
          }
        }
      }
    }
    return (matches, found)
  }

  /// The chunks of some segments that are gone.
  static func removed(
    _ connection: PostgresConnection, _ collection: Int, of segments: [Int64]
  ) throws -> Set<Int64> {
    let rows = try connection.query(
      "SELECT unnest(removed) FROM segments WHERE collection = $1 AND first = ANY($2)",
      [.integer(collection), .integers(segments)])
    return Set(try (0..<rows.count).map { row in Int64(try rows.integer(row, 0)) })
  }
}

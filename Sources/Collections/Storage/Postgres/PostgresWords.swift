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

  /// The chunks with any phrase, and how often each has each, weighted: of chunk n from n times the number of phrases on.
  private struct Matches {
    var slots: [Int64: Int] = [:]
    var chunks: [Int64] = []
    /// In words.
    var lengths: [Int] = []
    var frequencies: [Double] = []
    /// Of each phrase how many chunks have it.
    var found: [Int]

    init(phrases: Int) {
      found = Array(repeating: 0, count: phrases)
    }

    mutating func add(_ frequency: Double, of phrase: Int, in posting: PostingList.Posting) {
      found[phrase] += 1
      let slot = slots[posting.chunk] ?? chunks.count
      if slot == chunks.count {
        slots[posting.chunk] = slot
        chunks.append(posting.chunk)
        lengths.append(posting.length)
        frequencies.append(contentsOf: repeatElement(0, count: found.count))
      }
      frequencies[slot * found.count + phrase] = frequency
    }
  }

  let connection: PostgresConnection
  let collection: Int
  /// The chunks that take part; nil for all.
  let part: Set<Int64>?

  /// What a collection has of some words.
  private struct Lists {
    /// Chunks of the collection, and words of these.
    var chunks = 0, words = 0
    /// Chunks that are gone.
    var removed: Set<Int64> = []
    var lists: [(word: [UInt8], first: Int64, bytes: [UInt8])] = []
  }

  /// The chunks with words of a text, best first.
  func any(_ query: IndexedWords.Query, count: Int) throws -> [RankedChunk] {
    let phrases = try stemmed(query.words, isIdentifier: false)
    return try ranked(phrases, in: try lists(of: phrases), count: count) { _ in true }
  }

  /// The chunks with words of a text, those with its identifiers first, whose scores are `bonus` higher.
  func keyword(_ query: IndexedWords.Query, bonus: Float, count: Int) throws -> [RankedChunk] {
    let identifiers = try stemmed(query.identifiers, isIdentifier: true)
    let words = try stemmed(query.words, isIdentifier: false)
    let isExact = { (frequencies: ArraySlice<Double>) in frequencies.contains { $0 > 0 } }
    let lists = try lists(of: identifiers + words)
    let exact = try ranked(identifiers + words, in: lists, count: count) { isExact($0.prefix(identifiers.count)) }
      .map { RankedChunk(chunk: $0.chunk, document: $0.document, score: $0.score + bonus) }
    guard exact.count < count else { return exact }
    let rest = try ranked(words + identifiers, in: lists, count: count - exact.count) {
      !isExact($0.suffix(identifiers.count))
    }
    return exact + rest
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
    _ phrases: [Phrase], in lists: Lists, count: Int, where takesPart: (ArraySlice<Double>) -> Bool
  ) throws -> [RankedChunk] {
    guard lists.chunks > 0, count > 0 else { return [] }
    let matches = try matches(phrases, in: lists)
    let rows = Double(lists.chunks)
    let meanLength = Double(lists.words) / rows
    let weights = matches.found.map { hits in
      let weight = log((rows - Double(hits) + 0.5) / (Double(hits) + 0.5))
      return weight <= 0 ? 1e-6 : weight
    }
    var best: [(chunk: Int64, score: Double)] = []
    for (slot, chunk) in matches.chunks.enumerated() where part?.contains(chunk) != false {
      let frequencies = matches.frequencies[slot * weights.count..<(slot + 1) * weights.count]
      guard takesPart(frequencies) else { continue }
      let norm = 1 - Self.lengthWeight + Self.lengthWeight * Double(matches.lengths[slot]) / meanLength
      var score = 0.0
      for (weight, frequency) in zip(weights, frequencies) {
        score += weight * ((frequency * (Self.saturation + 1)) / (frequency + Self.saturation * norm))
      }
      best.append((chunk, score))
    }
    best.sort { ($1.score, $0.chunk) < ($0.score, $1.chunk) }
    return best.prefix(count).map { RankedChunk(chunk: $0.chunk, document: 0, score: Float($0.score)) }
  }

  /// Reads what is there of some phrases, in one answer.
  private func lists(of phrases: [Phrase]) throws -> Lists {
    var lists = Lists()
    guard !phrases.isEmpty else { return lists }
    let rows = try connection.query(
      """
      SELECT NULL::bytea AS word, first, NULL::bytea AS entries, removed, own.chunks, own.words
      FROM collections AS own LEFT JOIN segments ON segments.collection = own.id WHERE own.id = $1
      UNION ALL
      SELECT word, postings.first, entries, NULL, NULL, NULL FROM segments
      JOIN postings ON postings.collection = $1 AND postings.first = segments.first AND word = ANY($2)
      WHERE segments.collection = $1
      """,
      [.integer(collection), .byteStrings(Set(phrases.map(\.word)).map(\.self))])
    for row in 0..<rows.count {
      if let word = rows.bytes(row, 0) {
        lists.lists.append((word, Int64(try rows.integer(row, 1)), rows.bytes(row, 2) ?? []))
      } else {
        (lists.chunks, lists.words) = (try rows.integer(row, 4), try rows.integer(row, 5))
        lists.removed.formUnion(try rows.integers(row, 3))
      }
    }
    return lists
  }

  private func matches(_ phrases: [Phrase], in lists: Lists) throws -> Matches {
    var matches = Matches(phrases: phrases.count)
    var places: [[UInt8]: [Int]] = [:]
    for (index, phrase) in phrases.enumerated() { places[phrase.word, default: []].append(index) }
    let weights = IndexedWords.columns.map(\.weight)
    for (word, first, bytes) in lists.lists {
      guard let indices = places[word] else { continue }
      try PostingList.read(bytes, first: first) { posting in
        guard !lists.removed.contains(posting.chunk) else { return }
        for index in indices {
          let frequency =
            phrases[index].isIdentifier
            ? Double(posting.counts[weights.count - 1])
            : zip(weights, posting.counts).reduce(0.0) { $0 + $1.0 * Double($1.1) }
          if frequency > 0 { matches.add(frequency, of: index, in: posting) }
        }
      }
    }
    return matches
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

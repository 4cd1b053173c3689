import Platform
import Postgres

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
    private(set) var chunks: [Int64] = []
    /// In words.
    private(set) var lengths: [Int] = []
    private(set) var frequencies: [Double] = []
    /// Of each phrase how many chunks have it.
    private(set) var found: [Int]
    /// Where the chunks of the segment that is being read are, from 1, by their distance to its first; those that are far from it by
    /// their numbers.
    private var slots: [Int32] = []
    private var farSlots: [Int64: Int32] = [:]
    private static let far: Int64 = 1 << 22

    init(phrases: Int) {
      found = Array(repeating: 0, count: phrases)
    }

    /// No chunk of the segments before comes again.
    mutating func beginSegment() {
      for index in slots.indices { slots[index] = 0 }
      farSlots.removeAll(keepingCapacity: true)
    }

    mutating func add(_ frequency: Double, of phrase: Int, in posting: PostingList.Posting, from first: Int64) {
      found[phrase] += 1
      frequencies[slot(of: posting, from: first) * found.count + phrase] = frequency
    }

    private mutating func slot(of posting: PostingList.Posting, from first: Int64) -> Int {
      let distance = posting.chunk &- first
      guard (0..<Self.far).contains(distance) else {
        if let slot = farSlots[posting.chunk] { return Int(slot) }
        farSlots[posting.chunk] = Int32(chunks.count)
        return append(posting)
      }
      let place = Int(distance)
      if place >= slots.count { slots += repeatElement(0, count: max(place + 1 - slots.count, slots.count)) }
      if slots[place] > 0 { return Int(slots[place]) - 1 }
      slots[place] = Int32(chunks.count) + 1
      return append(posting)
    }

    private mutating func append(_ posting: PostingList.Posting) -> Int {
      chunks.append(posting.chunk)
      lengths.append(posting.length)
      for _ in found.indices { frequencies.append(0) }
      return chunks.count - 1
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
    let lists = try lists(of: phrases)
    return ranked(try matches(phrases, in: lists), Array(phrases.indices), in: lists, count: count) { _ in true }
  }

  /// The chunks with words of a text, those with its identifiers first, whose scores are `bonus` higher.
  func keyword(_ query: IndexedWords.Query, bonus: Float, count: Int) throws -> [RankedChunk] {
    let identifiers = try stemmed(query.identifiers, isIdentifier: true)
    let words = try stemmed(query.words, isIdentifier: false)
    let isExact = { (frequencies: ArraySlice<Double>) in frequencies.prefix(identifiers.count).contains { $0 > 0 } }
    let lists = try lists(of: identifiers + words)
    let matches = try matches(identifiers + words, in: lists)
    // FTS5 adds up in the order of its query, which is another one for each.
    let own = Array(identifiers.indices), others = Array(identifiers.count..<identifiers.count + words.count)
    let exact = ranked(matches, own + others, in: lists, count: count, where: isExact)
      .map { RankedChunk(chunk: $0.chunk, document: $0.document, score: $0.score + bonus) }
    guard exact.count < count else { return exact }
    return exact + ranked(matches, others + own, in: lists, count: count - exact.count) { !isExact($0) }
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

  /// - Parameter order: of the phrases, in which their parts of a score are added up.
  private func ranked(
    _ matches: Matches, _ order: [Int], in lists: Lists, count: Int, where takesPart: (ArraySlice<Double>) -> Bool
  ) -> [RankedChunk] {
    guard lists.chunks > 0, count > 0 else { return [] }
    let rows = Double(lists.chunks)
    let meanLength = Double(lists.words) / rows
    let weights = matches.found.map { hits in
      let weight = log((rows - Double(hits) + 0.5) / (Double(hits) + 0.5))
      return weight <= 0 ? 1e-6 : weight
    }
    var best = BestChunks(count)
    for (slot, chunk) in matches.chunks.enumerated() where part?.contains(chunk) != false {
      let frequencies = matches.frequencies[slot * weights.count..<(slot + 1) * weights.count]
      guard takesPart(frequencies) else { continue }
      let norm = 1 - Self.lengthWeight + Self.lengthWeight * Double(matches.lengths[slot]) / meanLength
      var score = 0.0
      for phrase in order {
        let frequency = frequencies[frequencies.startIndex + phrase]
        score += weights[phrase] * ((frequency * (Self.saturation + 1)) / (frequency + Self.saturation * norm))
      }
      best.add(chunk, score)
    }
    return best.sorted.map { RankedChunk(chunk: $0.chunk, document: 0, score: Float($0.score)) }
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
    var segment: Int64?
    for (word, first, bytes) in lists.lists.sorted(by: { $0.first < $1.first }) {
      guard let indices = places[word] else { continue }
      if first != segment { matches.beginSegment() }
      segment = first
      try PostingList.read(bytes, first: first) { posting in
        guard !lists.removed.contains(posting.chunk) else { return }
        for index in indices {
          let frequency =
            phrases[index].isIdentifier
            ? Double(posting.counts[weights.count - 1])
            : zip(weights, posting.counts).reduce(0.0) { $0 + $1.0 * Double($1.1) }
          if frequency > 0 { matches.add(frequency, of: index, in: posting, from: first) }
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

/// The best of many chunks, without ordering all of them.
private struct BestChunks {
  private let count: Int
  private var kept: [(chunk: Int64, score: Double)] = []
  /// Of the last one that counts; what has less is none of the best.
  private var least = -Double.infinity

  init(_ count: Int) {
    self.count = count
  }

  mutating func add(_ chunk: Int64, _ score: Double) {
    guard score >= least else { return }
    kept.append((chunk, score))
    if kept.count >= 2 * count + 64 { cut() }
  }

  private mutating func cut() {
    kept.sort { ($1.score, $0.chunk) < ($0.score, $1.chunk) }
    guard kept.count > count else { return }
    kept.removeLast(kept.count - count)
    least = kept.last?.score ?? least
  }

  /// The older of equal ones first.
  var sorted: [(chunk: Int64, score: Double)] {
    var best = self
    best.cut()
    return best.kept
  }
}

import Documents
import Encoder
import Postgres

extension PostgresCollection {
  /// What must not be found, a sentence and a count each.
  private static let contradictions = [
    (
      "chunks belong to no document",
      """
      SELECT count(*) FROM chunks WHERE collection = $1 AND NOT EXISTS (
        SELECT 1 FROM documents WHERE documents.collection = $1 AND documents.id = document)
      """
    ),
    (
      "chunks have a vector that is not there",
      """
      SELECT count(*) FROM chunks WHERE collection = $1 AND vector IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM vectors WHERE vectors.collection = $1 AND vectors.id = chunks.vector)
      """
    ),
    (
      "vectors are counted wrongly",
      """
      SELECT count(*) FROM vectors WHERE collection = $1 AND uses <> (
        SELECT count(*) FROM chunks WHERE chunks.collection = $1 AND chunks.vector = vectors.id)
      """
    ),
    (
      "places are counted wrongly",
      """
      SELECT count(*) FROM places WHERE collection = $1 AND uses <> (
        SELECT count(*) FROM chunks WHERE chunks.collection = $1 AND chunks.place = places.id)
      """
    ),
    (
      "vectors lack their components",
      """
      SELECT count(*) FROM vectors WHERE collection = $1 AND priority IS NULL AND NOT EXISTS (
        SELECT 1 FROM components WHERE components.collection = $1 AND components.vector = vectors.id)
      """
    ),
    (
      "documents have another number of chunks",
      """
      SELECT count(*) FROM documents WHERE collection = $1 AND chunks <> (
        SELECT count(*) FROM chunks WHERE chunks.collection = $1 AND document = documents.id)
      """
    ),
    (
      "counts of the collection are wrong",
      """
      SELECT count(*) FROM collections WHERE id = $1 AND (
        documents <> (SELECT count(*) FROM documents WHERE collection = $1)
        OR (chunks, words) <> (SELECT count(*), coalesce(sum(words), 0) FROM chunks WHERE collection = $1))
      """
    ),
  ]

  /// Looks whether the collection is sound: that documents, chunks, vectors and counts agree, that each text is the one that its vector
  /// was made of, and that the words are those of the texts. The server's own files are its administrator's to check (pg_amcheck).
  public func check() async throws(CollectionError) -> [String] {
    try await reading { connection in
      var problems: [String] = []
      for (sentence, sql) in Self.contradictions {
        let count = try connection.query(sql, [.integer(self.number)]).integer(0, 0)
        if count > 0 { problems.append("\(count) \(sentence)") }
      }
      guard problems.isEmpty else { return problems }
      var texts = WordSums()
      var others = 0
      try WordStemmer.run { stemmer in
        try connection.rows(
          """
          SELECT found.id, path, heading, symbol, lead, text, hash FROM chunks AS found
          JOIN documents ON documents.collection = $1 AND documents.id = document
          LEFT JOIN vectors ON vectors.collection = $1 AND vectors.id = found.vector WHERE found.collection = $1
          """, [.integer(self.number)]
        ) { row in
          let text = row.string(0, 5) ?? "", id = Int64(try row.integer(0, 0))
          if let hash = row.bytes(0, 6), TextHash((row.string(0, 4) ?? "") + text).bytes != hash { others += 1 }
          var words = SegmentWords(first: id)
          _ = try words.add(
            IndexedWords(path: row.string(0, 1), heading: row.string(0, 2), symbol: row.string(0, 3), text: text),
            of: id, by: stemmer)
          for (word, list) in words.lists { try texts.add(word, list.bytes, first: id, leavingOut: []) }
        }
      }
      if others > 0 { problems.append("\(others) chunks have texts that their vectors were not made of") }
      if try self.storedSums(connection) != texts { problems.append("the words have other places than in the texts") }
      return problems
    }
  }

  private func storedSums(_ connection: PostgresConnection) throws -> WordSums {
    let firsts = try connection.query("SELECT first FROM segments WHERE collection = $1", [.integer(number)])
    let segments = try (0..<firsts.count).map { row in Int64(try firsts.integer(row, 0)) }
    let removed = try PostgresWords.removed(connection, number, of: segments)
    var sums = WordSums()
    try connection.rows(
      "SELECT word, first, entries FROM postings WHERE collection = $1", [.integer(number)]
    ) { row in
      try sums.add(
        row.bytes(0, 0) ?? [], row.bytes(0, 2) ?? [], first: Int64(try row.integer(0, 1)), leavingOut: removed)
    }
    return sums
  }

  /// Gives back the space of what was removed.
  public func vacuum() async throws(CollectionError) {
    try await catalog.asking { connection in
      for table in ["documents", "chunks", "vectors", "components", "places", "unread", "segments", "postings"] {
        try connection.query("VACUUM (ANALYZE) \(table)")
      }
    }
  }
}

/// Of each word a sum over all places where it stands, which is the same in whatever order they come.
private struct WordSums: Equatable {
  private var sums: [[UInt8]: UInt64] = [:]

  mutating func add(_ word: [UInt8], _ entries: [UInt8], first: Int64, leavingOut removed: Set<Int64>) throws {
    try PostingList.read(entries, first: first) { posting in
      guard !removed.contains(posting.chunk) else { return }
      // FNV-1a (Fowler, Noll and Vo) of the numbers.
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for number in [Int(posting.chunk), posting.length] + posting.counts {
        hash = (hash ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01B3
      }
      sums[word, default: 0] &+= hash
    }
  }
}

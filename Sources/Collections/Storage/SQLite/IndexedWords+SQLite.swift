import GRDB

extension IndexedWords {
  private static let names = columns.map(\.name).joined(separator: ", ")
  private static let marks = columns.map { _ in "?" }.joined(separator: ", ")

  /// Puts the words of a chunk into the index.
  func insert(_ chunk: Int64, into table: String = "words", _ database: Database) throws {
    try database.cachedStatement(sql: "INSERT INTO \(table) (rowid, \(Self.names)) VALUES (?, \(Self.marks))")
      .execute(arguments: StatementArguments([chunk.databaseValue] + values.map(\.databaseValue)))
  }

  /// Takes them out: an index without a copy of the text has to be told them again.
  func remove(_ chunk: Int64, _ database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO words (words, rowid, \(Self.names)) VALUES ('delete', ?, \(Self.marks))"
    ).execute(arguments: StatementArguments([chunk.databaseValue] + values.map(\.databaseValue)))
  }

  /// Puts the words of all chunks into an index, by the fields that they have now.
  static func insertAll(into table: String = "words", _ database: Database) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: """
        SELECT chunks.id, CAST(path AS BLOB), CAST(heading AS BLOB), CAST(symbol AS BLOB), CAST(text AS BLOB)
        FROM chunks JOIN documents ON documents.id = document
        """)
    while let row = try rows.next() {
      let words = IndexedWords(
        path: try row.optionalText(1), heading: try row.optionalText(2), symbol: try row.optionalText(3),
        text: try row.text(4))
      try words.insert(try row.integer64(0), into: table, database)
    }
  }

  /// Whether the index says of every word where it stands, and nothing else. SQLite's own check looks at the pages of an
  /// index that has no copy of the texts, and not at what they say: here the texts are indexed anew, beside the file, and
  /// both indexes are read through in their one order. Needs a connection that may make temporary tables.
  static func areThoseOfTheTexts(_ database: Database) throws -> Bool {
    let made = try String.fetchOne(database, sql: "SELECT sql FROM main.sqlite_master WHERE name = 'words'")
    guard let made else { return false }
    try database.execute(sql: made.replacing("TABLE words", with: "TABLE temp.words_anew", maxReplacements: 1))
    try insertAll(into: "temp.words_anew", database)
    try database.execute(
      sql: """
        CREATE VIRTUAL TABLE temp.places_stored USING fts5vocab('main', 'words', 'instance');
        CREATE VIRTUAL TABLE temp.places_anew USING fts5vocab('temp', 'words_anew', 'instance')
        """)
    return try isSame("SELECT * FROM temp.places_stored", "SELECT * FROM temp.places_anew", database)
      && isSame("SELECT * FROM main.words_docsize", "SELECT * FROM temp.words_anew_docsize", database)
  }

  private static func isSame(_ stored: String, _ anew: String, _ database: Database) throws -> Bool {
    let stored = try Row.fetchCursor(database, sql: stored)
    let anew = try Row.fetchCursor(database, sql: anew)
    while let expected = try anew.next() {
      guard try stored.next() == expected else { return false }
    }
    return try stored.next() == nil
  }
}

/// What a transaction has yet to tell the index of words, gathered so that it is told at once.
struct WordChanges {
  /// Chunks whose words are held, at most.
  private static let most = 4096

  private var changes: [(chunk: Int64, words: IndexedWords, isAdded: Bool)] = []

  mutating func add(_ words: IndexedWords, of chunk: Int64, _ database: Database) throws {
    changes.append((chunk, words, true))
    if changes.count >= Self.most { try write(database) }
  }

  mutating func remove(_ words: IndexedWords, of chunk: Int64, _ database: Database) throws {
    changes.append((chunk, words, false))
    if changes.count >= Self.most { try write(database) }
  }

  /// Tells the index all of it, in its order.
  mutating func write(_ database: Database) throws {
    for (chunk, words, isAdded) in changes {
      if isAdded { try words.insert(chunk, database) } else { try words.remove(chunk, database) }
    }
    changes = []
  }
}

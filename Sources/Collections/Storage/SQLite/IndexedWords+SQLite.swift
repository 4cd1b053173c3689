import GRDB

extension IndexedWords {
  private static let names = columns.map(\.name).joined(separator: ", ")
  private static let marks = columns.map { _ in "?" }.joined(separator: ", ")

  /// Puts the words of a chunk into the index.
  func insert(_ chunk: Int64, _ database: Database) throws {
    try database.cachedStatement(sql: "INSERT INTO words (rowid, \(Self.names)) VALUES (?, \(Self.marks))")
      .execute(arguments: StatementArguments([chunk.databaseValue] + values.map(\.databaseValue)))
  }

  /// Takes them out: an index without a copy of the text has to be told them again.
  func remove(_ chunk: Int64, _ database: Database) throws {
    try database.cachedStatement(
      sql: "INSERT INTO words (words, rowid, \(Self.names)) VALUES ('delete', ?, \(Self.marks))"
    ).execute(arguments: StatementArguments([chunk.databaseValue] + values.map(\.databaseValue)))
  }
}

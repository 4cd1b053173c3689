import GRDB

/// Columns of a row that may come from a damaged file: a value of another kind is an error, and no trap.
extension Row {
  /// - Throws: `damaged`.
  func integer(_ column: Int) throws -> Int {
    guard let value = Int.fromDatabaseValue(self[column]) else { throw unexpected(column, "an integer") }
    return value
  }

  /// - Throws: `damaged`.
  func integer64(_ column: Int) throws -> Int64 { Int64(try integer(column)) }

  /// - Throws: `damaged`.
  func optionalInteger(_ column: Int) throws -> Int? {
    isNull(column) ? nil : try integer(column)
  }

  /// - Throws: `damaged`.
  func number(_ column: Int) throws -> Double {
    guard let value = Double.fromDatabaseValue(self[column]) else { throw unexpected(column, "a number") }
    return value
  }

  /// Of a column that is read as `CAST(column AS BLOB)`, so that U+0000 does not end it.
  /// - Throws: `damaged`.
  func text(_ column: Int) throws -> String {
    guard let bytes = try Blob.bytes(self, column) else { throw unexpected(column, "text") }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Throws: `damaged`.
  func optionalText(_ column: Int) throws -> String? {
    isNull(column) ? nil : try text(column)
  }

  private func isNull(_ column: Int) -> Bool { (self[column] as DatabaseValue).isNull }

  private func unexpected(_ column: Int, _ expected: String) -> CollectionError {
    CollectionError(.damaged, detail: "column \(column) of a row is not \(expected)")
  }
}

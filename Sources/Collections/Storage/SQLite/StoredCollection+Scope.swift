import GRDB

extension StoredCollection {
  /// The documents of a scope; nil for all.
  func documents(in scope: DocumentScope, _ database: Database) throws -> Set<Int64>? {
    guard !scope.isEverything(of: name) else { return nil }
    var sql = "SELECT id, CAST(path AS BLOB) FROM documents"
    if !scope.languages.isEmpty {
      sql += " WHERE language IN (\(scope.languages.map { _ in "CAST(? AS TEXT)" }.joined(separator: ",")))"
    }
    let globs = try PathGlobs(scope.globs)
    var parts: [PathGlobs] = []
    for patterns in scope.parts[name] ?? [] { parts.append(try PathGlobs(patterns)) }
    let rows = try Row.fetchCursor(database, sql: sql, arguments: StatementArguments(scope.languages.map(Blob.text)))
    var found: Set<Int64> = []
    while let row = try rows.next() {
      try Task.checkCancellation()
      let path = try row.optionalText(1)
      let fits = scope.globs.isEmpty || path.map(globs.includes) ?? false
      if fits, parts.allSatisfy({ part in path.map(part.includes) ?? false }) { found.insert(try row.integer64(0)) }
    }
    if let filter = scope.filter, !filter.conditions.isEmpty {
      let metadata = try metadata(keys: Set(filter.conditions.map(\.key)), database)
      found = found.filter { filter.matches(metadata[$0] ?? [:]) }
    }
    return found
  }

  private func metadata(keys: Set<String>, _ database: Database) throws -> [Int64: [String: MetadataValue]] {
    let marks = keys.map { _ in "CAST(? AS TEXT)" }.joined(separator: ",")
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT document, CAST(key AS BLOB), \(MetadataValue.column) FROM metadata WHERE key IN (\(marks))",
      arguments: StatementArguments(keys.map(Blob.text)))
    var metadata: [Int64: [String: MetadataValue]] = [:]
    while let row = try rows.next() {
      try Task.checkCancellation()
      metadata[try row.integer64(0), default: [:]][try row.text(1)] = MetadataValue(row[2])
    }
    return metadata
  }

  /// The vectors that chunks of those documents use.
  func vectors(of documents: Set<Int64>, _ database: Database) throws -> Set<Int64> {
    try Int64.fetchSet(
      database.cachedStatement(
        sql: "SELECT vector FROM chunks WHERE document IN (SELECT value FROM json_each(?))"),
      arguments: [Self.list(documents)])
  }

  /// The places of those documents' chunks.
  func places(of documents: Set<Int64>, _ database: Database) throws -> Set<Int64> {
    try Int64.fetchSet(
      database.cachedStatement(
        sql: "SELECT place FROM chunks WHERE place NOT NULL AND document IN (SELECT value FROM json_each(?))"),
      arguments: [Self.list(documents)])
  }

  /// Numbers as SQLite's `json_each` takes them.
  static func list(_ ids: some Swift.Collection<Int64>) -> String {
    "[" + ids.map(String.init).joined(separator: ",") + "]"
  }
}

import GRDB

/// Some of a collection's chunks.
enum ChunkPart {
  case documents(Set<Int64>)
  case chunks(Set<Int64>)

  /// Takes the numbers as one argument, a list.
  var condition: String {
    switch self {
    case .documents: "document IN (SELECT value FROM json_each(?))"
    case .chunks: "id IN (SELECT value FROM json_each(?))"
    }
  }

  var numbers: Set<Int64> {
    switch self {
    case .documents(let numbers), .chunks(let numbers): numbers
    }
  }
}

extension SQLiteCollection {
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

  /// The chunks whose texts have all of some patterns in them, of those documents, or of all.
  ///
  /// Every text is read: an index of their trigrams would be larger than they are, and reading them is a matter of
  /// milliseconds.
  func chunks(with patterns: [TextPattern], of documents: Set<Int64>?, _ database: Database) throws -> Set<Int64> {
    var sql = "SELECT id, CAST(text AS BLOB) FROM chunks"
    if documents != nil { sql += " WHERE " + ChunkPart.documents([]).condition }
    let rows = try Row.fetchCursor(
      database, sql: sql, arguments: documents.map { [Self.list($0)] } ?? StatementArguments())
    var found: Set<Int64> = []
    while let row = try rows.next() {
      try Task.checkCancellation()
      let fits = try Blob.withBytes(row, 1) { text in patterns.allSatisfy { $0.matches(text) } }
      if fits { found.insert(try row.integer64(0)) }
    }
    return found
  }

  /// What a column of those chunks holds: `vector` or `place`.
  func numbers(_ column: String, of part: ChunkPart, _ database: Database) throws -> Set<Int64> {
    try Int64.fetchSet(
      database.cachedStatement(sql: "SELECT \(column) FROM chunks WHERE \(column) NOT NULL AND \(part.condition)"),
      arguments: [Self.list(part.numbers)])
  }

  /// Numbers as SQLite's `json_each` takes them.
  static func list(_ ids: some Swift.Collection<Int64>) -> String {
    "[" + ids.map(String.init).joined(separator: ",") + "]"
  }
}

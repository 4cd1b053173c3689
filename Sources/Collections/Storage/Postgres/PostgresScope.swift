import Documents
import Postgres

/// Which documents and chunks of a collection take part in a search.
struct PostgresScope {
  let collection: PostgresCollection
  let connection: PostgresConnection

  /// The documents of a scope; nil for all.
  func documents(in scope: DocumentScope) throws -> Set<Int64>? {
    guard !scope.isEverything(of: collection.name) else { return nil }
    var conditions = ["collection = $1"]
    var arguments: [PostgresValue] = [.integer(collection.number)]
    if !scope.languages.isEmpty {
      arguments.append(.texts(scope.languages.map { PostgresText.stored($0) }))
      conditions.append("language = ANY($\(arguments.count))")
    }
    let filter = scope.filter.flatMap { $0.conditions.isEmpty ? nil : $0 }
    for condition in filter?.conditions ?? [] {
      // What the server's index finds is looked at again below, where numbers are float64 and texts are bytes.
      guard case .equal(let value) = condition.comparison else { continue }
      let json = PostgresMetadata.stored([condition.key: value])
      arguments.append(.literal(String(decoding: json, as: UTF8.self)))
      conditions.append("metadata @> $\(arguments.count)::jsonb")
    }
    let globs = try PathGlobs(scope.globs)
    var parts: [PathGlobs] = []
    for patterns in scope.parts[collection.name] ?? [] { parts.append(try PathGlobs(patterns)) }
    var found: Set<Int64> = []
    try connection.rows(
      """
      SELECT id, path, \(filter == nil ? "NULL" : "metadata::text") FROM documents
      WHERE \(conditions.joined(separator: " AND "))
      """, arguments
    ) { row in
      try Task.checkCancellation()
      let path = row.string(0, 1)
      guard scope.globs.isEmpty || path.map(globs.includes) ?? false,
        parts.allSatisfy({ part in path.map(part.includes) ?? false })
      else { return }
      if let filter, try !filter.matches(PostgresMetadata.read(row.bytes(0, 2) ?? [])) { return }
      found.insert(Int64(try row.integer(0, 0)))
    }
    return found
  }

  /// The chunks whose texts have all of some patterns in them, of those documents, or of all. Every text is read.
  func chunks(with patterns: [TextPattern], of documents: Set<Int64>?) throws -> Set<Int64> {
    var arguments: [PostgresValue] = [.integer(collection.number)]
    if let documents { arguments.append(.integers(documents.map(\.self))) }
    var found: Set<Int64> = []
    try connection.rows(
      "SELECT id, text FROM chunks WHERE collection = $1\(documents == nil ? "" : " AND document = ANY($2)")", arguments
    ) { row in
      try Task.checkCancellation()
      let text = row.string(0, 1) ?? ""
      if patterns.allSatisfy({ $0.matches(text) }) { found.insert(Int64(try row.integer(0, 0))) }
    }
    return found
  }

  /// The chunks of a document that stand on some lines, in the order of the text.
  func chunks(at place: PlaceInCollection) throws -> [Int64] {
    let rows = try connection.query(
      """
      SELECT found.id FROM chunks AS found JOIN documents ON documents.collection = $1 AND documents.id = document
      WHERE found.collection = $1 AND key_hash = $2 AND start_line <= $3 AND end_line >= $4 ORDER BY ordinal
      """,
      [
        .integer(collection.number), .bytes(place.key.hash.bytes), .integer(place.lines?.upperBound ?? Int.max),
        .integer(place.lines?.lowerBound ?? 0),
      ])
    return try (0..<rows.count).map { row in Int64(try rows.integer(row, 0)) }
  }
}

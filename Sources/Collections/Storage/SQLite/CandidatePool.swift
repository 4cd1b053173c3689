import Encoder
import GRDB

/// The candidates of one collection while the legs of a search find them.
struct CandidatePool {
  /// A candidate with the rows that its vectors are in.
  private struct Entry {
    var candidate: SearchCandidate
    let place: Int64?
  }

  private var entries: [Int64: Entry] = [:]

  /// Adds the chunks of a ranking by words.
  mutating func add(chunks ranking: [RankedChunk], _ database: Database) throws {
    try add("JOIN chunks ON chunks.id = list.value", ranking.map(\.chunk), database)
    for found in ranking { entries[found.chunk]?.candidate.words = found.score }
  }

  /// Adds some chunks.
  mutating func add(_ chunks: Set<Int64>, _ database: Database) throws {
    try add("JOIN chunks ON chunks.id = list.value", Array(chunks), database)
  }

  /// Adds the chunks that use some vectors.
  mutating func add(vectors: [Int64], _ database: Database) throws {
    try add("JOIN chunks ON chunks.vector = list.value", vectors, database)
  }

  /// Adds the chunks at some places.
  /// - Parameter limit: how many at most: a place may have many.
  mutating func add(places: [Int64], limit: Int, _ database: Database) throws {
    try add("JOIN chunks ON chunks.place = list.value", places, limit: limit, database)
  }

  private mutating func add(_ join: String, _ ids: [Int64], limit: Int = .max, _ database: Database) throws {
    guard !ids.isEmpty else { return }
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT chunks.id, document, vector, place, CAST(symbol AS BLOB), symbol_kind FROM json_each(?) AS list \(join) LIMIT ?
          """),
      arguments: [SQLiteCollection.list(ids), limit])
    while let row = try rows.next() {
      guard let id = row[0] as Int64?, let document = row[1] as Int64?, let vector = row[2] as Int64? else { continue }
      guard entries[id] == nil else { continue }
      entries[id] = Entry(
        candidate: SearchCandidate(
          chunk: id, document: document, text: vector, symbol: try row.optionalText(4),
          symbolKind: try row.optionalInteger(5)),
        place: row[3] as Int64?)
    }
  }

  mutating func remove(where isLeftOut: (SearchCandidate) -> Bool) {
    entries = entries.filter { !isLeftOut($0.value.candidate) }
  }

  /// Gives every candidate its similarities.
  mutating func score(texts: VectorTable, places: VectorTable?, _ query: QuantizedVector) throws {
    for id in entries.keys {
      guard var entry = entries[id] else { continue }
      entry.candidate.textSimilarity = texts.score(query, of: entry.candidate.text)
      entry.candidate.placeSimilarity = entry.place.flatMap { places?.score(query, of: $0) }
      entries[id] = entry
    }
  }

  /// The similarities of texts anew, from float32.
  mutating func rescore(_ query: [Float], _ database: Database, path: String) throws {
    let statement = try database.cachedStatement(sql: "SELECT value FROM components WHERE vector = ?")
    var known: [Int64: Float] = [:]
    for id in entries.keys {
      guard let vector = entries[id]?.candidate.text else { continue }
      if known[vector] == nil {
        guard let row = try Row.fetchOne(statement, arguments: [vector]) else { continue }
        let components = try Blob.floats(row, 0)
        guard components.count == query.count else {
          throw CollectionError(.damaged, path: path, detail: "vector \(vector) has \(components.count) components")
        }
        known[vector] = Vectors.unitCosine(query, components)
      }
      entries[id]?.candidate.textSimilarity = known[vector]
    }
  }

  /// All, in the order of their numbers, with their documents.
  func candidates(_ database: Database) throws -> SearchCandidates {
    var found = SearchCandidates()
    found.chunks = entries.values.map(\.candidate).sorted { $0.chunk < $1.chunk }
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT documents.id, CAST(documents.path AS BLOB), CAST(language AS BLOB) FROM json_each(?) AS list
          JOIN documents ON documents.id = list.value
          """),
      arguments: [SQLiteCollection.list(Set(found.chunks.map(\.document)))])
    while let row = try rows.next() {
      found.documents[try row.integer64(0)] = SearchCandidates.Document(
        path: try row.optionalText(1), language: try row.optionalText(2))
    }
    return found
  }
}

import Encoder
import Postgres

extension PostgresWriter {
  /// How chunks use a vector.
  struct Use {
    var count: Int64 = 0
    /// Among the texts that wait for their vectors; nil where this one must have it.
    var priority: Int?

    mutating func add(_ priority: Int?) {
      count += 1
      self.priority = [self.priority, priority].compactMap(\.self).min()
    }
  }

  /// The rows of vectors, counted as used so many times more.
  /// - Returns: their numbers; places without a vector are left out.
  /// - Throws: `invalid` where the vector of a text is neither stored nor given as it must be.
  mutating func use(
    _ uses: [TextHash: Use], in table: VectorTable.Source, _ vector: (TextHash) throws -> PostgresVector?
  ) throws -> [TextHash: Int64] {
    guard !uses.isEmpty else { return [:] }
    var ids: [TextHash: Int64] = [:]
    let priority =
      table == .texts
      ? ", priority = CASE WHEN vectors.priority IS NOT NULL THEN least(vectors.priority, used.priority) END" : ""
    let known = try connection.query(
      """
      UPDATE \(table.rawValue) SET uses = uses + count, changed = CASE WHEN uses = 0 THEN $4 ELSE changed END\(priority)
      FROM (SELECT hash, count, nullif(priority, \(Int64.max)) AS priority
        FROM unnest($2::bytea[], $3::bigint[], $5::bigint[]) AS used (hash, count, priority)) AS used
      WHERE collection = $1 AND \(table.rawValue).hash = used.hash RETURNING \(table.rawValue).hash, id
      """,
      [
        number, .byteStrings(uses.keys.map(\.bytes)), .integers(uses.values.map(\.count)), .integer(generation),
        .integers(uses.values.map { $0.priority.map { Int64($0) } ?? .max }),
      ])
    for row in 0..<known.count {
      if let hash = known.bytes(row, 0).flatMap(TextHash.init(stored:)) { ids[hash] = Int64(try known.integer(row, 1)) }
    }
    var rows = VectorRows()
    for (hash, use) in uses where ids[hash] == nil {
      let vector = try vector(hash)
      // A place without a vector has no row.
      if vector == nil, table == .places { continue }
      if vector == nil, use.priority == nil { throw collection.missing(found: "none") }
      let id = table == .texts ? counters.vector : counters.place
      if table == .texts { counters.vector += 1 } else { counters.place += 1 }
      ids[hash] = id
      append(vector, id: id, hash: hash, uses: use.count, priority: use.priority, in: table, to: &rows)
    }
    try copy(rows, into: table)
    return ids
  }

  /// Gives vectors to the texts among them that wait for theirs, and forgets those that wait and stand nowhere any more.
  func fill(_ vectors: [TextHash: [Float]]) throws {
    let abandoned = try connection.query(
      "DELETE FROM vectors WHERE collection = $1 AND priority IS NOT NULL AND (uses = 0 OR hash = ANY($2)) RETURNING id, hash, uses",
      [number, .byteStrings(vectors.keys.map(\.bytes))])
    var rows = VectorRows()
    for row in 0..<abandoned.count {
      let uses = Int64(try abandoned.integer(row, 2))
      guard uses > 0, let hash = abandoned.bytes(row, 1).flatMap(TextHash.init(stored:)) else { continue }
      guard let vector = vectors[hash] else { continue }
      append(
        try collection.unit(vector), id: Int64(try abandoned.integer(row, 0)), hash: hash, uses: uses, priority: nil,
        in: .texts, to: &rows)
    }
    try copy(rows, into: .texts)
  }

  private struct VectorRows {
    var codes = PostgresCopy()
    var components = PostgresCopy()
  }

  /// - Parameter vector: nil for a text that waits.
  private func append(
    _ vector: PostgresVector?, id: Int64, hash: TextHash, uses: Int64, priority: Int?, in table: VectorTable.Source,
    to rows: inout VectorRows
  ) {
    rows.codes.beginRow(table == .texts ? 8 : 7)
    rows.codes.append(int4: collection.number)
    rows.codes.append(id)
    rows.codes.append(hash.bytes)
    rows.codes.append(uses)
    rows.codes.append(generation)
    rows.codes.append(vector?.quantized.scale ?? 0)
    if let vector { rows.codes.append(halfvec: vector.quantized.codes) } else { rows.codes.appendNull() }
    guard table == .texts else { return }
    rows.codes.append(vector == nil ? priority : nil)
    guard let components = vector?.components else { return }
    rows.components.beginRow(3)
    rows.components.append(int4: collection.number)
    rows.components.append(id)
    rows.components.append(components.withUnsafeBytes { Array($0) })
  }

  private func copy(_ rows: VectorRows, into table: VectorTable.Source) throws {
    let priority = table == .texts ? ", priority" : ""
    try connection.copy(
      rows.codes, into: "\(table.rawValue) (collection, id, hash, uses, changed, scale, codes\(priority))")
    try connection.copy(rows.components, into: "components (collection, vector, value)")
  }

  /// Gives chunks their places, as far as these have vectors.
  mutating func setPlaces(_ places: [Int64: String], vectors: [TextHash: QuantizedVector]) throws {
    guard !places.isEmpty else { return }
    let rows = try connection.query(
      "SELECT id FROM chunks WHERE collection = $1 AND id = ANY($2) AND place IS NULL FOR UPDATE",
      [number, .integers(places.keys.map(\.self))])
    var hashes: [Int64: TextHash] = [:]
    for row in 0..<rows.count {
      let chunk = Int64(try rows.integer(row, 0))
      hashes[chunk] = places[chunk].map { TextHash($0) }
    }
    let ids = try use(
      hashes.values.reduce(into: [:]) { uses, hash in uses[hash, default: Use()].add(nil) }, in: .places
    ) { [collection] in collection.place(vectors[$0]) }
    let set = hashes.compactMap { chunk, hash in ids[hash].map { (chunk, $0) } }
    try connection.query(
      """
      UPDATE chunks SET place = told.place FROM unnest($2::bigint[], $3::bigint[]) AS told (chunk, place)
      WHERE collection = $1 AND id = told.chunk
      """,
      [number, .integers(set.map(\.0)), .integers(set.map(\.1))])
  }

  /// Deletes the vectors that have had no use for longest, beyond the number that is kept.
  func forgetOldVectors() throws {
    // Counting takes the time of a scan, so not every transaction does it.
    guard generation % 64 == 0 else { return }
    try connection.query(
      "DELETE FROM places WHERE collection = $1 AND uses = 0 AND changed < $2",
      [number, .integer(generation - CollectionWriter.placesKept)])
    let counts = try connection.query(
      "SELECT count(*) FILTER (WHERE uses = 0), count(*) FILTER (WHERE uses > 0) FROM vectors WHERE collection = $1",
      [number])
    let (unused, used) = (try counts.integer(0, 0), try counts.integer(0, 1))
    let excess = unused - max(used / 4, CollectionWriter.mostUnused)
    guard excess > 0 else { return }
    try connection.query(
      """
      WITH old AS (
        DELETE FROM vectors WHERE collection = $1 AND id IN (
          SELECT id FROM vectors WHERE collection = $1 AND uses = 0 ORDER BY changed LIMIT $2) RETURNING id)
      DELETE FROM components WHERE collection = $1 AND vector IN (SELECT id FROM old)
      """,
      [number, .integer(excess)])
  }
}

import Encoder
import Postgres

/// The one statement that reads what the legs of a search have found, and finds what is near.
struct PostgresCandidates {
  private let collection: PostgresCollection
  /// What similarities are measured from; nil for none.
  private let unit: [Float]?
  private let codes: QuantizedVector?
  /// Whether places have similarities.
  private let usesPlaces: Bool
  /// Whether similarities of texts are those of float32.
  private let isExact: Bool
  private var arguments: [PostgresValue]
  /// Queries for the numbers of chunks.
  private var sources: [String] = []
  /// What stands for the query's codes.
  private static let query = "$2"

  /// - Parameter unit: of length 1.
  init(_ collection: PostgresCollection, near unit: [Float]?, usesPlaces: Bool, isExact: Bool) {
    self.collection = collection
    self.unit = unit
    self.usesPlaces = usesPlaces
    self.isExact = isExact
    codes = unit.map { QuantizedVector($0) }
    arguments = [.integer(collection.number)]
    if let codes { arguments.append(.literal(codes.text)) }
  }

  private mutating func argument(_ value: PostgresValue) -> String {
    arguments.append(value)
    return "$\(arguments.count)"
  }

  /// The product of a row's vector and the query's; that of two vectors of codes is a whole number, which float4 holds.
  private static func product(_ name: String) -> String {
    "(-(\(name).codes <#> \(query)::halfvec))::real * \(name).scale"
  }

  /// Adds some chunks.
  mutating func add(chunks: [Int64]) {
    guard !chunks.isEmpty else { return }
    sources.append("SELECT unnest(\(argument(.integers(chunks)))::bigint[])")
  }

  /// Adds the chunks whose texts have the greatest products; of equal ones the older.
  /// - Parameter allowed: the vectors that take part; nil for all.
  mutating func addNear(texts count: Int, among allowed: Set<Int64>?) {
    let near =
      allowed == nil && collection.hadGraph
      ? collection.neighbors(of: Self.query, count: count) : nearest(.texts, count, among: allowed)
    sources.append(
      "SELECT found.id FROM (\(near)) AS near JOIN chunks AS found ON found.collection = $1 AND found.vector = near.id")
  }

  /// Adds the chunks at the places with the greatest products; at most twice as many as places, since one may have many.
  mutating func addNear(places count: Int, among allowed: Set<Int64>?) {
    sources.append(
      """
      (SELECT found.id FROM (\(nearest(.places, count, among: allowed))) AS near
      JOIN chunks AS found ON found.collection = $1 AND found.place = near.id
      ORDER BY near.product DESC, near.id, found.id LIMIT \(2 * count))
      """)
  }

  private mutating func nearest(_ table: VectorTable.Source, _ count: Int, among allowed: Set<Int64>?) -> String {
    let condition = allowed.map { " AND id = ANY(\(argument(.integers($0.map(\.self)))))" } ?? ""
    return """
      SELECT id, \(Self.product("every")) AS product FROM \(table.rawValue) AS every
      WHERE collection = $1 AND uses > 0 AND codes IS NOT NULL\(condition) ORDER BY product DESC, id LIMIT \(count)
      """
  }

  /// - Parameters:
  ///   - words: the scores of chunks by their words.
  ///   - takesPart: whether a chunk may be a result.
  /// - Returns: the candidates in the order of their numbers, with their documents.
  func found(
    _ connection: PostgresConnection, words: [RankedChunk], where takesPart: (SearchCandidate) -> Bool
  ) throws -> SearchCandidates {
    var found = SearchCandidates()
    guard !sources.isEmpty else { return found }
    let words = Dictionary(words.map { ($0.chunk, $0.score) }) { first, _ in first }
    let rows = try connection.query(sql, arguments)
    for row in 0..<rows.count {
      guard let text = try rows.integer64(row, 2) else { continue }
      var candidate = SearchCandidate(
        chunk: Int64(try rows.integer(row, 0)), document: Int64(try rows.integer(row, 1)), text: text,
        symbol: rows.string(row, 3), symbolKind: try rows.optionalInteger(row, 4))
      guard takesPart(candidate) else { continue }
      candidate.words = words[candidate.chunk]
      if let codes, let unit {
        candidate.textSimilarity = try rows.number(row, 7).map { Vectors.withinUnit(codes.scale * Float($0)) }
        candidate.placeSimilarity = try rows.number(row, 8).map { Vectors.withinUnit(codes.scale * Float($0)) }
        if isExact, !rows.isNull(row, 9) {
          candidate.textSimilarity = try collection.product(unit, rows.floats(row, 9))
        }
      }
      found.chunks.append(candidate)
      found.documents[candidate.document] = SearchCandidates.Document(
        path: rows.string(row, 5), language: rows.string(row, 6))
    }
    found.chunks.sort { $0.chunk < $1.chunk }
    return found
  }

  private var sql: String {
    let usesCodes = codes != nil && !isExact
    return """
      WITH wanted (id) AS (\(sources.joined(separator: " UNION ")))
      SELECT found.id, document, found.vector, symbol, symbol_kind, path, language,
      \(usesCodes ? Self.product("own") : "NULL::real"), \(usesPlaces ? Self.product("stood") : "NULL::real"),
      \(isExact ? "value" : "NULL::bytea")
      FROM wanted JOIN chunks AS found ON found.collection = $1 AND found.id = wanted.id
      JOIN documents ON documents.collection = $1 AND documents.id = document
      \(usesCodes ? "LEFT JOIN vectors AS own ON own.collection = $1 AND own.id = found.vector" : "")
      \(usesPlaces ? "LEFT JOIN places AS stood ON stood.collection = $1 AND stood.id = found.place" : "")
      \(isExact ? "LEFT JOIN components ON components.collection = $1 AND components.vector = found.vector" : "")
      """
  }
}

extension QuantizedVector {
  /// As pgvector reads its vectors: `[1,-2]`.
  fileprivate var text: String { "[" + codes.map { "\($0)" }.joined(separator: ",") + "]" }
}

import Encoder
import Postgres

// The approximate index of a large collection is pgvector's HNSW over the codes, which the server keeps by itself.
extension PostgresCollection {
  /// The name of the index.
  var graphName: String { "near_\(number)" }

  private var codes: String { "(codes::halfvec(\(space.dimensions)))" }
  /// pgvector indexes halves of at most so many dimensions.
  private static let mostIndexed = 4000

  /// Makes the index of a collection that has as many chunks as the catalog's threshold, and has none; the server adds to it from then
  /// on. Searches, and other writers of the collection, go on meanwhile.
  /// A role that does not own the tables leaves it to one that does.
  /// - Returns: 0.
  /// - Throws: `storageFailed`.
  public func extendGraph(by rows: Int) async throws(CollectionError) -> Int {
    guard space.dimensions <= Self.mostIndexed else { return 0 }
    let chunks = try await status().chunks
    guard chunks >= catalog.graphThreshold else { return 0 }
    try await catalog.asking { connection in
      // Whoever owns the tables may make it, and one does at a time.
      let may = try connection.query(
        """
        SELECT CASE WHEN pg_has_role(relowner, 'USAGE') THEN pg_try_advisory_lock(\(PostgresSchema.graphLockKey), \(self.number)) ELSE false END
        FROM pg_class WHERE oid = 'akin.vectors'::regclass
        """)
      guard may.count > 0, may.bool(0, 0) == true else { return }
      defer { _ = try? connection.query("SELECT pg_advisory_unlock(\(PostgresSchema.graphLockKey), \(self.number))") }
      if try self.hasGraph(connection) { return }
      // One that was cut off is there, and of no use.
      try connection.query("DROP INDEX IF EXISTS \(self.graphName)")
      try connection.query("SELECT set_config('lock_timeout', '0', false)")
      defer { _ = try? connection.query("SELECT set_config('lock_timeout', '30s', false)") }
      try connection.query(
        """
        CREATE INDEX CONCURRENTLY \(self.graphName) ON vectors USING hnsw (\(self.codes) halfvec_cosine_ops)
        WHERE collection = \(self.number)
        """)
    }
    return 0
  }

  /// Whether the index is there and whole.
  func hasGraph(_ connection: PostgresConnection) throws -> Bool {
    let rows = try connection.query(
      """
      SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
      WHERE relname = $1 AND relnamespace = 'akin'::regnamespace AND indisvalid
      """,
      [.text(graphName)])
    return rows.count > 0
  }

  /// What is known of the index; nil where there is none.
  public func graphStatus() async throws(CollectionError) -> GraphStatus? {
    try await catalog.asking { connection in
      guard try self.hasGraph(connection) else { return nil }
      let count = try connection.query(
        "SELECT count(*) FROM vectors WHERE collection = $1 AND codes IS NOT NULL", [.integer(self.number)]
      ).integer(0, 0)
      return GraphStatus(vectors: count, linked: count, recall: nil, problem: nil)
    }
  }

  /// Why searches do not use the index that is stored: the server's is always of use.
  public var graphProblem: GraphProblem? { nil }

  /// Whoever indexes makes it; a search does not.
  public var lacksGraph: Bool { false }

  /// Has the index look far enough for so many vectors, and on where what is near is not in use any more. Outside a transaction.
  func aimGraph(at count: Int, _ connection: PostgresConnection) throws(PostgresError) {
    try connection.set([
      "hnsw.ef_search": "\(min(max(2 * count, 256), 1000))", "hnsw.iterative_scan": "relaxed_order",
    ])
  }

  /// The numbers of the vectors that the index finds, as a query.
  /// - Parameter codes: what stands for the query's codes.
  func neighbors(of codes: String, count: Int) -> String {
    """
    SELECT id FROM vectors WHERE collection = \(number) AND uses > 0
    ORDER BY \(self.codes) <=> \(codes)::halfvec(\(space.dimensions)) LIMIT \(count)
    """
  }
}

import Documents
import Encoder
import Platform
import Postgres
import Synchronization

/// A collection of documents on a server. What a call of ``write(_:)`` returned from is in the server's log on its disk, as far as its
/// administrator has not switched that off.
public final class PostgresCollection: CollectionStorage {
  /// What the collection is called.
  public let name: String
  /// The folder that it is an index of; nil for documents from elsewhere.
  public let folder: String?
  /// What its vectors are of.
  public let space: VectorSpace
  let catalog: PostgresCatalog
  /// Its number, with which each of its rows begins.
  let number: Int
  /// Whether it had documents, and an approximate index, when it was opened.
  let heldDocuments, hadGraph: Bool

  init(
    catalog: PostgresCatalog, number: Int, name: String, folder: String?, space: VectorSpace, heldDocuments: Bool,
    hadGraph: Bool
  ) {
    self.heldDocuments = heldDocuments
    self.hadGraph = hadGraph
    self.catalog = catalog
    self.number = number
    self.name = name
    self.folder = folder
    self.space = space
  }

  /// Where it is, for people.
  public var path: String { catalog.place + "#" + name }

  /// Runs `body` on one state of the collection.
  func reading<Value>(
    _ body: @Sendable (PostgresConnection) throws -> Value
  ) async throws(CollectionError) -> Value {
    try await catalog.asking { connection in
      try connection.reading { try body(connection) }
    }
  }

  /// Counts of the collection as it is now. Its share of the tables that all collections of the server are in counts as what it takes.
  public func status() async throws(CollectionError) -> CollectionStatus {
    try await catalog.asking { connection in
      let row = try connection.query(
        """
        SELECT documents, chunks, updated, (
          SELECT coalesce(sum(uses), 0)::bigint FROM vectors WHERE collection = $1 AND priority IS NOT NULL), (
          SELECT (sum(pg_total_relation_size(oid)) * (own.chunks + 1)::float8
            / (SELECT sum(chunks) + count(*) FROM collections)::float8)::bigint
          FROM pg_class WHERE relnamespace = 'akin'::regnamespace AND relkind = 'r')
        FROM collections AS own WHERE id = $1
        """,
        [.integer(self.number)])
      guard row.count > 0 else { throw CollectionError(.unknown(name: self.name), path: self.path) }
      return CollectionStatus(
        name: self.name, folder: self.folder, space: self.space, documents: try row.integer(0, 0),
        chunks: try row.integer(0, 1), pending: try row.integer(0, 3), bytes: try row.optionalInteger(0, 4) ?? 0,
        updated: try row.integer(0, 2))
    }
  }

  // MARK: Indexing

  /// Takes the right to index for this process: a lock of the server's, which ends with the connection that holds it.
  /// - Throws: `busy`; `storageFailed`, also for a role that may only read.
  public func lockForIndexing() async throws(CollectionError) -> any CollectionLock {
    try await lock(PostgresSchema.lockKey, sentence: "\(name) is being indexed")
  }

  /// Takes the right to give the texts that wait their vectors.
  /// - Throws: `busy`; `storageFailed`, also for a role that may only read.
  public func lockForEmbedding() async throws(CollectionError) -> any CollectionLock {
    try await lock(PostgresSchema.embeddingLockKey, sentence: "the texts of \(name) are being embedded")
  }

  private func lock(_ key: Int, sentence: String) async throws(CollectionError) -> any CollectionLock {
    do {
      return try await catalog.pool.beside { connection in
        let right = try connection.query("SELECT has_table_privilege('akin.chunks', 'INSERT')")
        guard right.bool(0, 0) == true else {
          throw CollectionError(
            .storageFailed, path: path, detail: "this role may only read",
            advice: "search with --no-update, or ask for the right to write")
        }
        let taken = try connection.query(
          "SELECT pg_try_advisory_lock($1::integer, $2::integer)", [.integer(key), .integer(number)])
        guard taken.bool(0, 0) == true else { throw CollectionError(.busy, path: path, detail: sentence) }
        return PostgresLock(connection)
      }
    } catch {
      throw CollectionError(error, at: path)
    }
  }

  /// Whether another process or call holds ``lockForIndexing()`` or ``lockForEmbedding()``.
  public func isIndexing() async -> Bool {
    let isHeld = try? await catalog.asking { connection in
      let rows = try connection.query(
        """
        SELECT EXISTS (
          SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = ANY($1::bigint[]::oid[]) AND objid = $2::bigint::oid
          AND objsubid = 2 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        """,
        [
          .integers([PostgresSchema.lockKey, PostgresSchema.embeddingLockKey].map { Int64($0) }), .integer(self.number),
        ])
      return rows.bool(0, 0)
    }
    return (isHeld ?? nil) ?? false
  }

  /// Removes all of it. Blocks.
  func drop(_ connection: PostgresConnection) throws {
    try connection.transaction {
      let taken = try connection.query(
        "SELECT pg_try_advisory_xact_lock($1::integer, $2::integer)",
        [.integer(PostgresSchema.lockKey), .integer(number)])
      guard taken.bool(0, 0) == true else {
        throw CollectionError(.busy, path: path, detail: "\(name) is being indexed")
      }
      // A write that is acknowledged was made before, and one that waits finds it gone.
      let found = try connection.query("DELETE FROM collections WHERE id = $1", [.integer(number)])
      guard found.changed > 0 else { throw CollectionError(.unknown(name: name)) }
      for table in ["documents", "chunks", "vectors", "components", "places", "unread", "segments", "postings"] {
        try connection.query("DELETE FROM \(table) WHERE collection = $1", [.integer(number)])
      }
      if try hasGraph(connection) { try connection.query("DROP INDEX \(graphName)") }
    }
  }
}

/// Ends with the connection.
private final class PostgresLock: CollectionLock {
  private let connection: Mutex<PostgresConnection?>

  init(_ connection: PostgresConnection) {
    self.connection = Mutex(connection)
  }

  func release() {
    let last = connection.withLock { connection in
      defer { connection = nil }
      return connection
    }
    _ = consume last
  }
}

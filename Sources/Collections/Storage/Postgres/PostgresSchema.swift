import Postgres

/// The tables of a server's collections, in the schema `akin`, one migration a version. A migration that was released is never
/// changed. The columns are those of ``CollectionSchema``, with these differences:
///
/// - all collections share the tables, and each row begins with its collection's number, which is what Citus would distribute by;
/// - numbers of documents, chunks and vectors count within the collection, from `collections.next_…`, which a writing transaction
///   holds: so the chunks of one transaction follow each other;
/// - `codes` are `halfvec`, which holds whole numbers up to 2048 exactly: pgvector's inner product of two is that of the int8 codes, as
///   long as the sum stays below 2^24 (1,040 dimensions at the worst);
/// - the row of a text that waits for its vector has a `priority` and no `codes`, and gets these in its place;
/// - `postings` are the words: of each segment, a run of chunks from `first` on, a row a word with its ``PostingList``. Small segments
///   are joined by the writer. `segments.removed` are chunks that are gone and still in the lists;
/// - texts are as ``PostgresText`` stores them; what is long and must be found by a key is found by its hash.
enum PostgresSchema {
  static let name = "akin"
  /// The key of the lock under which the schema is made, and the first half of those of collections: "Akin".
  static let lockKey = 0x416B_696E
  /// Likewise, of the locks of those who give vectors to texts that wait, and of those who make an approximate index.
  static let embeddingLockKey = lockKey + 1
  static let graphLockKey = lockKey + 2

  /// The version that this program reads and writes.
  static var version: Int { migrations.count }

  private static let migrations: [[String]] = [version1]

  /// Makes the tables, or brings them up to date; whoever comes second waits.
  /// - Throws: `PostgresError`; `newerVersion`.
  static func migrate(_ connection: PostgresConnection, at place: String) throws {
    try connection.transaction {
      try connection.query("SELECT pg_advisory_xact_lock(\(lockKey), 0)")
      let found = try storedVersion(connection)
      if let found, found > version { throw CollectionError(.newerVersion, path: place) }
      guard found != version else { return }
      if found == nil {
        try requireExtension(connection, at: place)
        try connection.query("CREATE SCHEMA IF NOT EXISTS akin")
        try connection.query(
          "CREATE TABLE akin.schema_version (one boolean PRIMARY KEY DEFAULT true CHECK (one), version integer NOT NULL)"
        )
        try connection.query("INSERT INTO akin.schema_version (version) VALUES (0)")
        try setSearchPath(connection)
      }
      for statement in migrations[(found ?? 0)...].joined() { try connection.query(statement) }
      try connection.query("UPDATE akin.schema_version SET version = \(version)")
    }
  }

  /// The version of the tables; nil where there are none.
  static func storedVersion(_ connection: PostgresConnection) throws -> Int? {
    let there = try connection.query("SELECT to_regclass('akin.schema_version') IS NOT NULL")
    guard there.bool(0, 0) == true else { return nil }
    let rows = try connection.query("SELECT version FROM akin.schema_version")
    return rows.count == 1 ? try rows.integer(0, 0) : nil
  }

  /// Has the connection find pgvector's types, in whatever schema they are.
  static func setSearchPath(_ connection: PostgresConnection) throws(PostgresError) {
    try connection.query(
      """
      SELECT set_config('search_path', 'akin, ' || coalesce((
        SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
        WHERE extname = 'vector'), 'public'), false)
      """)
  }

  private static func requireExtension(_ connection: PostgresConnection, at place: String) throws {
    let installed = try connection.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'")
    if installed.count == 0 {
      let available = try connection.query("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
      guard available.count > 0 else {
        throw CollectionError(
          .storageFailed, path: place, detail: "the server has no pgvector",
          advice: "install pgvector 0.8 or later there (https://github.com/pgvector/pgvector)")
      }
      do throws(PostgresError) {
        try connection.query("CREATE EXTENSION vector")
      } catch {
        guard error.kind == .refused(state: "42501") else { throw error }
        throw CollectionError(
          .storageFailed, path: place, detail: error.message,
          advice: "have an administrator of the database run CREATE EXTENSION vector once")
      }
      try setSearchPath(connection)
    }
    let version = try connection.query("SELECT extversion FROM pg_extension WHERE extname = 'vector'").text(0, 0) ?? ""
    let numbers = version.split(separator: ".").map { Int($0) ?? 0 }
    guard !numbers.lexicographicallyPrecedes([0, 8]) else {
      throw CollectionError(
        .storageFailed, path: place, detail: "the server has pgvector \(version)",
        advice: "update it to 0.8 or later there, and run ALTER EXTENSION vector UPDATE")
    }
  }

  private static let vectorTable = """
    (collection integer NOT NULL, id bigint NOT NULL, hash bytea NOT NULL, uses bigint NOT NULL, changed bigint NOT NULL,
    scale real NOT NULL, codes halfvec, PRIMARY KEY (collection, id), UNIQUE (hash, collection))
    WITH (toast_tuple_target = 8160)
    """

  private static let version1 = [
    """
    CREATE TABLE collections (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name_hash bytea NOT NULL UNIQUE, name text NOT NULL, folder text,
      model text NOT NULL, fingerprint text NOT NULL, precision text NOT NULL, prompt text NOT NULL,
      dimensions integer NOT NULL, space bytea NOT NULL,
      generation bigint NOT NULL DEFAULT 0, updated bigint NOT NULL DEFAULT extract(epoch FROM now())::bigint,
      documents bigint NOT NULL DEFAULT 0, chunks bigint NOT NULL DEFAULT 0, words bigint NOT NULL DEFAULT 0,
      next_document bigint NOT NULL DEFAULT 1, next_chunk bigint NOT NULL DEFAULT 1,
      next_vector bigint NOT NULL DEFAULT 1, next_place bigint NOT NULL DEFAULT 1, settings text)
    """,
    """
    CREATE TABLE documents (
      collection integer NOT NULL, id bigint NOT NULL, key_hash bytea NOT NULL, is_uri boolean NOT NULL, key text NOT NULL,
      path text, size bigint, stamp bigint, content_hash bytea, language text, metadata jsonb NOT NULL,
      chunks bigint NOT NULL, PRIMARY KEY (collection, id), UNIQUE (collection, key_hash))
    """,
    "CREATE INDEX documents_by_metadata ON documents USING gin (metadata jsonb_path_ops)",
    "CREATE TABLE vectors \(vectorTable)",
    "CREATE TABLE places \(vectorTable)",
    "ALTER TABLE vectors ADD COLUMN priority bigint",
    "CREATE INDEX vectors_by_priority ON vectors (collection, priority, uses, id) WHERE priority IS NOT NULL",
    """
    CREATE TABLE components (collection integer NOT NULL, vector bigint NOT NULL, value bytea NOT NULL,
      PRIMARY KEY (collection, vector))
    """,
    "ALTER TABLE components ALTER COLUMN value SET STORAGE EXTERNAL",
    """
    CREATE TABLE chunks (
      collection integer NOT NULL, id bigint NOT NULL, document bigint NOT NULL, ordinal bigint NOT NULL, vector bigint,
      place bigint, byte_start bigint NOT NULL, byte_end bigint NOT NULL, character_start bigint NOT NULL,
      character_end bigint NOT NULL, start_line bigint NOT NULL, start_utf8 bigint NOT NULL,
      start_utf16 bigint NOT NULL, start_scalars bigint NOT NULL, end_line bigint NOT NULL, end_utf8 bigint NOT NULL,
      end_utf16 bigint NOT NULL, end_scalars bigint NOT NULL, heading text, symbol text, symbol_kind bigint,
      lead text NOT NULL, text text NOT NULL, location text, words bigint NOT NULL, PRIMARY KEY (collection, id))
    """,
    "CREATE INDEX chunks_by_document ON chunks (collection, document, ordinal)",
    "CREATE INDEX chunks_by_vector ON chunks (collection, vector)",
    "CREATE INDEX chunks_by_place ON chunks (collection, place)",
    """
    CREATE TABLE unread (
      collection integer NOT NULL, path_hash bytea NOT NULL, path text NOT NULL, size bigint NOT NULL, stamp bigint NOT NULL,
      reason text NOT NULL, policy bigint NOT NULL, PRIMARY KEY (collection, path_hash))
    """,
    """
    CREATE TABLE segments (
      collection integer NOT NULL, first bigint NOT NULL, chunks bigint NOT NULL, removed bigint[] NOT NULL DEFAULT '{}',
      PRIMARY KEY (collection, first))
    """,
    """
    CREATE TABLE postings (
      collection integer NOT NULL, first bigint NOT NULL, word bytea NOT NULL, entries bytea NOT NULL,
      PRIMARY KEY (collection, first, word))
    """,
    "ALTER TABLE postings ALTER COLUMN entries SET STORAGE EXTERNAL",
  ]
}

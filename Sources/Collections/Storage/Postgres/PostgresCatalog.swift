import Encoder
import Postgres

/// Collections on a PostgreSQL server with pgvector, in the schema `akin` of one database: what a team searches and has built once.
/// Many processes may read and write at once.
public final class PostgresCatalog: CollectionCatalog {
  /// For what is this machine's own.
  public let folder: String
  /// The user's home, which is not indexed unasked.
  public let home: String?
  /// Chunks from which on a collection gets an approximate index.
  let graphThreshold: Int
  /// The only collections that there are for those who ask this catalog; nil for all.
  private let reach: Set<String>?
  let pool: PostgresPool
  /// The server for people, without secrets.
  public let place: String

  /// Whether a text is an address of this kind of store.
  public static func isAddress(_ text: String) -> Bool {
    ["postgresql://", "postgres://"].contains { text.utf8.starts(with: $0.utf8) }
  }

  /// A catalog of a server that is not asked anything yet.
  /// - Parameters:
  ///   - address: as libpq reads it. What it leaves out comes from the variables `PG…` and `~/.pgpass`; so should the password.
  ///   - folder: for what is this machine's own.
  ///   - graphThreshold: chunks from which on a collection gets an approximate index.
  ///   - reach: the only collections that may be opened, made, listed or dropped by this catalog; nil for all.
  public init(
    address: String, folder: String, home: String?, graphThreshold: Int = SQLiteCatalog.defaultGraphThreshold,
    reach: Set<String>? = nil
  ) {
    self.folder = folder
    self.home = home
    self.graphThreshold = graphThreshold
    self.reach = reach
    place = Self.withoutSecrets(address)
    pool = PostgresPool(address, application: "akin") { connection throws(PostgresError) in
      guard connection.parameter("server_encoding") == "UTF8" else {
        throw PostgresError(.unreachable, "the database's encoding is not UTF8")
      }
      try PostgresSchema.setSearchPath(connection)
      // As long as another writer's transaction may take. Compiling a statement takes longer than one of ours.
      try connection.set(["lock_timeout": "30s", "jit": "off"])
    }
  }

  /// An address as it may be shown: nothing of the password, wherever it stands.
  public static func withoutSecrets(_ address: String) -> String { PostgresAddress(address)?.shown ?? "postgresql" }

  /// Runs `body` with a connection; it may be run again where the server went away meanwhile.
  func asking<Value>(_ body: @Sendable (PostgresConnection) throws -> Value) async throws(CollectionError) -> Value {
    do {
      return try await pool.run(body)
    } catch {
      throw CollectionError(error, at: place)
    }
  }

  /// - Throws: `unknown` for a collection that this catalog was told to leave alone, whether it is there or not.
  public func requireReach(of name: String) throws(CollectionError) {
    guard reach?.contains(name) == false else { return }
    throw CollectionError(.unknown(name: name))
  }

  // MARK: Opening

  /// Opens a collection that is stored.
  /// - Parameter space: what the caller's vectors are of; nil for one who only looks and manages.
  /// - Throws: `unknown`; `otherSpace`; `newerVersion`, `storageFailed`.
  public func open(_ name: String, space: VectorSpace?) async throws(CollectionError) -> PostgresCollection {
    try requireReach(of: name)
    let collection = try await asking { connection in
      guard let row = try self.row(of: name, connection) else { throw CollectionError(.unknown(name: name)) }
      return row
    }
    if let space { try collection.require(space) }
    return collection
  }

  /// Opens a collection, or makes an empty one where none of this name is stored.
  public func openOrCreate(
    _ name: String, folder: String?, space: VectorSpace
  ) async throws(CollectionError) -> PostgresCollection {
    try checkCollectionName(name)
    try requireReach(of: name)
    // What is put into a collection that is reached must not come from a folder that is not.
    if let reach, let folder, !reach.contains(folder) {
      throw CollectionError(
        .invalid(parameter: "folder", expected: "a folder that this server was given", found: "another one"))
    }
    guard space.dimensions <= Self.mostDimensions else {
      throw CollectionError(
        .invalid(
          parameter: "model", expected: "vectors of at most \(Self.mostDimensions) dimensions, which pgvector stores",
          found: "\(space.dimensions)"))
    }
    let collection = try await asking { connection in
      if let row = try self.row(of: name, connection) { return row }
      try PostgresSchema.migrate(connection, at: self.place)
      try connection.query(
        """
        INSERT INTO collections (name_hash, name, folder, model, fingerprint, precision, prompt, dimensions, space)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
        """,
        [
          .bytes(TextHash(name).bytes), .text(PostgresText.stored(name)), .text(PostgresText.stored(folder)),
          .text(PostgresText.stored(space.model)), .text(space.fingerprint), .text(space.precision),
          .text(PostgresText.stored(space.prompt)), .integer(space.dimensions), .bytes(space.identity.bytes),
        ])
      guard let row = try self.row(of: name, connection) else { throw CollectionError(.unknown(name: name)) }
      return row
    }
    try collection.require(space)
    return collection
  }

  /// pgvector's `halfvec` holds as many.
  private static let mostDimensions = 16_000

  /// Nil where there is none, or no tables. One answer of the server's, since every search begins with it.
  /// - Throws: `newerVersion`; `storageFailed` where the tables are older.
  private func row(of name: String, _ connection: PostgresConnection) throws -> PostgresCollection? {
    let rows: PostgresResult
    do throws(PostgresError) {
      rows = try connection.query(
        """
        SELECT version, own.id, folder, model, fingerprint, precision, prompt, dimensions, documents, EXISTS (
          SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
          WHERE relname = 'near_' || own.id AND relnamespace = 'akin'::regnamespace AND indisvalid)
        FROM akin.schema_version LEFT JOIN akin.collections AS own ON name_hash = $1
        """,
        [.bytes(TextHash(name).bytes)])
    } catch {
      guard case .refused(let state) = error.kind, ["42P01", "42703", "3F000"].contains(state) else { throw error }
      // There are no tables yet; or they are not ours, or of a later version.
      guard try isCurrent(connection) else { return nil }
      throw error
    }
    guard rows.count > 0 else { return nil }
    let version = try rows.integer(0, 0)
    if version != PostgresSchema.version {
      if version > PostgresSchema.version { throw CollectionError(.newerVersion, path: place) }
      try PostgresSchema.migrate(connection, at: place)
      return try row(of: name, connection)
    }
    guard !rows.isNull(0, 1) else { return nil }
    return PostgresCollection(
      catalog: self, number: try rows.integer(0, 1), name: name, folder: rows.text(0, 2).map(PostgresText.read),
      space: VectorSpace(
        model: PostgresText.read(rows.text(0, 3) ?? ""), fingerprint: rows.text(0, 4) ?? "",
        precision: rows.text(0, 5) ?? "", prompt: PostgresText.read(rows.text(0, 6) ?? ""),
        dimensions: try rows.integer(0, 7)),
      heldDocuments: try rows.integer(0, 8) > 0, hadGraph: rows.bool(0, 9) == true)
  }

  /// False where there are no tables yet. Older ones are brought up to date, by those who may.
  func isCurrent(_ connection: PostgresConnection) throws -> Bool {
    guard let version = try PostgresSchema.storedVersion(connection) else { return false }
    if version > PostgresSchema.version { throw CollectionError(.newerVersion, path: place) }
    if version < PostgresSchema.version { try PostgresSchema.migrate(connection, at: place) }
    return true
  }

  // MARK: What is there

  /// Whether a collection of this name is stored; true as well where that cannot be found out, and opening it tells why.
  public func has(_ name: String) async -> Bool {
    do throws(CollectionError) {
      _ = try await open(name)
      return true
    } catch {
      if case .unknown = error.kind { return false }
      return true
    }
  }

  /// Whether a collection of this name is stored and has documents; true as well where that cannot be found out.
  public func holdsDocuments(_ name: String) async -> Bool {
    do throws(CollectionError) {
      return try await open(name).heldDocuments
    } catch {
      if case .unknown = error.kind { return false }
      return true
    }
  }

  /// What is stored, by name.
  public func list() async throws(CollectionError) -> [(
    path: String, status: Result<CollectionStatus, CollectionError>
  )] {
    let names = try await asking { connection -> [String] in
      guard try self.isCurrent(connection) else { return [] }
      let rows = try connection.query("SELECT name FROM collections")
      return (0..<rows.count).compactMap { rows.text($0, 0).map(PostgresText.read) }
    }
    var found: [(path: String, status: Result<CollectionStatus, CollectionError>)] = []
    for name in names.sorted() where reach?.contains(name) != false {
      do throws(CollectionError) {
        found.append((name, .success(try await open(name).status())))
      } catch {
        // Dropped meanwhile.
        if case .unknown = error.kind { continue }
        found.append((name, .failure(error)))
      }
    }
    return found
  }

  /// Removes a collection.
  /// - Throws: `unknown`; `busy` where another process is indexing it; `storageFailed`.
  public func drop(_ name: String) async throws(CollectionError) {
    let collection = try await open(name)
    try await asking { connection in try collection.drop(connection) }
  }

  // MARK: Settings

  /// Which files of its folder a collection takes.
  public func settings(of name: String) async -> FolderSettings {
    let text = try? await asking { connection -> String? in
      guard try self.isCurrent(connection) else { return nil }
      let rows = try connection.query(
        "SELECT settings FROM collections WHERE name_hash = $1", [.bytes(TextHash(name).bytes)])
      return rows.count > 0 ? rows.text(0, 0) : nil
    }
    return (text ?? nil).map { FolderSettings(text: Array($0.utf8)) } ?? FolderSettings()
  }

  /// Remembers which files of its folder a collection takes.
  public func remember(_ settings: FolderSettings, of name: String) async throws(CollectionError) {
    guard await self.settings(of: name) != settings else { return }
    try await asking { connection in
      _ = try connection.query(
        "UPDATE collections SET settings = $2 WHERE name_hash = $1",
        [.bytes(TextHash(name).bytes), .text(settings.text)])
    }
  }
}

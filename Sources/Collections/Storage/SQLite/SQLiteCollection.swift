import Digests
import GRDB
import Platform
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A collection of documents in one SQLite file: many readers, one writer at a time, from any number of tasks and
/// processes. What a call of ``write(_:)`` returned from is on the disk.
///
/// All work on the file is done by ``reading(_:)`` and ``changing(_:)``, on threads that may wait for it.
public final class SQLiteCollection: CollectionStorage {
  /// The file.
  public let path: String
  /// What the collection is called.
  public let name: String
  /// The folder that it is an index of; nil for documents from elsewhere.
  public let folder: String?
  /// What its vectors are of.
  public let space: VectorSpace

  /// The vectors in memory, as far as they were read.
  let table = Mutex(VectorTable())
  /// Those of places.
  let places = Mutex(VectorTable(.places))
  let store: SQLiteCatalog
  /// Nil once the collection was closed. Whoever works with it holds it meanwhile, and its connections end with the last of
  /// them: never under a reader.
  private let pool: Mutex<DatabasePool?>
  private let inode: UInt64

  /// Opens the file, and brings its schema up to date. Blocks.
  /// - Parameter creating: name, folder and space of a collection that is made where the file has none.
  init(
    path: String, store: SQLiteCatalog, creating: (name: String, folder: String?, space: VectorSpace)? = nil
  ) throws(CollectionError) {
    self.path = path
    self.store = store
    if creating != nil { PrivateFile.prepare(path) }
    PrivateFile.restrict(store.folder, to: PrivateFile.folderMode)
    for suffix in ["", "-wal", "-shm"] { PrivateFile.restrict(path + suffix, to: PrivateFile.mode) }
    let (pool, row) = try storing(path) {
      try alone(in: store.folder) { try Self.open(path, busyTimeout: store.busyTimeout, creating: creating) }
    }
    self.pool = Mutex(pool)
    (name, folder, space) = try storing(path) {
      let space = VectorSpace(
        model: try row.text(2), fingerprint: try row.text(3), precision: try row.text(4), prompt: try row.text(5),
        dimensions: try row.integer(6))
      return (try row.text(0), try row.optionalText(1), space)
    }
    inode = Self.inode(of: path)
    Self.opened.withLock { opened in
      opened.removeAll { $0.collection == nil }
      opened.append(Reference(collection: self))
    }
  }

  private struct Reference {
    weak let collection: SQLiteCollection?
  }

  private static let opened = Mutex<[Reference]>([])

  /// Ends the use of all collections of the process, so that each file alone is its collection: at the process's end. Waits
  /// for what is under way, but not for long. Blocks.
  public static func closeAll() {
    let ending = opened.withLock { $0 }.compactMap { reference -> EndingPool? in
      guard let collection = reference.collection, let pool = collection.pool.withLock({ $0 }) else { return nil }
      defer { collection.close() }
      return EndingPool(pool: pool)
    }
    // What the background has begun ends late on a busy machine.
    for _ in 0..<400 where ending.contains(where: { $0.pool != nil }) { usleep(5000) }
  }

  private struct EndingPool {
    weak let pool: DatabasePool?
  }

  private static func configuration(busyTimeout: Double) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeout)
    configuration.prepareDatabase { database in
      // Five float32 vectors of 384 fill a page of this size; of the usual 4096 bytes, two leave a quarter empty.
      try database.execute(sql: "PRAGMA page_size = 8192")
      // What was acknowledged outlives a power failure too, not only the process.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    return configuration
  }

  private static func create(_ database: Database, _ name: String, _ folder: String?, _ space: VectorSpace) throws {
    try database.execute(
      sql: """
        INSERT OR IGNORE INTO collection
        (one, name, folder, model, fingerprint, precision, prompt, dimensions, generation, updated)
        VALUES (1, CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT),
        CAST(? AS TEXT), ?, 0, unixepoch())
        """,
      arguments: [
        Blob.text(name), Blob.text(folder), Blob.text(space.model), Blob.text(space.fingerprint),
        Blob.text(space.precision), Blob.text(space.prompt), space.dimensions,
      ])
  }

  private static func open(
    _ path: String, busyTimeout: Double, creating: (name: String, folder: String?, space: VectorSpace)?
  ) throws -> (DatabasePool, Row) {
    do {
      return try openForWriting(path, busyTimeout: busyTimeout, creating: creating)
    } catch {
      // On a full disk or in a folder that is not the caller's, what is in the file itself can be searched all the same.
      // What waits in the file beside it cannot be read without writing.
      guard CollectionError(error, path: path).kind == .storageFailed, size(of: path) > 0, size(of: path + "-wal") == 0,
        let found = try? openForReading(path, busyTimeout: busyTimeout)
      else { throw error }
      return found
    }
  }

  private static func openForReading(_ path: String, busyTimeout: Double) throws -> (DatabasePool, Row) {
    var configuration = Self.configuration(busyTimeout: busyTimeout)
    configuration.readonly = true
    var uri = Array("file:".utf8)
    for byte in path.utf8 {
      if "%?#".utf8.contains(byte) { uri += Array("%".utf8) + Array([byte].hexadecimal.utf8) } else { uri.append(byte) }
    }
    // Nobody can write to it: SQLite needs no files beside it.
    uri += Array("?immutable=1".utf8)
    let pool = try DatabasePool(path: String(decoding: uri, as: UTF8.self), configuration: configuration)
    guard try pool.read({ try CollectionSchema.migrator.hasCompletedMigrations($0) }),
      let row = try pool.read({ try Row.fetchOne($0, sql: Self.identity) })
    else { throw CollectionError(.storageFailed, path: path, detail: "it cannot be brought up to date") }
    return (pool, row)
  }

  private static func openForWriting(
    _ path: String, busyTimeout: Double, creating: (name: String, folder: String?, space: VectorSpace)?
  ) throws -> (DatabasePool, Row) {
    let pool = try DatabasePool(path: path, configuration: Self.configuration(busyTimeout: busyTimeout))
    guard try pool.read({ try !CollectionSchema.migrator.hasBeenSuperseded($0) }) else {
      throw CollectionError(.newerVersion, path: path)
    }
    if try pool.read({ try !CollectionSchema.migrator.hasCompletedMigrations($0) }) {
      try CollectionSchema.migrator.migrate(pool)
    }
    if let creating, try pool.read({ try Row.fetchOne($0, sql: Self.identity) }) == nil {
      try pool.write { try Self.create($0, creating.name, creating.folder, creating.space) }
    }
    guard let row = try pool.read({ try Row.fetchOne($0, sql: Self.identity) }) else {
      // Its making was cut off before anything was in it.
      throw CollectionError(.unknown(name: path), path: path)
    }
    return (pool, row)
  }

  private static let identity = """
    SELECT CAST(name AS BLOB), CAST(folder AS BLOB), CAST(model AS BLOB), CAST(fingerprint AS BLOB),
    CAST(precision AS BLOB), CAST(prompt AS BLOB), dimensions FROM collection
    """

  /// Takes the right to index for this process, so that two do not do the same work.
  /// - Throws: `busy` where another process or call has it; `storageFailed`.
  public func lockForIndexing() async throws(CollectionError) -> any CollectionLock {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in try IndexingLock(path: path) }
  }

  /// Takes the right to give the texts that wait their vectors.
  /// - Throws: `busy` where another process or call has it; `storageFailed`.
  public func lockForEmbedding() async throws(CollectionError) -> any CollectionLock {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in try IndexingLock(path: path, .embedding) }
  }

  /// Whether another process or call holds ``lockForIndexing()`` or ``lockForEmbedding()``.
  public func isIndexing() async -> Bool {
    await BlockingExecutor.reading.run { IndexingLock.Work.allCases.contains { IndexingLock.isHeld(path: path, $0) } }
  }

  // MARK: Vectors

  /// The vectors of those texts that were embedded before, in this collection or in another of the same space.
  /// - Returns: `[dimensions]` float32 of length 1; texts that are not known are left out.
  public func knownVectors(_ hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: [Float]] {
    let own = try await ownVectors(of: hashes)
    guard own.count < hashes.count else { return own }
    let others = await store.vectors(of: hashes.filter { own[$0] == nil }, space: space, besides: path)
    return own.merging(others) { first, _ in first }
  }

  func ownVectors(of hashes: Set<TextHash>) async throws(CollectionError) -> [TextHash: [Float]] {
    try await reading { database in
      let statement = try database.makeStatement(
        sql: "SELECT value FROM vectors JOIN components ON vector = id WHERE hash = ?")
      var found: [TextHash: [Float]] = [:]
      for hash in hashes {
        if let row = try Row.fetchOne(statement, arguments: [Blob.bytes(hash.bytes)]) {
          found[hash] = try Blob.floats(row, 0)
        }
      }
      return found
    }
  }

  // MARK: The file

  /// Runs `body` on one state of the file.
  func reading<Value>(_ body: (Database) throws -> Value) async throws(CollectionError) -> Value {
    try await BlockingExecutor.reading.run { () throws(CollectionError) in try connected { try $0.read(body) } }
  }

  /// Runs `body` with the file's connections, which may wait for other processes.
  func changing<Value>(_ body: (DatabasePool) throws -> Value) async throws(CollectionError) -> Value {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in try connected(body) }
  }

  /// Runs `body` with the file's connections. Blocks.
  /// - Throws: `unknown` once the collection was closed, or its file dropped before a connection to it was opened.
  func connected<Value>(_ body: (DatabasePool) throws -> Value) throws(CollectionError) -> Value {
    guard let pool = pool.withLock({ $0 }) else { throw CollectionError(.unknown(name: name), path: path) }
    do throws(CollectionError) {
      return try storing(path) { try body(pool) }
    } catch {
      guard error.kind == .storageFailed, Self.inode(of: path) == 0 else { throw error }
      throw CollectionError(.unknown(name: name), path: path)
    }
  }

  /// Another connection to the file, besides those of the pool. Blocks.
  func connection() throws -> DatabaseQueue {
    try DatabaseQueue(path: path, configuration: Self.configuration(busyTimeout: store.busyTimeout))
  }

  /// False once the file was removed or replaced: what would be written then would be lost. Blocks.
  var isCurrent: Bool { inode == Self.inode(of: path) }

  /// Ends the use of the file: calls that come are refused, and those at work go on with what the file was.
  func close() {
    let last = pool.withLock { pool in
      defer { pool = nil }
      return pool
    }
    // Its end closes connections, which is not for the lock's time.
    _ = consume last
  }

  /// Moves everything into the file itself, so that it can be moved alone, and ends its use. Blocks.
  func closeWhole() throws(CollectionError) {
    try connected { pool in try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } }
    close()
  }

  private static func inode(of path: String) -> UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Bytes of a file; 0 where there is none.
  static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}

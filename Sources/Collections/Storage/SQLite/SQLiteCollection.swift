import Digests
import GRDB
import Platform
import Synchronization

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

  /// Opens the file, and brings its schema up to date. Makes none unless it is told to. Blocks.
  /// - Parameters:
  ///   - called: what it is called, for the error where the file is not there.
  ///   - creating: name, folder and space of a collection that is made where the file has none.
  init(
    path: String, store: SQLiteCatalog, called: String? = nil,
    creating: (name: String, folder: String?, space: VectorSpace)? = nil
  ) throws(CollectionError) {
    self.path = path
    self.store = store
    // Nobody takes the file away meanwhile, nor puts another one in its place.
    let (inode, pool, row) = try alone(in: store.folder) { () throws(CollectionError) in
      if creating != nil { PrivateFile.prepare(path) }
      PrivateFile.restrict(store.folder, to: PrivateFile.folderMode)
      for suffix in ["", "-wal", "-shm"] { PrivateFile.restrict(path + suffix, to: PrivateFile.mode) }
      // SQLite would make one.
      guard creating != nil || !Self.isGone(path) else {
        throw CollectionError(.unknown(name: called ?? path), path: path)
      }
      try Self.requireLook(at: path, in: store.folder)
      let inode = Self.inode(of: path)
      let configuration = Self.configuration(path, inode, busyTimeout: store.busyTimeout)
      let (pool, row) = try storing(path) { try Self.open(path, configuration, creating: creating) }
      return (inode, pool, row)
    }
    self.inode = inode
    self.pool = Mutex(pool)
    (name, folder, space) = try storing(path) {
      let space = VectorSpace(
        model: try row.text(2), fingerprint: try row.text(3), precision: try row.text(4), prompt: try row.text(5),
        dimensions: try row.integer(6))
      return (try row.text(0), try row.optionalText(1), space)
    }
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

  private static func configuration(_ path: String, _ inode: UInt64, busyTimeout: Double) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busyTimeout)
    configuration.prepareDatabase { database in
      // A reader is opened when it is needed: by then another file may be in this one's place.
      guard Self.inode(of: path) == inode else { throw replaced(path) }
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
    _ path: String, _ configuration: Configuration, creating: (name: String, folder: String?, space: VectorSpace)?
  ) throws -> (DatabasePool, Row) {
    do {
      return try openForWriting(path, configuration, creating: creating)
    } catch {
      // On a full disk or in a folder that is not the caller's, what is in the file itself can be searched all the same.
      // What waits in the file beside it cannot be read without writing.
      guard CollectionError(error, path: path).kind == .storageFailed, size(of: path) > 0, size(of: path + "-wal") == 0,
        let found = try? openForReading(path, configuration)
      else { throw error }
      return found
    }
  }

  /// A file's path as SQLite's URI.
  private static func uri(_ path: String, _ option: String) -> String {
    // What follows two slashes is the name of a machine, unless there is a third one.
    var uri = Array((path.utf8.first == UInt8(ascii: "/") ? "file://" : "file:").utf8)
    for byte in path.utf8 {
      if "%?#".utf8.contains(byte) { uri += Array("%".utf8) + Array([byte].hexadecimal.utf8) } else { uri.append(byte) }
    }
    return String(decoding: uri, as: UTF8.self) + "?" + option
  }

  private static func openForReading(_ path: String, _ configuration: Configuration) throws -> (DatabasePool, Row) {
    var configuration = configuration
    configuration.readonly = true
    // Nobody can write to it: SQLite needs no files beside it.
    let pool = try DatabasePool(path: uri(path, "immutable=1"), configuration: configuration)
    guard try pool.read({ try CollectionSchema.migrator.hasCompletedMigrations($0) }),
      let row = try pool.read({ try Row.fetchOne($0, sql: Self.identity) })
    else { throw CollectionError(.storageFailed, path: path, detail: "it cannot be brought up to date") }
    return (pool, row)
  }

  private static func openForWriting(
    _ path: String, _ configuration: Configuration, creating: (name: String, folder: String?, space: VectorSpace)?
  ) throws -> (DatabasePool, Row) {
    let pool = try DatabasePool(path: path, configuration: configuration)
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

  /// Vectors of texts and of places in memory, in use or not: for tests.
  package var vectorsInMemory: Int { table.withLock { $0.rowCount } + places.withLock { $0.rowCount } }

  // MARK: The file

  /// Runs `body` on one state of the file.
  package func reading<Value>(_ body: (Database) throws -> Value) async throws(CollectionError) -> Value {
    try await BlockingExecutor.reading.run { () throws(CollectionError) in try connected { try $0.read(body) } }
  }

  /// Runs `body` with the file's connections, which may wait for other processes.
  func changing<Value>(_ body: (DatabasePool) throws -> Value) async throws(CollectionError) -> Value {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in try connected(body) }
  }

  /// Runs `body` with the file's connections. Blocks.
  /// - Throws: `unknown` once the collection was closed or its file dropped; `busy` where another file is in its place.
  func connected<Value>(_ body: (DatabasePool) throws -> Value) throws(CollectionError) -> Value {
    guard let pool = pool.withLock({ $0 }) else { throw CollectionError(.unknown(name: name), path: path) }
    do throws(CollectionError) {
      return try storing(path) {
        // A connection that is open still reads what was in the file: whether there is one would depend on the readers before.
        if !isCurrent, Self.isGone(path) || Self.inode(of: path) != 0 { throw Self.replaced(path) }
        return try body(pool)
      }
    } catch {
      // What goes wrong where the file is gone says no more than that.
      guard [.storageFailed, .damaged, .busy].contains(error.kind), Self.isGone(path) else { throw error }
      throw CollectionError(.unknown(name: name), path: path)
    }
  }

  /// Runs `body` in a transaction. Whoever takes the file away holds SQLite's lock, as this does.
  func writing<Value>(_ pool: DatabasePool, _ body: (Database) throws -> Value) throws -> Value {
    try pool.write { database in
      guard isCurrent else { throw Self.replaced(path) }
      return try body(database)
    }
  }

  /// Another connection to the file, besides those of the pool. Blocks.
  func connection() throws -> DatabaseQueue {
    // One that was dropped is not made again.
    try DatabaseQueue(
      path: Self.uri(path, "mode=rw"),
      configuration: Self.configuration(path, inode, busyTimeout: store.busyTimeout))
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

  /// The error of a call that meets another file in the place of the one that it was made for.
  static func replaced(_ path: String) -> CollectionError {
    CollectionError(.busy, path: path, detail: "another file took its place")
  }

  private static func inode(of path: String) -> UInt64 {
    var status = stat()
    return stat(path, &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Whether nothing is there, as far as one may look.
  static func isGone(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// - Throws: where the folder cannot be looked into: of its files nothing is known, not even whether they are there.
  static func requireLook(at path: String, in folder: String) throws(CollectionError) {
    var status = stat()
    guard stat(path, &status) != 0, errno != ENOENT, errno != ENOTDIR else { return }
    throw CollectionError(.storageFailed, path: folder, detail: SystemError.message())
  }

  /// Bytes of a file; 0 where there is none.
  static func size(of path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
  }
}

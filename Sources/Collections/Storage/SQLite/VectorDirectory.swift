import GRDB
import Platform
import Synchronization

/// Which of a store's collections hold vectors of which texts: one small file for all, so that asking costs the same
/// beside one collection and beside a thousand.
///
/// A hint and no more: who follows it looks in the collection itself. What it lacks is embedded again, so it is written
/// without waiting for the disk, and made anew where it cannot be read. All calls block.
final class VectorDirectory: Sendable {
  static let suffix = "vectors.directory"

  private enum Connection {
    case none, open(DatabaseQueue), failed
  }

  private let path: String
  private let connection = Mutex(Connection.none)

  /// - Parameter folder: the store's.
  init(folder: String) {
    path = folder + "/" + Self.suffix
  }

  /// The files of other collections of a space that have vectors of those texts, as far as is known.
  func holders(
    of hashes: Set<TextHash>, space: VectorSpace, besides file: String
  ) -> [String: Set<TextHash>] {
    let found = try? queue()?.read { database in
      let statement = try database.cachedStatement(
        sql: """
          SELECT CAST(file AS BLOB) FROM known JOIN collections ON collections.id = known.collection
          WHERE hash = ? AND space = ? LIMIT 4
          """)
      let (space, file) = (Blob.bytes(space.identity.bytes), Self.name(file))
      var holders: [String: Set<TextHash>] = [:]
      for hash in hashes {
        for row in try Row.fetchAll(statement, arguments: [Self.key(hash), space]) {
          let other = try row.text(0)
          if other != file { holders[other, default: []].insert(hash) }
        }
      }
      return holders
    }
    return (found ?? nil) ?? [:]
  }

  /// Notes vectors of a collection, up to the one of the greatest id, unless its file has gone.
  func add(_ hashes: [TextHash], of collection: SQLiteCollection, through last: Int64) {
    let (file, space) = (collection.path, collection.space)
    try? queue()?.write { database in
      // Whoever removes the file has this forgotten behind that.
      guard collection.isCurrent else { return }
      try database.cachedStatement(
        sql: """
          INSERT INTO collections (file, space, last) VALUES (CAST(? AS TEXT), ?, ?)
          ON CONFLICT (file) DO UPDATE SET space = excluded.space, last = max(last, excluded.last)
          """
      ).execute(arguments: [Blob.text(Self.name(file)), Blob.bytes(space.identity.bytes), last])
      let id = try Int64.fetchOne(
        database.cachedStatement(sql: "SELECT id FROM collections WHERE file = CAST(? AS TEXT)"),
        arguments: [Blob.text(Self.name(file))])
      let statement = try database.cachedStatement(sql: "INSERT OR IGNORE INTO known (hash, collection) VALUES (?, ?)")
      for hash in hashes { try statement.execute(arguments: [Self.key(hash), id]) }
    }
  }

  /// The greatest id of a collection's vectors that is noted; nil where nothing is, or nothing can be.
  func last(of file: String) -> Int64? {
    let found = try? queue()?.read { database in
      try Int64.fetchOne(
        database, sql: "SELECT last FROM collections WHERE file = CAST(? AS TEXT)",
        arguments: [Blob.text(Self.name(file))])
    }
    return found ?? nil
  }

  /// Notes that a collection's file has another name.
  func rename(_ file: String, to other: String) {
    try? queue()?.write { database in
      try Self.forget(other, database)
      try database.execute(
        sql: "UPDATE collections SET file = CAST(? AS TEXT) WHERE file = CAST(? AS TEXT)",
        arguments: [Blob.text(Self.name(other)), Blob.text(Self.name(file))])
    }
  }

  /// Forgets a collection whose file has gone.
  func remove(_ file: String) {
    try? queue()?.write { try Self.forget(file, $0) }
  }

  /// Looks at all that is known: 15 ms for 200,000 texts.
  private static func forget(_ file: String, _ database: Database) throws {
    let gone = "FROM collections WHERE file = CAST(? AS TEXT)"
    for sql in ["DELETE FROM known WHERE collection IN (SELECT id \(gone))", "DELETE \(gone)"] {
      try database.execute(sql: sql, arguments: [Blob.text(name(file))])
    }
  }

  // MARK: The file

  private static func name(_ file: String) -> String {
    file.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(file[file.utf8.index(after: $0)...]) } ?? file
  }

  /// 8 bytes of a text's hash are enough for a hint.
  private static func key(_ hash: TextHash) -> Int64 {
    hash.bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
  }

  /// Nil where there is no folder yet, or the file can be neither used nor made anew.
  private func queue() -> DatabaseQueue? {
    connection.withLock { connection in
      switch connection {
      case .open(let queue): return queue
      case .failed: return nil
      case .none: break
      }
      if let queue = try? Self.open(path) {
        connection = .open(queue)
        return queue
      }
      // The folder comes with the first collection.
      guard access(path, F_OK) == 0 else { return nil }
      for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
      let queue = try? Self.open(path)
      connection = queue.map(Connection.open) ?? .failed
      return queue
    }
  }

  private static func open(_ path: String) throws -> DatabaseQueue {
    // SQLite gives the files beside it the same rights.
    PrivateFile.prepare(path)
    var configuration = Configuration()
    // Nobody waits long for a hint.
    configuration.busyMode = .timeout(0.05)
    configuration.prepareDatabase { database in
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = OFF")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { database in
      try database.execute(
        sql: """
          CREATE TABLE IF NOT EXISTS collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL UNIQUE, space BLOB NOT NULL, last INTEGER NOT NULL);
          CREATE TABLE IF NOT EXISTS known (
            hash INTEGER NOT NULL, collection INTEGER NOT NULL, PRIMARY KEY (hash, collection)) WITHOUT ROWID;
          """)
    }
    return queue
  }
}

extension VectorSpace {
  /// Of all that vectors depend on; the model's name is for people.
  var identity: TextHash { TextHash("\(fingerprint)\n\(precision)\n\(dimensions)\n\(prompt)") }
}

extension SQLiteCollection {
  /// Tells the store's directory of vectors that it does not know: of a file that was made before there was one, or by a
  /// process that ended too soon.
  func completeDirectory() async {
    let known = await BlockingExecutor.reading.run { store.directory.last(of: path) } ?? 0
    var last = known
    while true {
      let page = try? await reading { database in
        try Row.fetchAll(
          database, sql: "SELECT id, hash FROM vectors WHERE id > ? AND priority IS NULL ORDER BY id LIMIT 5000",
          arguments: [last]
        ).compactMap { row in
          try Blob.bytes(row, 1).flatMap(TextHash.init(stored:)).map { (id: try row.integer64(0), hash: $0) }
        }
      }
      guard let page, let end = page.last?.id else { return }
      last = end
      await BlockingExecutor.waiting.run {
        store.directory.add(page.map(\.hash), of: self, through: end)
      }
    }
  }
}

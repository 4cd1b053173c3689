import Documents
import GRDB
import Platform

extension SQLiteCatalog {
  private static let movedSuffix = ".moved"

  /// Its files are one machine's.
  public var machine: Int { 0 }

  /// Gives a collection another name. That of a folder becomes the index of the folder of this name: its documents get the new
  /// folder's URIs, and what was said of it (``FolderSettings``) holds on. Nothing is embedded anew.
  /// - Parameter other: of a folder's collection an absolute path without links.
  /// - Throws: `unknown`; `invalid` where documents are stored under `other`, or it cannot be a name; `busy` where one of the two is
  ///   being indexed or written; `storageFailed`, also where the disk has no place for a copy: then all is as before.
  public func move(_ name: String, to other: String) async throws(CollectionError) {
    try checkCollectionName(other)
    try requireReach(of: name)
    try requireReach(of: other)
    guard !name.utf8.elementsEqual(other.utf8) else { return }
    if await holdsDocuments(other) {
      throw CollectionError(
        .invalid(
          parameter: "name", expected: "a name under which no documents are stored",
          found: "the collection \"\(other)\": remove it first"))
    }
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      let (path, place) = (path(of: name), path(of: other))
      guard !SQLiteCollection.isGone(path) else { throw CollectionError(.unknown(name: name)) }
      let locks = [try IndexingLock(path: path), try IndexingLock(path: place)]
      defer { for lock in locks { lock.release() } }
      let old = try shared(name) { () throws(CollectionError) in try SQLiteCollection(path: path, store: self) }
      // An empty one, or one whose making was cut off.
      if access(place, F_OK) == 0 {
        forget(other)
        try removeFiles(place)
      }
      let fresh = place + Self.movedSuffix
      let removeFresh = { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(fresh + suffix) } }
      removeFresh()
      defer { removeFresh() }
      // A write that is acknowledged was made before, and one that waits finds the file gone.
      try old.connected { pool in
        try old.writing(pool) { _ in
          try copy(pool, to: fresh)
          try rewrite(fresh, from: old, to: other)
          try takeAlong(from: path, to: place)
          guard rename(fresh, place) == 0 else {
            throw CollectionError(.storageFailed, path: place, detail: SystemError.message())
          }
          directory.rename(path, to: place)
          try removeFiles(path)
        }
      }
      forget(name)
    }
  }

  /// The file as it is, with what waits in the file beside it.
  private func copy(_ pool: DatabasePool, to fresh: String) throws {
    PrivateFile.prepare(fresh)
    let queue = try DatabaseQueue(path: fresh)
    try pool.backup(to: queue)
    try queue.close()
  }

  private func rewrite(_ fresh: String, from old: SQLiteCollection, to other: String) throws {
    let new = try SQLiteCollection(path: fresh, store: self)
    try new.connected { pool in
      try pool.write { database in
        try database.execute(
          sql: "UPDATE collection SET name = CAST(? AS TEXT), generation = generation + 1",
          arguments: [Blob.text(other)])
        guard let folder = old.folder, folder.utf8.elementsEqual(old.name.utf8) else { return }
        try database.execute(
          sql: "UPDATE collection SET folder = CAST(? AS TEXT)", arguments: [Blob.text(other)])
        try Self.renameDocuments(from: folder, to: other, database)
      }
    }
    try new.closeWhole()
  }

  private static func renameDocuments(from folder: String, to other: String, _ database: Database) throws {
    let (before, after) = (FileURI.uri(ofFolder: folder), FileURI.uri(ofFolder: other))
    let rows = try Row.fetchAll(database, sql: "SELECT id, CAST(key AS BLOB) FROM documents WHERE is_uri = 1")
    let statement = try database.makeStatement(sql: "UPDATE OR IGNORE documents SET key = CAST(? AS TEXT) WHERE id = ?")
    for row in rows {
      let key = try row.text(1)
      guard key.utf8.starts(with: before.utf8) else { continue }
      let rest = String(decoding: key.utf8.dropFirst(before.utf8.count), as: UTF8.self)
      try statement.execute(arguments: [Blob.text(after + rest), try row.integer64(0)])
    }
  }

  /// What is kept beside a collection's file. A graph that cannot be linked is made anew.
  private func takeAlong(from path: String, to place: String) throws(CollectionError) {
    switch SourceFile.bytes(path + Self.settingsSuffix, limit: Self.largestSettings) {
    case .success(let settings): try PrivateFile.replace(place + Self.settingsSuffix, with: settings)
    case .failure: unlink(place + Self.settingsSuffix)
    }
    unlink(place + SQLiteCollection.graphSuffix)
    link(path + SQLiteCollection.graphSuffix, place + SQLiteCollection.graphSuffix)
  }

  /// The collections that have vectors of some of those texts, as far as is known.
  public func holders(of hashes: Set<TextHash>, space: VectorSpace) async -> [SQLiteCollection] {
    let files = await BlockingExecutor.reading.run { directory.holders(of: hashes, space: space, besides: "") }
    var found: [SQLiteCollection] = []
    for (file, _) in files.sorted(by: { $0.value.count > $1.value.count }) {
      guard let collection = try? await collection(at: folder + "/" + file),
        (try? requireReach(of: collection.name)) != nil
      else { continue }
      found.append(collection)
    }
    return found
  }
}

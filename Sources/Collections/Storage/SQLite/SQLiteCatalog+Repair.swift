import GRDB
import Platform

/// What a repair made of a damaged collection.
public struct RepairReport: Sendable, Equatable {
  /// Documents that are in the new file.
  public let kept: Int
  /// Documents that could not be read whole; they want to be added again.
  public let lost: Int
  /// Where the damaged file is now; nil where nothing was wrong, and nothing has been done.
  public let damagedFile: String?
}

extension SQLiteCatalog {
  /// Writes what can still be read of a damaged collection into a new file, which takes the place of the old one.
  /// - Throws: `unknown`; `busy` where it is being indexed; `damaged` where not even its name can be read: then only
  ///   dropping it and indexing again helps; `storageFailed`.
  public func repair(_ name: String) async throws(CollectionError) -> RepairReport {
    if let collection = try? await open(name), try await collection.check().isEmpty {
      return RepairReport(kept: try await collection.status().documents, lost: 0, damagedFile: nil)
    }
    return try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      let path = path(of: name)
      guard !SQLiteCollection.isGone(path) else { throw CollectionError(.unknown(name: name)) }
      let lock = try IndexingLock(path: path)
      defer { lock.release() }
      forget(name)
      let fresh = path + ".repaired"
      let suffixes = ["", "-wal", "-shm", IndexingLock.Work.indexing.suffix]
      let removeFresh = { for suffix in suffixes { unlink(fresh + suffix) } }
      removeFresh()
      defer { removeFresh() }
      let old = try SQLiteCollection(path: path, store: self)
      defer { old.close() }
      // Nobody writes from the first document that is copied until the copy is in its place.
      return try old.connected { pool in
        try old.writing(pool) { database in
          let (kept, lost) = try copyReadable(from: old, database, to: fresh)
          return RepairReport(kept: kept, lost: lost, damagedFile: try replace(path, by: fresh))
        }
      }
    }
  }

  private func copyReadable(
    from old: SQLiteCollection, _ database: Database, to fresh: String
  ) throws(CollectionError) -> (kept: Int, lost: Int) {
    let new = try SQLiteCollection(path: fresh, store: self, creating: (old.name, old.folder, old.space))
    let ids = Self.readableIDs(database)
    for id in ids {
      guard let (document, vectors) = try? old.documentWithVectors(id, database) else { continue }
      var copy = CollectionChanges(documents: [document], vectors: vectors)
      // What waits for a vector goes on waiting.
      copy.defersVectors = true
      // A document whose parts contradict each other is refused, and is lost like one that cannot be read.
      _ = try? new.connected { try new.apply(copy, $0) }
    }
    let stored = try new.connected { pool in
      try pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM documents") ?? 0 }
    }
    try new.closeWhole()
    return (stored, max(ids.count - stored, 0))
  }

  /// - Returns: where the file is now whose place is taken.
  private func replace(_ path: String, by fresh: String) throws(CollectionError) -> String {
    let aside = path + ".damaged"
    // For a moment there is none, and none is opened.
    return try alone(in: folder) { () throws(CollectionError) in
      for suffix in ["", "-wal", "-shm"] {
        unlink(aside + suffix)
        rename(path + suffix, aside + suffix)
      }
      unlink(path + SQLiteCollection.graphSuffix)
      guard rename(fresh, path) == 0 else {
        throw CollectionError(.storageFailed, path: path, detail: SystemError.message())
      }
      return aside
    }
  }

  /// The documents that some part of the file still names: a table that is cut in the middle is read from both ends.
  private static func readableIDs(_ database: Database) -> [Int64] {
    var ids: Set<Int64> = []
    for sql in [
      "SELECT id FROM documents NOT INDEXED ORDER BY id", "SELECT id FROM documents NOT INDEXED ORDER BY id DESC",
      "SELECT document FROM chunks ORDER BY document",
    ] {
      guard let rows = try? Row.fetchCursor(database, sql: sql) else { continue }
      while let row = try? rows.next() {
        if let id = try? row.integer64(0) { ids.insert(id) }
      }
    }
    return ids.sorted()
  }
}

extension SQLiteCollection {
  /// A document with its chunks and the vectors of those that have one.
  /// - Throws: `damaged` where a part cannot be read, or a text is not the one that its vector was made of, or waits for.
  func documentWithVectors(
    _ id: Int64, _ database: Database
  ) throws -> (document: StoredDocument, vectors: [TextHash: [Float]])? {
    guard let document = try document(id, database) else { return nil }
    var vectors: [TextHash: [Float]] = [:]
    var pending: Set<TextHash> = []
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT hash, value, priority FROM chunks JOIN vectors ON vectors.id = chunks.vector
          LEFT JOIN components ON components.vector = vectors.id WHERE document = ?
          """),
      arguments: [id])
    while let row = try rows.next() {
      guard let hash = try Blob.bytes(row, 0).flatMap(TextHash.init(stored:)) else { continue }
      if try row.optionalInteger(2) != nil {
        pending.insert(hash)
        continue
      }
      let vector = try Blob.floats(row, 1)
      guard vector.count == space.dimensions, vector.allSatisfy(\.isFinite) else {
        throw CollectionError(.damaged, path: path, detail: "document \(id) has a vector of \(vector.count) numbers")
      }
      vectors[hash] = vector
    }
    guard document.chunks.allSatisfy({ vectors[$0.textHash] != nil || pending.contains($0.textHash) }) else {
      throw CollectionError(.damaged, path: path, detail: "document \(id) has texts that its vectors were not made of")
    }
    return (document, vectors)
  }
}

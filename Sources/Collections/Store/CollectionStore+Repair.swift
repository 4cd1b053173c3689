import GRDB

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a repair made of a damaged collection.
public struct RepairReport: Sendable, Equatable {
  /// Documents that are in the new file.
  public let kept: Int
  /// Documents that could not be read whole; they want to be added again.
  public let lost: Int
  /// Where the damaged file is now.
  public let damagedFile: String
}

extension CollectionStore {
  /// Writes what can still be read of a damaged collection into a new file, which takes the place of the old one.
  /// - Throws: `unknown`; `busy` where it is being indexed; `damaged` where not even its name can be read: then only
  ///   dropping it and indexing again helps; `storageFailed`.
  public func repair(_ name: String) throws(CollectionError) -> RepairReport {
    let path = path(of: name)
    guard access(path, F_OK) == 0 else { throw CollectionError(.unknown(name: name)) }
    let lock = try IndexingLock(path: path)
    defer { lock.release() }
    forget(name)
    let fresh = path + ".repaired"
    for suffix in ["", "-wal", "-shm"] { unlink(fresh + suffix) }
    let (kept, lost) = try copyReadable(from: path, to: fresh)
    let aside = path + ".damaged"
    for suffix in ["", "-wal", "-shm"] {
      unlink(aside + suffix)
      rename(path + suffix, aside + suffix)
    }
    unlink(path + StoredCollection.graphSuffix)
    guard rename(fresh, path) == 0 else {
      throw CollectionError(.storageFailed, path: path, detail: String(cString: strerror(errno)))
    }
    return RepairReport(kept: kept, lost: lost, damagedFile: aside)
  }

  private func copyReadable(from path: String, to fresh: String) throws(CollectionError) -> (kept: Int, lost: Int) {
    try storing(path) {
      let old = try StoredCollection(path: path, store: self)
      defer { old.close() }
      let new = try StoredCollection(path: fresh, store: self, creating: (old.name, old.folder, old.space))
      let ids = try old.read { Self.readableIDs($0) }
      for id in ids {
        guard let (document, vectors) = try? old.read({ try old.documentWithVectors(id, $0) }) else { continue }
        // A document whose parts contradict each other is refused, and is lost like one that cannot be read.
        try? new.write { writer throws(CollectionError) in try writer.put(document, vectors: vectors) }
      }
      let stored = try new.status().documents
      try new.closeWhole()
      return (stored, max(ids.count - stored, 0))
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

extension StoredCollection {
  /// A document with its chunks and their vectors.
  /// - Throws: `damaged` where a part cannot be read.
  func documentWithVectors(
    _ id: Int64, _ database: Database
  ) throws -> (document: StoredDocument, vectors: [TextHash: [Float]])? {
    guard let document = try document(id, database) else { return nil }
    var vectors: [TextHash: [Float]] = [:]
    let rows = try Row.fetchCursor(
      database.cachedStatement(
        sql: """
          SELECT hash, value FROM chunks JOIN vectors ON vectors.id = chunks.vector
          JOIN components ON components.vector = vectors.id WHERE document = ?
          """),
      arguments: [id])
    while let row = try rows.next() {
      guard let hash = try Blob.bytes(row, 0).flatMap(TextHash.init(stored:)) else { continue }
      vectors[hash] = try Blob.floats(row, 1)
    }
    guard document.chunks.allSatisfy({ vectors[$0.textHash] != nil }) else {
      throw CollectionError(.damaged, path: path, detail: "document \(id) lacks vectors")
    }
    return (document, vectors)
  }
}

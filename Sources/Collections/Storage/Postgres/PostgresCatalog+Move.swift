import Documents
import Platform
import Postgres

extension PostgresCatalog {
  /// A number of this machine, by its name and what the system calls it.
  public var machine: Int { Self.machine }

  private static let machine: Int = {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    var identity = Array("akin machine ".utf8) + name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    if case .success(let bytes) = SourceFile.bytes("/etc/machine-id", limit: 256) { identity += bytes }
    return TextHash(utf8: identity).bytes.prefix(7).reduce(1) { $0 << 8 | Int($1) }
  }()

  /// Gives a collection another name. That of a folder becomes the index of the folder of this name: its documents get the new
  /// folder's URIs, and what was said of it (``FolderSettings``) holds on. Nothing is embedded anew.
  public func move(_ name: String, to other: String) async throws(CollectionError) {
    try checkCollectionName(other)
    try requireReach(of: name)
    try requireReach(of: other)
    guard !name.utf8.elementsEqual(other.utf8) else { return }
    let collection = try await open(name)
    let lock = try await collection.lockForIndexing()
    defer { lock.release() }
    do throws(CollectionError) {
      let there = try await open(other)
      guard !there.heldDocuments else {
        throw CollectionError(
          .invalid(
            parameter: "name", expected: "a name under which no documents are stored",
            found: "the collection \"\(other)\": remove it first"))
      }
      // An empty one, or one whose making was cut off.
      try await drop(other)
    } catch {
      guard case .unknown = error.kind else { throw error }
    }
    try await asking { connection in
      try connection.transaction { try Self.rename(collection, to: other, connection) }
    }
  }

  private static func rename(
    _ collection: PostgresCollection, to other: String, _ connection: PostgresConnection
  ) throws {
    let number = PostgresValue.integer(collection.number)
    let rows = try connection.query("SELECT name_hash FROM collections WHERE id = $1 FOR UPDATE", [number])
    guard rows.count > 0 else { throw CollectionError(.unknown(name: collection.name), path: collection.path) }
    // Done before, where the answer was lost.
    guard rows.bytes(0, 0) != TextHash(other).bytes else { return }
    let folder = collection.folder.flatMap { $0.utf8.elementsEqual(collection.name.utf8) ? $0 : nil }
    try connection.query(
      """
      UPDATE collections SET name = $2, name_hash = $3, folder = coalesce($4, folder), generation = generation + 1,
      updated = extract(epoch FROM now())::bigint WHERE id = $1
      """,
      [
        number, .text(PostgresText.stored(other)), .bytes(TextHash(other).bytes),
        folder == nil ? .text(String?.none) : .text(PostgresText.stored(other)),
      ])
    guard let folder else { return }
    let renamed = try documents(of: collection, from: folder, to: other, connection)
    let ids = PostgresValue.integers(renamed.map(\.id))
    // A new key may be that which another document still has.
    try connection.query(
      "UPDATE documents SET key_hash = int8send(id) WHERE collection = $1 AND id = ANY($2)", [number, ids])
    try connection.query(
      """
      UPDATE documents SET key = told.key, key_hash = told.key_hash
      FROM unnest($2::bigint[], $3::text[], $4::bytea[]) AS told (id, key, key_hash)
      WHERE collection = $1 AND documents.id = told.id
      """,
      [
        number, ids, .texts(renamed.map { PostgresText.stored($0.key.text) }),
        .byteStrings(renamed.map(\.key.hash.bytes)),
      ])
  }

  /// The documents of a folder's files, by the keys that they have in another folder.
  private static func documents(
    of collection: PostgresCollection, from folder: String, to other: String, _ connection: PostgresConnection
  ) throws -> [(id: Int64, key: DocumentKey)] {
    let (before, after) = (FileURI.uri(ofFolder: folder), FileURI.uri(ofFolder: other))
    var found: [(id: Int64, key: DocumentKey)] = []
    try connection.rows(
      "SELECT id, key FROM documents WHERE collection = $1 AND is_uri", [.integer(collection.number)]
    ) { row in
      guard let key = row.string(0, 1), key.utf8.starts(with: before.utf8) else { return }
      let rest = String(decoding: key.utf8.dropFirst(before.utf8.count), as: UTF8.self)
      found.append((Int64(try row.integer(0, 0)), .uri(after + rest)))
    }
    return found
  }

  /// The folders' collections that have vectors of some of those texts, those with most of them first.
  public func holders(of hashes: Set<TextHash>, space: VectorSpace) async -> [PostgresCollection] {
    let names = try? await asking { connection -> [String] in
      guard try self.isCurrent(connection) else { return [] }
      let rows = try connection.query(
        """
        SELECT name FROM collections JOIN (
          SELECT collection, count(*) AS held FROM vectors WHERE hash = ANY($1) GROUP BY collection) AS holders
        ON collection = id WHERE space = $2 AND folder = name ORDER BY held DESC, id LIMIT 16
        """,
        [.byteStrings(hashes.map(\.bytes)), .bytes(space.identity.bytes)])
      return (0..<rows.count).compactMap { rows.text($0, 0).map(PostgresText.read) }
    }
    var found: [PostgresCollection] = []
    for name in names ?? [] {
      if let collection = try? await open(name) { found.append(collection) }
    }
    return found
  }
}

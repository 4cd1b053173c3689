import Digests
import GRDB
import Platform
import Synchronization

/// The stored collections of a user: one SQLite file each, in one folder. A collection that is open is shared by
/// everyone who opens it through the same store.
///
///     <folder>/<end of the name>-<16 digits of SHA-256 of the name>.sqlite      and SQLite's -wal and -shm beside it
public final class SQLiteCatalog: CollectionCatalog {
  /// Where the files are; made when the first collection is.
  public let folder: String
  /// The user's home; nil where none is known.
  public let home: String?
  /// Seconds that a write waits for another process's.
  let busyTimeout: Double
  /// Chunks from which on a collection gets a graph of near neighbours.
  let graphThreshold: Int
  /// The only collections that there are for those who ask this store; nil for all.
  private let reach: Set<String>?
  private let opened = Mutex(OpenCollections())
  /// Who knows which vectors.
  let directory: VectorDirectory
  /// Whether this process has looked for collections that the directory does not know.
  private let isSwept = Mutex(false)

  /// ``graphThreshold`` unless told otherwise. Below, a scan takes few tens of milliseconds, and finds all.
  public static let defaultGraphThreshold = 300_000

  /// A store in `folder`, which need not be there.
  /// - Parameters:
  ///   - home: the user's home, which is not indexed unasked.
  ///   - busyTimeout: seconds that a write waits for another process's.
  ///   - graphThreshold: chunks from which on ``SQLiteCollection/extendGraph(by:)`` makes a collection's graph.
  ///   - reach: the only collections that may be opened, made, listed or dropped by this store; nil for all.
  public init(
    folder: String, home: String? = nil, busyTimeout: Double = 5, graphThreshold: Int = defaultGraphThreshold,
    reach: Set<String>? = nil
  ) {
    self.folder = folder
    self.reach = reach
    directory = VectorDirectory(folder: folder)
    self.home = home
    self.busyTimeout = busyTimeout
    self.graphThreshold = graphThreshold
  }

  /// The user's store: `AKIN_DATA`, else `XDG_DATA_HOME/akin`, else `~/.local/share/akin` (macOS:
  /// `~/Library/Application Support/akin`), and in it `collections`. Variables that are set and empty count as not set.
  public convenience init(
    environment: [String: String], graphThreshold: Int = defaultGraphThreshold, reach: Set<String>? = nil
  ) {
    let environment = environment.filter { !$0.value.isEmpty }
    let home = environment["HOME"] ?? HostProcess.home ?? "."
    #if os(macOS)
      let standard = home + "/Library/Application Support/akin"
    #else
      let standard = home + "/.local/share/akin"
    #endif
    let data = environment["AKIN_DATA"] ?? environment["XDG_DATA_HOME"].map { $0 + "/akin" } ?? standard
    self.init(folder: data + "/collections", home: home, graphThreshold: graphThreshold, reach: reach)
  }

  /// Opens a collection that is stored.
  /// - Parameter space: what the caller's vectors are of; nil for one who only looks and manages.
  /// - Throws: `unknown`; `otherSpace` where the collection's vectors are of another; `damaged`, `newerVersion`,
  ///   `storageFailed`.
  public func open(_ name: String, space: VectorSpace? = nil) async throws(CollectionError) -> SQLiteCollection {
    try requireReach(of: name)
    let collection = try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      try shared(name) { () throws(CollectionError) in
        try SQLiteCollection(path: path(of: name), store: self, called: name)
      }
    }
    if let space { try collection.require(space) }
    return collection
  }

  /// Opens a collection, or makes an empty one where none of this name is stored.
  /// - Parameters:
  ///   - name: 1 to 4,096 bytes without control characters. A folder's collection is named by the folder's absolute path.
  ///   - folder: the folder that it is an index of; nil for documents from elsewhere.
  /// - Throws: as ``open(_:space:)``, but for `unknown`; `invalid` for a name that cannot be one.
  public func openOrCreate(
    _ name: String, folder: String? = nil, space: VectorSpace
  ) async throws(CollectionError) -> SQLiteCollection {
    try checkCollectionName(name)
    try requireReach(of: name)
    // What is put into a collection that is reached must not come from a folder that is not.
    if let reach, let folder, !reach.contains(folder) {
      throw CollectionError(
        .invalid(parameter: "folder", expected: "a folder that this server was given", found: "another one"))
    }
    let collection = try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      try shared(name) { () throws(CollectionError) in
        try makeFolder()
        return try SQLiteCollection(path: path(of: name), store: self, creating: (name, folder, space))
      }
    }
    try collection.require(space)
    return collection
  }

  /// Whether a collection of this name is stored; true as well where that cannot be found out.
  public func has(_ name: String) async -> Bool {
    await BlockingExecutor.reading.run { isStored(name) }
  }

  /// Whether a collection of this name is stored. Blocks.
  func isStored(_ name: String) -> Bool { reach?.contains(name) != false && !SQLiteCollection.isGone(path(of: name)) }

  /// - Throws: `unknown` for a collection that this store was told to leave alone, whether it is there or not.
  public func requireReach(of name: String) throws(CollectionError) {
    guard reach?.contains(name) == false else { return }
    throw CollectionError(.unknown(name: name))
  }

  /// Whether a collection of this name is stored and has documents.
  public func holdsDocuments(_ name: String) async -> Bool {
    guard await has(name), let collection = try? await open(name),
      let first = try? await collection.documents(offset: 0, limit: 1, withChunks: false)
    else { return false }
    return !first.isEmpty
  }

  /// What is stored, by name. A file that cannot be read is listed with its error.
  /// - Throws: `storageFailed` where the folder is there and cannot be read.
  public func list() async throws(CollectionError) -> [(
    path: String, status: Result<CollectionStatus, CollectionError>
  )] {
    let reached = reach.map { Set($0.map(path(of:))) }
    let files = try await BlockingExecutor.reading.run { () throws(CollectionError) in try paths() }
      .filter { reached?.contains($0) != false }
    var found: [(path: String, status: Result<CollectionStatus, CollectionError>)] = []
    for path in files {
      do throws(CollectionError) {
        found.append((path, .success(try await collection(at: path).status())))
      } catch {
        // One whose making was cut off is none.
        if case .unknown = error.kind { continue }
        found.append((path, .failure(error)))
      }
    }
    return found.sorted { left, right in
      ((try? left.status.get().name) ?? left.path) < ((try? right.status.get().name) ?? right.path)
    }
  }

  /// Removes a collection and its files.
  /// - Throws: `unknown`; `busy` where another process is indexing it, or writes to it for too long; `storageFailed`.
  public func drop(_ name: String) async throws(CollectionError) {
    try requireReach(of: name)
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      let path = path(of: name)
      guard !SQLiteCollection.isGone(path) else { throw CollectionError(.unknown(name: name)) }
      try SQLiteCollection.requireLook(at: path, in: folder)
      let lock = try IndexingLock(path: path)
      defer { lock.release() }
      // A write that is acknowledged was made before, and one that waits finds the file gone. One that cannot be opened
      // has no writers.
      if let collection = try? shared(
        name, { () throws(CollectionError) in try SQLiteCollection(path: path, store: self) })
      {
        try collection.connected { pool in try collection.writing(pool) { _ in try removeFiles(path) } }
        forget(name)
      } else {
        try removeFiles(path)
      }
    }
  }

  func removeFiles(_ path: String) throws(CollectionError) {
    let graph = SQLiteCollection.graphSuffix
    let beside = ["-wal", "-shm", graph, graph + SQLiteCollection.partialSuffix, Self.settingsSuffix]
    // None is opened meanwhile, nor made in its place with files of these names.
    try alone(in: folder) { () throws(CollectionError) in
      guard unlink(path) == 0 else {
        throw CollectionError(.storageFailed, path: path, detail: SystemError.message())
      }
      for suffix in beside + IndexingLock.Work.allCases.map(\.suffix) { unlink(path + suffix) }
    }
    directory.remove(path)
  }

  /// Closes a collection whose file goes.
  func forget(_ name: String) {
    opened.withLock { $0.remove(path(of: name)) }?.close()
  }

  /// Where a collection of this name is, or would be.
  public func path(of name: String) -> String {
    let digits = SHA256.hash(name.utf8).prefix(8).hexadecimal
    let end = name.utf8.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? []
    let letters = end.prefix(40).map { byte in
      let isPlain = byte.isLetterOrDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      return isPlain ? byte : UInt8(ascii: "_")
    }
    return "\(folder)/\(String(decoding: letters, as: UTF8.self))-\(digits).sqlite"
  }

  /// Vectors of texts from the other collections of the same space, as far as the directory leads to them.
  func vectors(
    of hashes: Set<TextHash>, space: VectorSpace, besides path: String
  ) async -> [TextHash: [Float]] {
    sweep()
    let holders = await BlockingExecutor.reading.run { directory.holders(of: hashes, space: space, besides: path) }
    var found: [TextHash: [Float]] = [:]
    for (file, held) in holders.sorted(by: { $0.value.count > $1.value.count }) {
      let missing = held.filter { found[$0] == nil }
      // A neighbour that cannot be read costs nothing but the work of embedding again.
      guard !missing.isEmpty, let collection = try? await collection(at: folder + "/" + file),
        collection.space.identity == space.identity, let more = try? await collection.ownVectors(of: missing)
      else { continue }
      found.merge(more) { first, _ in first }
    }
    return found
  }

  /// Once a process, in the background: makes the directory know collections that nobody has opened since there is one.
  private func sweep() {
    let isFirst = isSwept.withLock { isSwept in
      defer { isSwept = true }
      return !isSwept
    }
    guard isFirst else { return }
    Task(executorPreference: BlockingExecutor.background) { [self] in
      for path in (try? paths()) ?? [] where directory.last(of: path) == nil {
        await (try? collection(at: path))?.completeDirectory()
      }
    }
  }

  func collection(at path: String) async throws(CollectionError) -> SQLiteCollection {
    try await BlockingExecutor.waiting.run { () throws(CollectionError) in
      if let open = opened.withLock({ $0.at(path) }) { return open }
      return try SQLiteCollection(path: path, store: self)
    }
  }

  /// Blocks.
  func shared(
    _ name: String, _ open: () throws(CollectionError) -> SQLiteCollection
  ) throws(CollectionError) -> SQLiteCollection {
    let path = path(of: name)
    if let collection = use(path, else: nil) { return collection }
    let collection = try open()
    let used = use(path, else: collection) ?? collection
    if used === collection {
      Task(executorPreference: BlockingExecutor.background) { await collection.completeDirectory() }
    }
    return used
  }

  /// Notes the use of the collection that is open, or of this one.
  private func use(_ path: String, else opened: SQLiteCollection?) -> SQLiteCollection? {
    let (collection, ended) = self.opened.withLock { open in
      let collection = open.at(path) ?? opened
      return (collection, collection.map { open.keep($0) })
    }
    _ = consume ended
    return collection
  }

  private func paths() throws(CollectionError) -> [String] {
    guard let handle = opendir(folder) else {
      // Nothing is stored yet.
      if errno == ENOENT { return [] }
      throw CollectionError(.storageFailed, path: folder, detail: SystemError.message())
    }
    defer { closedir(handle) }
    var paths: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".sqlite") { paths.append(folder + "/" + name) }
    }
    return paths.sorted()
  }
}

extension UInt8 {
  /// Of ASCII.
  fileprivate var isLetterOrDigit: Bool {
    (0x30...0x39).contains(self) || (0x61...0x7A).contains(self | 0x20)
  }
}

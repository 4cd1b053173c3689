import Documents
import Platform

/// The stored collections that somebody works with, whatever keeps them: a user's folder of files, or a server.
///
/// Every call may wait for a disk, a network or another process, and none does so on a thread that runs other tasks.
public protocol CollectionCatalog: Sendable {
  /// What one of its collections is.
  associatedtype Stored: CollectionStorage

  /// The folder for what is this machine's own, beside the collections or in their place; it need not be there.
  var folder: String { get }
  /// The user's home, which is not indexed unasked; nil where none is known.
  var home: String? { get }

  /// The names of the stores that collections' names may tell of (``QualifiedName``), beside the usual one.
  var stores: [String] { get }
  /// One of these; nil for the usual one.
  /// - Throws: `invalid` where there is none of this name.
  func store(_ name: String?) throws(CollectionError) -> any CollectionCatalog

  /// Opens a collection that is stored.
  /// - Parameter space: what the caller's vectors are of; nil for one who only looks and manages.
  /// - Throws: `unknown`; `otherSpace` where the collection's vectors are of another; `damaged`, `newerVersion`,
  ///   `storageFailed`.
  func open(_ name: String, space: VectorSpace?) async throws(CollectionError) -> Stored
  /// Opens a collection, or makes an empty one where none of this name is stored.
  /// - Parameters:
  ///   - name: 1 to 4,096 bytes without control characters. A folder's collection is named by the folder's absolute path.
  ///   - folder: the folder that it is an index of; nil for documents from elsewhere.
  /// - Throws: as ``open(_:space:)``, but for `unknown`; `invalid` for a name that cannot be one.
  func openOrCreate(
    _ name: String, folder: String?, space: VectorSpace
  ) async throws(CollectionError) -> Stored
  /// Whether a collection of this name is stored; true as well where that cannot be found out, and opening it tells why.
  func has(_ name: String) async -> Bool
  /// Whether a collection of this name is stored and has documents; true as well where that cannot be found out, and opening it
  /// tells why.
  func holdsDocuments(_ name: String) async -> Bool
  /// - Throws: `unknown` for a collection that this catalog was told to leave alone, whether it is there or not.
  func requireReach(of name: String) throws(CollectionError)
  /// What is stored, by name. What cannot be read is listed with its error.
  /// - Throws: `storageFailed` where nothing can be told.
  func list() async throws(CollectionError) -> [(path: String, status: Result<CollectionStatus, CollectionError>)]
  /// Removes a collection.
  /// - Throws: `unknown`; `busy` where another process is indexing it, or writes to it for too long; `storageFailed`.
  func drop(_ name: String) async throws(CollectionError)
  /// Gives a collection another name. That of a folder becomes the index of the folder of this name: its documents get the new
  /// folder's URIs, and what was said of it (``FolderSettings``) holds on. Nothing is embedded anew.
  /// - Parameter other: of a folder's collection an absolute path without links.
  /// - Throws: `unknown`; `invalid` where documents are stored under `other`, or it cannot be a name; `busy` where one of the two is
  ///   being indexed or written; `storageFailed`: then all is as before.
  func move(_ name: String, to other: String) async throws(CollectionError)

  /// 0 where one machine alone has folders that are indexed here; else a number, above 0, of the one that this program runs on.
  var machine: Int { get }
  /// The collections that have vectors of some of those texts, as far as is known; those with most of them first.
  func holders(of hashes: Set<TextHash>, space: VectorSpace) async -> [Stored]

  /// Which files of its folder a collection takes.
  func settings(of name: String) async -> FolderSettings
  /// Remembers which files of its folder a collection takes.
  /// - Throws: `storageFailed`.
  func remember(_ settings: FolderSettings, of name: String) async throws(CollectionError)
}

extension CollectionCatalog {
  /// There is this one alone.
  public var stores: [String] { [] }

  /// This one.
  public func store(_ name: String?) throws(CollectionError) -> any CollectionCatalog {
    if let name { throw .noStore(name, of: []) }
    return self
  }

  /// The store that a collection's name leads to, and what the collection is called there.
  /// - Throws: `invalid` where the text is no name, or names a store that there is not.
  public func place(of name: String) throws(CollectionError) -> (store: any CollectionCatalog, name: String) {
    let qualified = try QualifiedName.required(name)
    return (try store(qualified.store), qualified.name)
  }

  /// What one of the stores has, by names that tell the store; nil for the usual one.
  /// - Throws: `invalid` where there is none of this name; `storageFailed` where nothing can be told.
  public func list(
    _ store: String?
  ) async throws(CollectionError) -> [(
    path: String, status: Result<CollectionStatus, CollectionError>
  )] {
    guard let store else { return try await list() }
    return try await self.store(store).list().map { ($0.path, $0.status.map { $0.named(in: store) }) }
  }

  /// Opens a collection that is stored, for one who only looks and manages.
  /// - Throws: as ``open(_:space:)``.
  public func open(_ name: String) async throws(CollectionError) -> Stored { try await open(name, space: nil) }

  /// Whether the folder of a collection is one of this machine's, so that it is gone where it is not there: on a server it may be
  /// that of somebody else.
  public func isOfThisMachine(_ collection: any CollectionStorage) async -> Bool {
    guard let machine = try? place(of: collection.name).store.machine, machine != 0 else { return true }
    return (try? await collection.unreadFiles()["/"]?.size) == machine
  }

  /// Makes ``folder`` where it is not there. Blocks.
  /// - Throws: `storageFailed`.
  func makeFolder() throws(CollectionError) {
    var above = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      above += "/" + part
      guard mkdir(above, 0o700) == 0 || errno == EEXIST || errno == EISDIR else {
        throw CollectionError(.storageFailed, path: folder, detail: SystemError.message())
      }
    }
    PrivateFile.restrict(folder, to: PrivateFile.folderMode)
    // Where it lies in a folder that is indexed, it is no part of that. A folder that cannot be written to is searched all the same.
    let ignore = folder + "/.gitignore"
    if access(ignore, F_OK) != 0 { try? PrivateFile.replace(ignore, with: Array("*\n".utf8)) }
  }
}

/// Whether a collection can be named so.
/// - Throws: `invalid`.
func checkCollectionName(_ name: String) throws(CollectionError) {
  let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
  guard (1...4096).contains(name.utf8.count), isPlain else {
    throw CollectionError(
      .invalid(
        parameter: "collection", expected: "a name of 1 to 4096 bytes without control characters",
        found: "\(name.utf8.count) bytes"))
  }
}

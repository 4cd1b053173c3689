import Documents
import Encoder

/// Several stores as one: a collection is looked for in the store that its name tells (``QualifiedName``), and in the usual one where
/// it tells none. It asks no store before something of it is named, so that one that is not there costs the others nothing.
package struct NamedStores: CollectionCatalog {
  private let usual: any CollectionCatalog
  private let named: [String: any CollectionCatalog]

  /// - Parameters:
  ///   - usual: what is meant where no store is named.
  ///   - named: the others, by names that ``QualifiedName/isStore(_:)`` lets through.
  package init(usual: any CollectionCatalog, named: [String: any CollectionCatalog]) {
    self.usual = usual
    self.named = named
  }

  /// The usual store's.
  package var folder: String { usual.folder }
  /// The user's home.
  package var home: String? { usual.home }
  /// The usual store's.
  package var machine: Int { usual.machine }
  /// The names, in order.
  package var stores: [String] { named.keys.sorted() }

  /// One of the stores; nil for the usual one.
  /// - Throws: `invalid` where there is none of this name.
  package func store(_ name: String?) throws(CollectionError) -> any CollectionCatalog {
    guard let name else { return usual }
    guard let store = named[name] else { throw .noStore(name, of: stores) }
    return store
  }

  /// Opens a collection that is stored.
  package func open(_ name: String, space: VectorSpace?) async throws(CollectionError) -> QualifiedCollection {
    let place = try place(of: name)
    return QualifiedCollection(try await place.store.open(place.name, space: space), store: label(of: name))
  }

  /// Opens a collection, or makes an empty one where none of this name is stored.
  package func openOrCreate(
    _ name: String, folder: String?, space: VectorSpace
  ) async throws(CollectionError) -> QualifiedCollection {
    let place = try place(of: name)
    return QualifiedCollection(
      try await place.store.openOrCreate(place.name, folder: folder, space: space), store: label(of: name))
  }

  /// Whether a collection of this name is stored; true as well where that cannot be found out.
  package func has(_ name: String) async -> Bool {
    guard let place = try? place(of: name) else { return true }
    return await place.store.has(place.name)
  }

  /// Whether a collection of this name is stored and has documents; true as well where that cannot be found out.
  package func holdsDocuments(_ name: String) async -> Bool {
    guard let place = try? place(of: name) else { return true }
    return await place.store.holdsDocuments(place.name)
  }

  /// - Throws: `unknown` for a collection that its store was told to leave alone, whether it is there or not.
  package func requireReach(of name: String) throws(CollectionError) {
    let place = try place(of: name)
    try place.store.requireReach(of: place.name)
  }

  /// What the usual store has.
  package func list() async throws(CollectionError) -> [(
    path: String, status: Result<CollectionStatus, CollectionError>
  )] {
    try await usual.list().map { ($0.path, $0.status.map { $0.named(in: nil) }) }
  }

  /// Removes a collection.
  package func drop(_ name: String) async throws(CollectionError) {
    let place = try place(of: name)
    try await place.store.drop(place.name)
  }

  /// Gives a collection another name in its store.
  package func move(_ name: String, to other: String) async throws(CollectionError) {
    let place = try place(of: name), target = try self.place(of: other)
    guard label(of: name) == label(of: other) else {
      throw CollectionError(
        .invalid(
          parameter: "name",
          expected: "a name in the same store: 'akin collections export' and 'import' copy to another",
          found: "\"\(other)\""))
    }
    try await place.store.move(place.name, to: target.name)
  }

  /// Of the usual store.
  package func holders(of hashes: Set<TextHash>, space: VectorSpace) async -> [QualifiedCollection] {
    await usual.holders(of: hashes, space: space).map { QualifiedCollection($0, store: nil) }
  }

  /// Which files of its folder a collection takes.
  package func settings(of name: String) async -> FolderSettings {
    guard let place = try? place(of: name) else { return FolderSettings() }
    return await place.store.settings(of: place.name)
  }

  /// Remembers which files of its folder a collection takes.
  package func remember(_ settings: FolderSettings, of name: String) async throws(CollectionError) {
    let place = try place(of: name)
    try await place.store.remember(settings, of: place.name)
  }

  private func label(of name: String) -> String? { QualifiedName(name)?.store }
}

extension QualifiedName {
  /// - Throws: `invalid` for a text that is no name.
  static func required(_ text: String) throws(CollectionError) -> QualifiedName {
    if let name = QualifiedName(text) { return name }
    throw CollectionError(
      .invalid(parameter: "collection", expected: "store:STORE/NAME, of a collection of a store", found: "\"\(text)\""))
  }
}

extension CollectionError {
  /// There is no store of this name.
  /// - Parameter names: of those that there are.
  static func noStore(_ name: String, of names: [String]) -> CollectionError {
    CollectionError(
      .invalid(parameter: "collection", expected: Self.expectedStore(names), found: "\"\(name)\""))
  }

  /// - Parameter names: of the stores that there are.
  package static func expectedStore(_ names: [String]) -> String {
    "a store that the configuration or --store names: "
      + (names.isEmpty ? "there is none" : names.joined(separator: ", "))
  }
}

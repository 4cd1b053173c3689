import AkinCollections
import AkinProtocol
import Documents

/// Stored collections that a request names, and which parts of them it means.
struct NamedCollections {
  var collections: [any CollectionStorage] = []
  /// For ``DocumentScope/parts``.
  var parts: [String: [[String]]] = [:]

  /// - Parameter inside: the part of the collection, from its folder; empty for all of it.
  mutating func append(_ collection: any CollectionStorage, inside: String) {
    let pattern = "./" + PathGlobs.escaped(inside)
    guard collections.contains(where: { $0.name == collection.name }) else {
      collections.append(collection)
      if !inside.isEmpty { parts[collection.name] = [[pattern]] }
      return
    }
    // All of it is more than any part.
    parts[collection.name] = inside.isEmpty ? nil : parts[collection.name].map { [$0[0] + [pattern]] }
  }
}

extension CollectionCatalog {
  /// What a name stands for by the one rule of ``IndexedFolder``: the collection of this name, else of a folder the one that
  /// answers for it, as far as there is one. One without documents answers for nothing where another does.
  /// - Returns: the collection's name, and which part of its folder is meant; empty for all.
  func scope(of name: CollectionName) async -> (name: String, inside: String) {
    let stored = await name.stored()
    guard name.isFolder, await !holdsDocuments(stored), let place = try? place(of: stored),
      let scope = await IndexedFolder(place.name, store: place.store), scope.isIndexed
    else {
      return (stored, "")
    }
    return (QualifiedName(store: name.store, name: scope.root).text, scope.part)
  }
}

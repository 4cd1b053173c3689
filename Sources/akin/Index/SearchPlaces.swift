import AkinCollections
import ArgumentParser
import Engine

/// The folders and files that a search is told to look in, by the collections that hold them.
struct SearchPlaces {
  /// A collection, and which parts of it are searched.
  struct Part {
    let index: FolderIndex
    /// Patterns over paths from the root; nil for all of it.
    var patterns: [String]?
  }

  let parts: [Part]

  /// - Parameters:
  ///   - paths: the working folder where there are none.
  ///   - isNothing: whether no folder is meant at all.
  /// - Throws: ``Failure`` where one cannot be searched.
  init(_ paths: [String], engine: Engine, store: any CollectionCatalog, isNothing: Bool = false) async throws(Failure) {
    var parts: [Part] = []
    for path in isNothing ? [] : paths.isEmpty ? ["."] : paths {
      guard FilePath.resolved(path) != nil else {
        throw Failure.missing(
          "file or folder", path,
          hint: "The first argument is the query. Several queries come from --file or standard input, one a line.")
      }
      let index = try await FolderIndex(path, engine: engine, store: store)
      let part = index.folder.part
      let patterns = part.isEmpty ? nil : ["./" + PathGlobs.escaped(part)]
      guard let known = parts.firstIndex(where: { $0.index.root.utf8.elementsEqual(index.root.utf8) }) else {
        parts.append(Part(index: index, patterns: patterns))
        continue
      }
      if let more = patterns, let before = parts[known].patterns {
        parts[known].patterns = before + more
      } else {
        parts[known].patterns = nil
      }
    }
    self.parts = parts
  }

  /// Brings all of them up to date.
  /// - Returns: what a person should know of what was left out.
  func update(_ taking: TakingOptions, isVerbose: Bool, leavesPending: Bool) async throws -> [String] {
    var notes: [String] = []
    for part in parts {
      let settings = try await taking.settings(for: part.index.root, in: part.index.indexer.store)
      notes += try await part.index.update(
        settings: settings, isVerbose: isVerbose, leavesPending: leavesPending)
    }
    return notes
  }

  /// The collections, and which documents of each take part.
  /// - Parameters:
  ///   - globs: as a person gives them who stands in the working folder.
  ///   - languages: LSP's identifiers.
  func scope(
    globs: [String], languages: [String]
  ) async throws -> (collections: [any CollectionStorage], scope: DocumentScope) {
    var collections: [any CollectionStorage] = []
    var scope = DocumentScope()
    scope.languages = languages
    let here = FilePath.resolved(".") ?? "/"
    for part in parts {
      let collection = try await part.index.collection()
      collections.append(collection)
      let own = part.index.folder.globs(globs, from: here)
      // A broken pattern is told in the words that it was given in.
      _ = try PathGlobs(globs)
      let lists = [part.patterns, own.isEmpty ? nil : own].compactMap(\.self)
      if !lists.isEmpty { scope.parts[collection.name] = lists }
    }
    return (collections, scope)
  }
}

import Collections
import Engine

/// The collection of a folder, as the commands that search it want it: the folder's own, or that of a folder above.
struct FolderIndex {
  let folder: IndexedFolder
  let engine: Engine
  let indexer: Indexer
  let collection: StoredCollection

  /// The folder that the collection is an index of.
  var root: String { folder.root }

  /// Finds the collection, which is made where there is none.
  /// - Parameter path: a folder.
  /// - Throws: ``Failure`` where there is no such folder, or one that is not indexed unasked; `CollectionError`.
  init(_ path: String, engine: Engine, store: CollectionStore = .user) async throws {
    guard let folder = await IndexedFolder(path, store: store) else {
      throw Failure(.inputMissing, "there is no folder \(path)")
    }
    if folder.isVast {
      throw Failure(
        .usage, "\(folder.root) is not indexed, which could take very long",
        hint: "Search in a folder of it, or run 'akin index' here first if you mean all of it.")
    }
    self.folder = folder
    self.engine = engine
    indexer = Indexer(engine: engine, store: store)
    collection = try await indexer.collection(folder.root, folder: folder.root)
  }

  /// The absolute path without links of a folder that is there.
  static func existing(_ path: String) throws(Failure) -> String {
    guard let folder = FilePath.resolved(path) else { throw Failure(.inputMissing, "there is no folder \(path)") }
    return folder
  }

  /// Says where a search had to do without the graph of near neighbours.
  func tellOfGraph() {
    guard let problem = collection.graphProblem, problem != .unsupported else { return }
    Notice.write("searched without the graph of near neighbours: \(problem); 'akin index' makes it anew")
  }

  /// Brings the collection up to date, with a bar where it takes time. Where another process is at it, what is there
  /// will do.
  func update() async throws {
    let bar = IndexBar()
    let start = ContinuousClock.now
    do {
      let report = try await Interruption.cancelling { [indexer, root] in
        try await indexer.update(root) { bar.add($0) }
      }
      bar.end()
      guard Descriptor.standardError.isTerminal else { return }
      let changed = report.added + report.updated + report.removed
      Notice.write(
        plain: Terminal(.standardError, color: .auto).paint(
          "\(NumberText.count(report.chunks, "chunk")), up to date in \(NumberText.duration(ContinuousClock.now - start)), "
            + "\(NumberText.count(changed, "file")) changed", .dim))
    } catch let error as CollectionError where error.kind == .busy {
      bar.end()
      Notice.write("another process is indexing \(root): searching what is there")
    } catch {
      bar.end()
      throw error
    }
  }
}

extension CollectionStore {
  /// The collections of the user who runs the program.
  static var user: CollectionStore { CollectionStore(environment: Environment.all) }
}

import AkinCollections
import Engine
import Platform

/// The index of a place, as the commands that search it want it: by the one rule of ``IndexedFolder``.
struct FolderIndex {
  let folder: IndexedFolder
  let engine: Engine
  let indexer: Indexer

  /// The folder that the collection is an index of.
  var root: String { folder.root }

  /// Finds the scope of a place; nothing is stored yet.
  /// - Parameter path: a folder, or a file in one.
  /// - Throws: ``Failure`` where there is nothing, or a folder that is not indexed unasked.
  init(_ path: String, engine: Engine, store: any CollectionCatalog) async throws(Failure) {
    guard let folder = await IndexedFolder(path, store: store) else {
      throw Failure.missing("file or folder", path)
    }
    if folder.isVast {
      throw Failure(
        .usage, "\(folder.root) is not indexed, which could take very long",
        hint: "Search in a folder of it, or run 'akin index' here first if you mean all of it.")
    }
    self.init(folder, engine: engine, store: store)
  }

  /// The index of a scope that was found.
  init(_ folder: IndexedFolder, engine: Engine, store: any CollectionCatalog) {
    self.folder = folder
    self.engine = engine
    indexer = Indexer(engine: engine, store: store, extractor: .own)
  }

  /// The collection.
  /// - Throws: ``Failure`` where nothing is indexed; `CollectionError`.
  func collection() async throws -> any CollectionStorage {
    guard await indexer.store.has(root) else {
      throw Failure(
        .inputMissing, "nothing of \(root) is indexed",
        hint: "'akin index \(root)' indexes it; 'akin index --verbose' names what is left out.")
    }
    return try await indexer.collection(root, folder: root)
  }

  /// Says where a search had to do without the graph of near neighbours.
  static func tellOfGraph(_ collection: any CollectionStorage) {
    guard let problem = collection.graphProblem, problem != .unsupported else { return }
    Notice.write("searched without the graph of near neighbours: \(problem); 'akin index' makes it anew")
  }

  /// Says where the index of a folder that was moved has been found.
  static func tellOfMove(_ report: IndexReport, to root: String) {
    guard let before = report.movedFrom else { return }
    Notice.write(
      "\(FileName.shown(root)) was \(FileName.shown(before)) when it was indexed, by its files: that index is its own now"
    )
  }

  /// Brings the collection up to date, with a bar where it takes time. Where another process is at it, what is there
  /// will do.
  /// - Parameters:
  ///   - settings: which files take part from now on; nil as before.
  ///   - isVerbose: whether the files that are left out are named.
  ///   - leavesPending: whether more than a few new texts are left to be embedded later.
  /// - Returns: what a person should know of what was left out.
  @discardableResult
  func update(
    settings: FolderSettings? = nil, isVerbose: Bool = false, leavesPending: Bool = false
  ) async throws -> [String] {
    let bar = IndexBar()
    let start = ContinuousClock.now
    var options = UpdateOptions()
    options.settings = settings
    options.leavesPending = leavesPending
    options.mostFiles = UpdateOptions.mostUnaskedFiles
    do {
      let report = try await Interruption.cancelling { [indexer, root, options] in
        try await indexer.update(root, options: options) { bar.add($0) }
      }
      bar.end()
      if report.chunks > 0 { try await PermittedFolders(of: indexer.store).insert(root) }
      tell(report, time: ContinuousClock.now - start, isVerbose: isVerbose)
      // Whether anything is found or not.
      for problem in report.problems { Notice.write(problem) }
      let isEmpty = report.chunks == 0 && !report.skipped.isEmpty
      return report.hints
        + (isEmpty ? ["nothing of \(root) is indexed" + IndexSummary.leftOut(report, separator: ": ")] : [])
    } catch let error as CollectionError where error.kind == .busy {
      bar.end()
      Notice.write("another process is indexing \(root): searching what is there")
    } catch let error as WalkError where error.isOverfull {
      bar.end()
      throw Failure(
        .usage, "\(root) is not indexed, and has more than \(UpdateOptions.mostUnaskedFiles) files",
        hint: "Search in a folder of it, or run 'akin index \(root)' first if you mean all of it.")
    } catch let error as CollectionError where error.kind == .storageFailed {
      bar.end()
      Notice.write("\(error); searching what is there")
    } catch {
      bar.end()
      throw error
    }
    return []
  }

  /// Embeds what waits, for commands whose answer is of all there is.
  func embedPending() async throws {
    try await Self.embedPending(in: try await collection(), by: indexer)
  }

  /// Embeds what waits in a collection.
  static func embedPending(in collection: any CollectionStorage, by indexer: Indexer) async throws {
    guard try await collection.pendingCount() > 0 else { return }
    let bar = WorkBar("embedding", "chunk", of: try await collection.pendingCount())
    defer { bar.end() }
    try await Interruption.cancelling {
      _ = try await indexer.embedPending(in: collection) { embedded, _ in bar.add(embedded) }
    }
  }

  /// What has changed, where a person reads it and something has.
  private func tell(_ report: IndexReport, time: Duration, isVerbose: Bool) {
    Self.tellOfMove(report, to: root)
    if isVerbose {
      for file in report.skipped {
        Notice.write(plain: FileName.shown(file.path) + "\t" + file.reason.description)
      }
    }
    let changed = report.added + report.updated + report.removed
    guard changed > 0, Descriptor.standardError.isTerminal else { return }
    Notice.write(
      plain: Terminal(.standardError, color: .auto).paint(
        "\(NumberText.count(changed, "file")) changed, \(NumberText.count(report.chunks, "chunk")), "
          + "\(NumberText.duration(time))\(IndexSummary.leftOut(report, separator: "; "))", .dim))
  }
}

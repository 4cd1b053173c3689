import AkinCollections
import ArgumentParser
import Documents
import Engine
import Platform

/// `akin index`: brings the index of a folder up to date.
struct IndexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Index a folder, so that it can be searched by meaning.",
    discussion: """
      In a git checkout the files that git lists, else all that .gitignore lets through. .akinignore, with the same \
      rules, holds over both: it leaves out more, or brings back by '!'. Hidden files that git does not track, binary, \
      minified, over-large and lock files, and editors' copies, are left out. Only what has changed \
      since the last time is read, and only text that was never seen is embedded. What is done is kept, also after \
      Ctrl-C.

      A folder that is in one that is indexed, or in a git checkout, is indexed as a part of that. What may hold secrets \
      (keys, .env, credentials) is left out unless .akinignore asks for it by '!'.

      The index is one SQLite file in $AKIN_DATA/collections, and nothing in the folder.

        akin index ~/notes
        akin index --watch
        akin index --inspect README.md
      """)

  @Argument(help: "The folder.", completion: .directory)
  var folder = "."
  @Flag(help: "Name the files that are left out, with the reasons.")
  var verbose = false
  @Flag(help: "Go on and follow the folder's changes until interrupted.")
  var watch = false
  @Flag(help: "Read all files again, whatever their times tell.")
  var force = false
  @Flag(help: "The folder has really been emptied: its file system is not just missing.")
  var emptied = false
  @Flag(
    help: "Nobody has asked for this folder: leave out what a search would not index by itself (a home, a whole disk).")
  var unasked = false
  @OptionGroup var taking: TakingOptions
  @Option(
    help: ArgumentHelp(
      "Store it under this name, by which 'akin search --collection' finds it, also from other machines. (default: the folder's path)",
      valueName: "name"))
  var name: String?
  @Option(
    help: ArgumentHelp("Index nothing: show how this file is cut, or why it is left out.", valueName: "file"),
    completion: .file())
  var inspect: String?
  @OptionGroup var graphOptions: GraphOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  /// Between two looks whether another process is done.
  private static let patience = Duration.seconds(1)

  func validate() throws {
    if inspect != nil, watch { throw ValidationError("--inspect and --watch exclude each other") }
    guard let name else { return }
    guard let qualified = QualifiedName(name) else { throw ValidationError("--name takes NAME or store:STORE/NAME") }
    if qualified.name.utf8.first == UInt8(ascii: "/") {
      throw ValidationError("--name takes a name that is no path: a folder's own path is its name without")
    }
  }

  func run() async throws {
    if let inspect {
      return try await ChunkListing(path: inspect, folder: folder, store: graphOptions.store).write(
        engine: try modelOptions.loadEngine(), display: display)
    }
    if unasked, await IndexedFolder(folder, store: graphOptions.store)?.isVast != false { return }
    let root = try await root()
    let indexer = Indexer(engine: try modelOptions.loadEngine(), store: graphOptions.store, extractor: .own)
    do {
      // One watch over the signals for all of it.
      try await Interruption.cancelling { [self] in
        // What changes during the first update is seen by the watch.
        let changes =
          watch ? try FolderWatch(root, options: try await settings(of: name ?? root, in: indexer.store).walk) : nil
        try await update(root, indexer, isFirst: true)
        if let changes { try await follow(changes, root, indexer) }
      }
    } catch let interrupted as Interrupted {
      Notice.write("interrupted; what was indexed is kept, and the next run goes on from there")
      throw interrupted
    }
  }

  /// The scope of the folder that was named.
  private func root() async throws(Failure) -> String {
    guard let scope = await IndexedFolder(folder, store: graphOptions.store), let asked = FilePath.resolved(folder)
    else {
      throw Failure.missing("folder", folder)
    }
    guard FilePath.isFolder(asked) else {
      throw Failure(
        .usage, "\(folder) is a file, and folders are indexed",
        hint: "'akin index \(FileName.shown(scope.root))' indexes its folder; --inspect shows how a file is cut.")
    }
    if !scope.inside.isEmpty {
      Notice.write("indexing \(FileName.shown(scope.root)), which \(FileName.shown(folder)) is a part of")
    }
    return scope.root
  }

  /// Which files take part from now on.
  private func settings(of root: String, in store: any CollectionCatalog) async throws -> FolderSettings {
    if let settings = try await taking.settings(for: root, in: store) { return settings }
    return await store.settings(of: root)
  }

  private func follow(_ changes: FolderWatch, _ root: String, _ indexer: Indexer) async throws {
    Notice.write("following \(root); Ctrl-C ends")
    var wasNotified = true
    while true {
      let isNotified = await changes.isNotified
      if wasNotified, !isNotified {
        Notice.write("the system does not tell of all changes: looking every few seconds")
      }
      wasNotified = isNotified
      try await changes.next()
      while try await !isUpdated(root, indexer) { try await Task.sleep(for: Self.patience) }
    }
  }

  /// False where another process is indexing the folder, which may have passed what has changed.
  private func isUpdated(_ root: String, _ indexer: Indexer) async throws -> Bool {
    do {
      try await update(root, indexer, isFirst: false)
      return true
    } catch let error as CollectionError where error.kind == .busy {
      return false
    }
  }

  private func update(_ root: String, _ indexer: Indexer, isFirst: Bool) async throws {
    let stream = OutputStream(descriptor: .standardOutput)
    let bar = IndexBar()
    let start = ContinuousClock.now
    var options = UpdateOptions()
    options.readsAll = force && isFirst
    options.acceptsEmptied = emptied
    if isFirst { options.settings = try await taking.settings(for: name ?? root, in: indexer.store) }
    let report: IndexReport
    do {
      report = try await indexer.update(root, as: name, options: options) { bar.add($0) }
    } catch {
      bar.end()
      throw error
    }
    bar.end()
    FolderIndex.tellOfMove(report, to: root)
    if report.chunks > 0 {
      // What assistants may look into is a person's to say.
      if !unasked, name == nil { try await PermittedFolders(of: indexer.store).insert(root) }
      try await completeGraph(of: try await indexer.collection(name ?? root, folder: root))
    }
    if !isFirst, report.added + report.updated + report.removed == 0 { return }
    if verbose, isFirst {
      for file in report.skipped {
        try stream.write(line: FileName.inLine(file.path) + "\t" + file.reason.description)
      }
    }
    let summary = IndexSummary(root: root, report: report, time: ContinuousClock.now - start)
    if display.json { try stream.write(json: summary.json) } else { try stream.write(line: summary.text) }
    try stream.flush()
    for note in report.notes { Notice.write(note) }
  }

  /// A large collection's approximate index; a smaller one is scanned, and has none.
  private func completeGraph(of collection: any CollectionStorage) async throws {
    let before = try await collection.graphStatus()
    if let problem = before?.problem { Notice.write("the graph of near neighbours is of no use: \(problem)") }
    try await link(collection)
    tell(of: try await collection.graphStatus(), after: before)
  }

  private func link(_ collection: any CollectionStorage) async throws {
    let rest = try await collection.extendGraph()
    guard rest > 0 else { return }
    Notice.write("linking \(rest) near neighbours; searches need not wait for it")
    let bar = WorkBar("linking", "chunk", of: rest)
    defer { bar.end() }
    while case let left = try await collection.extendGraph(), left > 0 {
      try Task.checkCancellation()
      bar.add(max(0, rest - left))
    }
  }

  private func tell(of status: GraphStatus?, after before: GraphStatus?) {
    guard let status, status != before, let recall = status.recall else { return }
    Notice.write(
      "linked \(status.linked) vectors; the graph finds \(NumberText.fixed(recall, decimals: 3)) of the nearest ten")
  }
}

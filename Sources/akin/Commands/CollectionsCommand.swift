import AkinCollections
import AkinProtocol
import AkinServer
import ArgumentParser
import Documents
import Platform

/// `akin collections`: what is indexed, and its upkeep.
struct CollectionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collections",
    abstract: "List what is indexed, and look after it.",
    discussion: """
      A folder's collection is named by the folder's path, from anywhere, or by any path to the folder; others by the \
      name they were given.
      """,
    subcommands: [
      List.self, Status.self, Move.self, Remove.self, Prune.self, Vacuum.self, CheckFiles.self, Repair.self,
      Export.self, Import.self,
    ],
    defaultSubcommand: List.self)
}

/// Names a collection on the command line.
struct CollectionArgument: ParsableArguments {
  @Argument(help: "A collection's name, or a folder.", completion: .directory)
  var name: String
  @OptionGroup var stores: StoreOptions

  /// The name that it is stored under.
  func storedName() async -> String { await Self.storedName(name, in: stores.catalog) }

  static func storedName(_ name: String, in store: any CollectionCatalog) async -> String {
    if let qualified = QualifiedName(name), let label = qualified.store, let own = try? store.store(label) {
      return QualifiedName(store: label, name: await storedName(qualified.name, in: own)).text
    }
    if await store.has(name) { return name }
    // A folder that is not there any more has its name all the same.
    let folder = FilePath.identity(name)
    return await store.has(folder) || FilePath.resolved(name) != nil ? folder : name
  }

  func open() async throws(CollectionError) -> any CollectionStorage {
    try await stores.catalog.open(await storedName())
  }
}

extension CollectionStatus {
  /// Whether its folder was one of this machine's, and is not there any more.
  fileprivate func folderIsGone(in store: any CollectionCatalog) async -> Bool {
    guard let folder = folder ?? GitRepository.folder(of: name), FilePath.resolved(folder) == nil else { return false }
    guard store.machine != 0 else { return true }
    guard let collection = try? await store.open(name) else { return false }
    return await store.isOfThisMachine(collection)
  }
}

extension CollectionsCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the collections.")
    @OptionGroup var stores: StoreOptions
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let stream = OutputStream(descriptor: .standardOutput)
      let terminal = display.terminal
      var table = Table([
        .init(title: "collection", isFlexible: true), .init(title: "documents", alignment: .right),
        .init(title: "chunks", alignment: .right), .init(title: "size", alignment: .right),
        .init(title: "model", isFlexible: true),
      ])
      var gone = 0
      let store = stores.catalog
      for (path, status) in try await store.list() {
        switch status {
        case .failure(let error):
          let text = "\(error)"
          // Most errors name the file themselves.
          Notice.write(text.hasPrefix(path) ? text : "\(path): \(text)")
        case .success(let status):
          if display.json, let listed = IndexListMethod.Collection(status) { try stream.write(json: listed.json) }
          // A person knows the model without its publisher; the path needs the room.
          let model = status.space.model
          let shown = terminal.forReading ? model.split(separator: "/").last.map(String.init) ?? model : model
          let isGone = await status.folderIsGone(in: store)
          gone += isGone ? 1 : 0
          table.append([
            status.name + (isGone && terminal.forReading ? " (gone)" : ""), "\(status.documents)", "\(status.chunks)",
            NumberText.bytes(status.bytes),
            "\(shown) (\(status.space.precision))",
          ])
        }
      }
      if !display.json {
        if table.rows.isEmpty, terminal.forReading {
          try stream.write(line: "nothing is indexed yet: 'akin index FOLDER' indexes a folder")
        } else {
          for line in table.lines(for: terminal) { try stream.write(line: line) }
        }
      }
      try stream.flush()
      if !store.stores.isEmpty, Descriptor.standardError.isTerminal {
        Notice.write("other stores, by --store NAME: \(store.stores.joined(separator: ", "))")
      }
      if gone > 0 {
        Notice.write(
          "\(NumberText.count(gone, "folder")) that \(gone == 1 ? "is" : "are") not there any more; 'akin collections prune' removes "
            + "what is indexed of \(gone == 1 ? "it" : "them"), 'akin collections move OLD NEW' tells where a folder is now"
        )
      }
    }
  }

  struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Tell of one collection.")
    @OptionGroup var argument: CollectionArgument
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let collection = try await argument.open()
      let stream = OutputStream(descriptor: .standardOutput)
      if display.json {
        // The members of `index/status`.
        if let status = try await IndexStatusMethod.Result(collection, openDocuments: 0) {
          try stream.write(json: status.json)
        }
      } else {
        for (name, value) in try await rows(of: collection) {
          let words = TextWidth.printable(value).split(separator: " ").map(String.init)
          let width = display.terminal.forReading ? display.terminal.columns : .max
          for line in TextWidth.hanging(words, after: TextWidth.padded(name, to: 11), 11, to: width) {
            try stream.write(line: line)
          }
        }
      }
      try stream.flush()
    }

    private func rows(of collection: any CollectionStorage) async throws -> [(name: String, value: String)] {
      let status = try await collection.status()
      return [
        ("name", FileName.shown(status.name)), ("folder", status.folder.map(FileName.shown) ?? "none"),
        ("model", status.space.summary),
        ("documents", "\(status.documents)"),
        ("chunks", "\(status.chunks)" + (status.pending > 0 ? ", \(status.pending) wait to be embedded" : "")),
        ("size", NumberText.bytes(status.bytes)),
        ("graph", try await collection.graphStatus()?.description ?? "none; searches scan all vectors"),
        ("file", FileName.shown(collection.path)), ("indexing", await collection.isIndexing() ? "yes" : "no"),
      ]
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Delete a collection; the folder is left alone.")
    @OptionGroup var argument: CollectionArgument

    func run() async throws {
      let name = await argument.storedName()
      try await argument.stores.catalog.drop(name)
      try await PermittedFolders(of: argument.stores.catalog).remove(name)
    }
  }

  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Delete the collections of folders that are not there any more.",
      discussion: """
        A folder on a disk that is not mounted is not there either: look first with --dry-run. On a server those are left alone whose \
        folders another machine has indexed.
        """)
    @Flag(help: "Delete nothing: only name them.")
    var dryRun = false
    @OptionGroup var stores: StoreOptions

    func run() async throws {
      let stream = OutputStream(descriptor: .standardOutput)
      let store = stores.catalog
      for (_, status) in try await store.list() {
        guard case .success(let status) = status, await status.folderIsGone(in: store) else { continue }
        if !dryRun {
          try await store.drop(status.name)
          try await PermittedFolders(of: store).remove(status.name)
        }
        try stream.write(
          line: Descriptor.standardOutput.isTerminal ? FileName.shown(status.name) : FileName.inLine(status.name))
      }
      try stream.flush()
    }
  }

  struct Vacuum: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Give back the space of what was removed.")
    @OptionGroup var argument: CollectionArgument

    func run() async throws {
      let collection = try await argument.open()
      let before = try await collection.status().bytes
      try await collection.vacuum()
      let after = try await collection.status().bytes
      Notice.write(plain: "\(NumberText.bytes(before)) before, \(NumberText.bytes(after)) now")
    }
  }

  struct CheckFiles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Look whether a collection is sound; status 1 where it is not.")
    @OptionGroup var argument: CollectionArgument

    func run() async throws {
      let problems = try await argument.open().check()
      let stream = OutputStream(descriptor: .standardOutput)
      for problem in problems { try stream.write(line: problem) }
      if problems.isEmpty, Descriptor.standardOutput.isTerminal { try stream.write(line: "sound") }
      try stream.flush()
      if !problems.isEmpty { throw EarlyExit(status: .negative) }
    }
  }
}

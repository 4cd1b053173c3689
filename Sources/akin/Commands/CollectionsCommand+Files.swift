import AkinCollections
import ArgumentParser
import Documents
import Engine
import JSON

extension CollectionsCommand {
  struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tell where a folder is now whose index this is, or give a collection another name.",
      discussion: """
        The index of a folder that was moved is found by itself, by the folder's files, when the folder is indexed or searched \
        at its new place, unless that is on another disk. What was said of the folder (--hidden, --no-ignore, --max-filesize) \
        holds on, and nothing is embedded anew.

          akin collections move ~/notes ~/archive/notes
        """)
    @Argument(help: "The folder as it was, or a collection's name.", completion: .directory)
    var old: String
    @Argument(help: "The folder as it is now, or another name.", completion: .directory)
    var new: String
    @OptionGroup var stores: StoreOptions

    func run() async throws {
      let catalog = stores.catalog
      let label = QualifiedName(old)?.store
      let (store, old) = try catalog.place(of: old), target = QualifiedName(new)
      // The new name needs not tell the store again; another store is refused.
      if let other = target?.store, other != label { return try await catalog.move(self.old, to: new) }
      try await move(old, to: target?.name ?? new, in: store)
    }

    private func move(_ old: String, to new: String, in store: any CollectionCatalog) async throws {
      let name = await CollectionArgument.storedName(old, in: store)
      let collection = try await store.open(name)
      var target = new
      if let folder = collection.folder, folder.utf8.elementsEqual(name.utf8) {
        guard let found = FilePath.resolved(new), FilePath.isFolder(found) else {
          throw Failure(.inputMissing, "there is no folder \(new)", hint: "Move the folder first, then its index.")
        }
        target = found
      }
      try await store.move(name, to: target)
      let permitted = PermittedFolders(of: store)
      if await permitted.contains(name) { try await permitted.insert(target) }
      try await permitted.remove(name)
      let count = try await store.open(target).status().documents
      Notice.write("\(target) has the index of \(name) now: \(NumberText.count(count, "document"))")
    }
  }

  struct Repair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Save what can be read of a damaged collection; the damaged file is kept beside it.")
    @OptionGroup var argument: CollectionArgument

    func run() async throws {
      let place = try argument.stores.catalog.place(of: await argument.storedName())
      guard let store = place.store as? SQLiteCatalog else {
        throw Failure(
          .usage, "repair is for files",
          hint: "A server's own tools repair its tables (pg_amcheck, a backup); then index again.")
      }
      let report = try await store.repair(place.name)
      guard let file = report.damagedFile else {
        return Notice.write(plain: "nothing is wrong with it: \(NumberText.count(report.kept, "document"))")
      }
      Notice.write(
        plain: "\(NumberText.count(report.kept, "document")) kept, \(report.lost) lost; the damaged file is now " + file
      )
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a collection to standard output as JSON lines, with all that it is.",
      discussion: """
        Texts, places, vectors, times and hashes of files, what was left out, and which files take part: 'import' makes the \
        same collection of it. As Parquet, by the Python client:

          akin collections export notes | python -m akin parquet --output notes.parquet
          python -m akin parquet notes.parquet | akin collections import -
        """)
    @OptionGroup var argument: CollectionArgument

    /// Documents that are read at once.
    private static let page = 64

    func run() async throws {
      // A file tells no store.
      let place = try argument.stores.catalog.place(of: await argument.storedName())
      let collection: any CollectionStorage = try await place.store.open(place.name)
      let stream = OutputStream(descriptor: .standardOutput)
      let count = try await collection.status().documents
      try stream.write(
        json: CollectionFile.header(
          collection, documents: count, settings: await place.store.settings(of: collection.name),
          unread: try await collection.unreadFiles()))
      let bar = WorkBar(
        "exporting", "document", of: count, isShown: !Descriptor.standardOutput.isTerminal)
      defer { bar.end() }
      var offset = 0
      while true {
        let page = try await collection.documents(offset: offset, limit: Self.page, withChunks: true).map(\.document)
        guard !page.isEmpty else { break }
        offset += page.count
        let vectors = try await collection.knownVectors(Set(page.flatMap(\.chunks).map(\.textHash)))
        let places = try await collection.placeVectors(
          Set(page.flatMap { document in document.chunks.compactMap { $0.placeHash(path: document.path) } }))
        for document in page {
          try stream.write(json: CollectionFile.document(document, vectors: vectors, places: places))
        }
        bar.add(offset)
      }
      try stream.flush()
      let pending = try await collection.pendingCount()
      guard pending > 0 else { return }
      bar.end()
      Notice.write(
        "\(NumberText.count(pending, "chunk")) without a vector: not embedded yet; 'akin index' embeds all first")
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a collection that was exported; what is stored under its name is added to.")
    @Argument(help: "A file of JSON lines; '-' is standard input.", completion: .file())
    var file: String
    @Option(help: ArgumentHelp("Store it under this name. (default: the one in the file)", valueName: "name"))
    var name: String?
    @OptionGroup var stores: StoreOptions

    /// Documents of one transaction.
    private static let page = 64

    func run() async throws {
      let descriptor = file == TextSource.standardInputPath ? .standardInput : try Descriptor.open(reading: file)
      var reader = RecordReader(descriptor: descriptor, name: streamName, separator: UInt8(ascii: "\n"))
      guard let first = try reader.next(limit: 1)?.first else { throw Failure(.badData, "\(streamName) is empty") }
      let header = try field(first) { field throws(JSONFieldError) in try CollectionFile.header(field) }
      let folder = name == nil ? header.folder : nil
      let (store, target) = try place(header)
      try await checkPlace(target, of: folder, in: store)
      let isNew = await !store.has(target)
      let collection: any CollectionStorage = try await store.openOrCreate(
        target, folder: folder, space: header.space)
      var count = 0
      do {
        let size = InputSize.bytes(of: file, file == TextSource.standardInputPath ? descriptor : nil)
        try await fill(
          collection, from: &reader, header, count: &count, size: size, bytes: first.bytes.count)
      } catch {
        // What has nothing in it is in the way of who imports the right file next.
        if isNew, count == 0 { try? await store.drop(target) }
        guard count > 0, let failure = Failure(error) else { throw error }
        throw Failure(
          failure.status, failure.message,
          hint: failure.hint ?? "The first \(NumberText.count(count, "document")) are in \(collection.name) now.")
      }
      if let told = header.documents, count < told {
        throw Failure(
          .badData, "\(streamName) is cut: it tells of \(NumberText.count(told, "document")), and has \(count)",
          hint: "What it has is in \(collection.name) now; export it again, and import that over it.")
      }
      // Files that were left out are passed over again only where all that were not are there.
      var changes = CollectionChanges()
      changes.unread = header.unread.mapValues { $0 }
      try await collection.write(changes)
      if folder != nil { try await store.remember(header.settings, of: target) }
      Notice.write(plain: "\(NumberText.count(count, "document")) in \(collection.name)")
    }

    /// - Parameters:
    ///   - count: documents that are written.
    ///   - size: of the whole file; nil where it is not known.
    ///   - start: bytes that were read before.
    private func fill(
      _ collection: any CollectionStorage, from reader: inout RecordReader, _ header: CollectionFile.Header,
      count: inout Int, size: Int?, bytes start: Int
    ) async throws {
      let bar = WorkBar("importing", "document")
      defer { bar.end() }
      var bytes = start
      while let records = try reader.next(limit: Self.page) {
        var changes = CollectionChanges()
        changes.defersVectors = true
        for record in records {
          try field(record) { field throws(JSONFieldError) in
            try CollectionFile.read(field, in: header, into: &changes)
          }
        }
        try await collection.write(changes)
        count += changes.documents.count
        bytes += records.reduce(0) { $0 + $1.bytes.count + 1 }
        bar.add(count, share: size.map { Double(bytes) / Double(max($0, 1)) })
      }
    }

    private var streamName: String { TextSource.name(of: file) }

    /// Where it is stored; a file does not say in which store.
    private func place(_ header: CollectionFile.Header) throws -> (store: any CollectionCatalog, name: String) {
      guard let name else { return (try stores.catalog.store(nil), header.name) }
      return try stores.catalog.place(of: name)
    }

    /// A collection whose name is a path answers for that folder, so that searches there bring it up to date: what somebody has
    /// written into a file makes none of a folder that it is not of, nor of a whole disk.
    private func checkPlace(
      _ target: String, of folder: String?, in store: any CollectionCatalog
    ) async throws(Failure) {
      guard target.utf8.first == UInt8(ascii: "/") else { return }
      guard let folder, folder.utf8.elementsEqual(target.utf8) else {
        throw Failure(
          .badData, "\(streamName) is named \(target), and is not the index of this folder",
          hint: "--name stores it under a name that is no path.")
      }
      guard await IndexedFolder.isVast(folder, of: store), await !store.has(folder) else { return }
      throw Failure(
        .badData, "\(streamName) is the index of \(folder), and each search there would bring all of it up to date",
        hint: "--name stores it under another name; or run 'akin index \(folder)' first if you mean all of it.")
    }

    /// Reads a line, whose number errors tell.
    private func field<Value>(
      _ record: RecordReader.Record, _ read: (JSONField) throws(JSONFieldError) -> Value
    ) throws(Failure) -> Value {
      do {
        return try read(JSONField(try JSONValue.parse(Array(record.bytes)), path: ""))
      } catch {
        throw Failure(.badData, "\(streamName):\(record.number): \(error)")
      }
    }
  }
}

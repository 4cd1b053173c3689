import AkinCollections
import ArgumentParser
import Engine
import JSON

extension CollectionsCommand {
  struct Repair: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Save what can be read of a damaged collection; the damaged file is kept beside it.")
    @OptionGroup var argument: CollectionArgument

    func run() async throws {
      let report = try await CollectionStore.user.repair(await argument.storedName())
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
      abstract: "Write a collection to standard output as JSON lines, with its vectors.")
    @OptionGroup var argument: CollectionArgument

    /// Documents that are read at once.
    private static let page = 64

    func run() async throws {
      let collection = try await argument.open()
      let stream = OutputStream(descriptor: .standardOutput)
      try stream.write(json: CollectionFile.header(collection))
      let bar = WorkBar(
        "exporting", "document", of: try await collection.status().documents,
        isShown: !Descriptor.standardOutput.isTerminal)
      defer { bar.end() }
      var offset = 0
      while true {
        let page = try await collection.documents(offset: offset, limit: Self.page, withChunks: true).map(\.document)
        guard !page.isEmpty else { break }
        offset += page.count
        let vectors = try await collection.knownVectors(Set(page.flatMap(\.chunks).map(\.textHash)))
        for document in page { try stream.write(json: CollectionFile.document(document, vectors: vectors)) }
        bar.add(offset)
      }
      try stream.flush()
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Read a collection that was exported; what is stored under its name is added to.")
    @Argument(help: "A file of JSON lines; '-' is standard input.", completion: .file())
    var file: String
    @Option(help: ArgumentHelp("Store it under this name. (default: the one in the file)", valueName: "name"))
    var name: String?

    /// Documents of one transaction.
    private static let page = 64

    func run() async throws {
      let descriptor = file == TextSource.standardInputPath ? .standardInput : try Descriptor.open(reading: file)
      var reader = RecordReader(descriptor: descriptor, name: streamName, separator: UInt8(ascii: "\n"))
      guard let first = try reader.next(limit: 1)?.first else { throw Failure(.badData, "\(streamName) is empty") }
      let header = try field(first) { field throws(JSONFieldError) in try CollectionFile.header(field) }
      let collection = try await CollectionStore.user.openOrCreate(
        name ?? header.name, folder: name == nil ? header.folder : nil, space: header.space)
      let bar = WorkBar("importing", "document")
      defer { bar.end() }
      let size = InputSize.bytes(of: file, file == TextSource.standardInputPath ? descriptor : nil)
      var bytes = first.bytes.count
      var count = 0
      while let records = try reader.next(limit: Self.page) {
        var vectors: [TextHash: [Float]] = [:]
        var documents: [StoredDocument] = []
        for record in records {
          documents.append(
            try field(record) { field throws(JSONFieldError) in
              try CollectionFile.document(field, vectors: &vectors)
            })
        }
        try await collection.write(CollectionChanges(documents: documents, vectors: vectors))
        count += documents.count
        bytes += records.reduce(0) { $0 + $1.bytes.count + 1 }
        bar.add(count, share: size.map { Double(bytes) / Double(max($0, 1)) })
      }
      bar.end()
      Notice.write(plain: "\(NumberText.count(count, "document")) in \(collection.name)")
    }

    private var streamName: String { TextSource.name(of: file) }

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

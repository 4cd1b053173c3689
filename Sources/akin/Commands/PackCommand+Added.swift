import AkinCollections
import ArgumentParser
import Engine
import JSON
import ModelFiles
import Synchronization

extension PackCommand {
  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Have 'akin index' take vectors from a pack.",
      discussion: """
        Copies the pack to Akin's own files, in place of one that came from the same path or address before. It is \
        believed where a sample of its vectors, embedded again, has the same bits; whatever is taken from it later is \
        sampled too. Addresses are https ones and fetched by curl, with the system's proxies and certificates; http ones are \
        taken of this machine, and with --id, which says what must come. A pack in a shared folder or in a checkout with git LFS is \
        named by its path.
        """)
    @Argument(help: "A file or an address.", completion: .file())
    var pack: String
    @Option(
      help: ArgumentHelp("The folder whose texts it has, for the sample.", valueName: "folder"), completion: .directory)
    var folder = "."
    @Option(help: ArgumentHelp("Take no other pack than the one with this id.", valueName: "id"))
    var id: String?
    @Flag(help: "Believe it without a sample now; what is taken from it later is sampled all the same.")
    var unverified = false
    @OptionGroup var sample: SampleOption
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var display: OutputOptions

    /// Bytes of a pack that are fetched at most: five million vectors.
    private static let mostBytes = 16 << 30

    func run() async throws {
      let shelf = PackShelf(of: UserStore.files)
      let temporary = try shelf.temporaryPath()
      defer { Descriptor.remove(temporary) }
      try await bring(to: temporary, shelf)
      let indexer = try modelOptions.packIndexer()
      let found = try named { () throws(PackError) in try VectorPack.believed(temporary, indexer.space) }
      if let id, found.id != id.lowercased() {
        throw PackError(.otherContent(found: found.id, expected: id), path: source)
      }
      var verified = 0
      if !unverified {
        do {
          let place = found.holdsTexts ? nil : try await PackFolder(folder)
          verified = try await sample.verify(found, by: indexer, folder: place).sampled
        } catch let error as PackError {
          throw PackError(error.kind, path: source)
        }
      }
      let replaced = try shelf.add(found, at: temporary, source: source)
      try tell(found, verified: verified, replaced: replaced.count)
    }

    /// As it is told and remembered.
    private var source: String {
      FileDownload.isAddress(pack) ? FileDownload.shown(pack) : FilePath.resolved(pack) ?? pack
    }

    private func named<Value>(_ body: () throws(PackError) -> Value) throws(PackError) -> Value {
      do throws(PackError) { return try body() } catch { throw PackError(error.kind, path: source) }
    }

    private func bring(to temporary: String, _ shelf: PackShelf) async throws {
      guard FileDownload.isAddress(pack) else {
        // What is no pack is not copied first.
        _ = try VectorPack(path: pack)
        return try shelf.copy(pack, to: temporary)
      }
      let bar = WorkBar("fetching", "MB", "MB")
      defer { bar.end() }
      let download = FileDownload(environment: Environment.all)
      let refused = Refused()
      do {
        try await Interruption.cancelling { [pack, isPinned = id != nil] in
          let beginning = FileDownload.Beginning(bytes: VectorPack.longestBeginning) { path in
            try refused.noting { () throws(PackError) in try VectorPack.length(of: path) }
          }
          try await download.fetch(pack, isKnown: isPinned, to: temporary, most: Self.mostBytes, beginning: beginning) {
            bar.add($0 >> 20)
          }
        }
      } catch let error as FileDownload.Failed {
        if let kind = refused.kind { throw PackError(kind, path: source) }
        throw PackError(.notBrought(error.description), path: source)
      }
    }

    private func tell(_ pack: VectorPack, verified: Int, replaced: Int) throws {
      let stream = OutputStream(descriptor: .standardOutput)
      if display.json {
        try stream.write(json: [
          "id": .string(pack.id), "source": .string(source), "texts": .integer(Int64(pack.textCount)),
          "places": .integer(Int64(pack.placeCount)), "bytes": .integer(Int64(pack.bytes)),
          "verified": .integer(Int64(verified)), "replaced": .integer(Int64(replaced)),
        ])
      } else {
        let trust = unverified ? "not verified" : "\(verified) of them embedded again: the same bits"
        try stream.write(
          line: "\(NumberText.count(pack.textCount, "text")) and \(NumberText.count(pack.placeCount, "place")) "
            + "(\(trust))\(replaced > 0 ? ", in place of what \(source) had before" : "")")
      }
      try stream.flush()
    }
  }

  /// What was seen of a file while it came.
  private final class Refused: Sendable {
    private let error = Mutex<PackError?>(nil)

    var kind: PackError.Kind? { error.withLock { $0?.kind } }

    func noting(_ body: () throws(PackError) -> Int) throws(PackError) -> Int {
      do throws(PackError) {
        return try body()
      } catch {
        let found = error
        self.error.withLock { $0 = found }
        throw found
      }
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the packs that were added.")
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let stream = OutputStream(descriptor: .standardOutput)
      let terminal = display.terminal
      var table = Table([
        .init(title: "pack"), .init(title: "texts", alignment: .right), .init(title: "size", alignment: .right),
        .init(title: "model", isFlexible: true), .init(title: "from", isFlexible: true),
      ])
      for added in PackShelf(of: UserStore.files).list() {
        if display.json { try stream.write(json: added.json) }
        table.append([
          String(added.id.prefix(12)), added.pack.map { "\($0.textCount)" } ?? "",
          added.pack.map { NumberText.bytes($0.bytes) } ?? "", added.problem ?? added.pack?.space.model ?? "",
          added.source,
        ])
      }
      if !display.json {
        if table.rows.isEmpty, terminal.forReading {
          try stream.write(line: "no pack was added yet: 'akin pack add FILE' adds one")
        } else {
          for line in table.lines(for: terminal) { try stream.write(line: line) }
        }
      }
      try stream.flush()
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take vectors from a pack no more.", discussion: "Those that were taken stay in their collections.")
    @Argument(help: "The beginning of its id, or where it came from.")
    var pack: String

    func run() async throws {
      let shelf = PackShelf(of: UserStore.files)
      guard let added = shelf.added(pack) else {
        throw Failure(
          .inputMissing, "no pack that was added begins with '\(pack)', or more than one does",
          hint: "'akin pack list' lists them.")
      }
      shelf.remove(added.id)
    }
  }

  struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Remove added packs that give nothing any more.",
      discussion:
        "Those whose vectors are all in another one, and those that cannot be used: damaged, refused, or of another arithmetic than this version's."
    )
    @Flag(help: "Remove nothing: only name them.")
    var dryRun = false

    func run() async throws {
      let shelf = PackShelf(of: UserStore.files)
      let stream = OutputStream(descriptor: .standardOutput)
      var kept: [VectorPack] = []
      let all = shelf.list().sorted { ($0.pack?.textCount ?? 0) > ($1.pack?.textCount ?? 0) }
      for added in all {
        if let pack = added.pack, (try? pack.require(pack.space)) != nil, !kept.contains(where: { pack.isPart(of: $0) })
        {
          kept.append(pack)
          continue
        }
        if !dryRun { shelf.remove(added.id) }
        try stream.write(line: "\(added.id.prefix(12))\t\(TextWidth.printable(added.source))")
      }
      try stream.flush()
    }
  }
}

extension PackShelf {
  /// The one that a person means by the beginning of its id or by its source; nil for none and for several.
  func added(_ name: String) -> AddedPack? {
    let all = list()
    let path = FilePath.resolved(name) ?? FileDownload.shown(name)
    if let exact = all.first(where: { $0.id == name || $0.source.utf8.elementsEqual(path.utf8) }) { return exact }
    let found = all.filter { name.utf8.count >= 4 && $0.id.hasPrefix(name.lowercased()) }
    return found.count == 1 ? found[0] : nil
  }
}

extension AddedPack {
  var json: JSONValue {
    var object: JSONObject = ["id": .string(id), "source": .string(source)]
    if let pack {
      object["model"] = .string(pack.space.model)
      object["fingerprint"] = .string(pack.space.fingerprint)
      object["texts"] = .integer(Int64(pack.textCount))
      object["places"] = .integer(Int64(pack.placeCount))
      object["bytes"] = .integer(Int64(pack.bytes))
    }
    object["problem"] = problem.map { .string($0) }
    return .object(object)
  }
}

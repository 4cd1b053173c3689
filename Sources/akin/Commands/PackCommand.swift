import AkinCollections
import ArgumentParser
import Encoder
import Engine
import JSON
import Platform

/// `akin pack`: a team's vectors, computed once.
struct PackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Compute a folder's vectors once, for all who index it.",
    discussion: """
      A pack holds the vectors of a folder's texts in one file, by the texts' hashes and without the texts. What makes \
      it, say a build server, computes; who adds it indexes the folder in the time of a walk, and any other folder that \
      shares texts with it. The same files make the same bytes, on every processor, so that anybody can check a pack: \
      'verify' embeds some of its texts again and compares bit for bit, and so does 'add'.

        akin pack build -o akin.pack                      in a checkout, on the build server
        akin pack build --base old.pack -o akin.pack      computes only what is new
        akin pack add https://ci.example.org/akin.pack    in a clone
        akin index
      """,
    subcommands: [
      Build.self, Add.self, List.self, Remove.self, Prune.self, Verify.self, Merge.self, Cut.self,
    ])
}

/// The folder whose texts are meant, as it is indexed.
struct PackFolder {
  let root: String
  let options: WalkOptions

  init(_ path: String, _ taking: TakingOptions? = nil) async throws {
    guard let scope = await IndexedFolder(path, store: UserStore.catalog()) else {
      throw Failure.missing("folder", path)
    }
    guard !scope.isVast else {
      throw Failure(
        .usage, "\(FileName.shown(scope.root)) is not looked through, which could take very long",
        hint: "Name a folder of it (--folder with 'akin pack add').")
    }
    root = scope.root
    let given = try await taking?.settings(for: root, in: UserStore.catalog())
    let remembered = await UserStore.catalog().settings(of: root)
    options = (given ?? remembered).walk
  }
}

extension SampleSize: ExpressibleByArgument {
  /// `1%`, `2.5%` or a number of vectors.
  public init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), percent > 0, percent <= 100 else { return nil }
      self = .share(percent / 100)
    } else {
      guard let count = Int(argument), count > 0 else { return nil }
      self = .count(count)
    }
  }

  /// As a person gives it.
  public var defaultValueDescription: String {
    switch self {
    case .share(let share): NumberText.fixed(share * 100, decimals: 0) + "%"
    case .count(let count): "\(count)"
    }
  }
}

/// How a pack is looked at before it is believed.
struct SampleOption: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Embed so many of its vectors again, chosen by chance: a share, at least \(SampleSize.least), or a number.",
      valueName: "share"))
  var sample = SampleSize.share(0.01)

  /// Embeds a sample again.
  /// - Throws: ``PackError`` where one is not true.
  func verify(_ pack: VectorPack, by indexer: Indexer, folder: PackFolder?) async throws -> PackVerification {
    let bar = WorkBar("verifying", "vector")
    defer { bar.end() }
    let verification = try await Interruption.cancelling { [sample] in
      try await indexer.verify(
        pack, folder: folder?.root, sample: sample, options: folder?.options ?? WalkOptions()
      ) { bar.add($0, share: Double($0) / Double(max($1, 1))) }
    }
    if let first = verification.wrong.first {
      throw PackError(
        .untrue(wrong: verification.wrong.count, of: verification.sampled, first: "\"\(first)\""), path: pack.path)
    }
    return verification
  }
}

extension ModelOptions {
  /// The engine that packs are of.
  /// - Throws: ``Failure`` in float32, whose last digits differ between processors.
  func packIndexer() throws -> Indexer {
    guard precision == .q8 else {
      throw Failure(
        .usage, "--precision: a pack is of q8_0, whose vectors have the same bits on every processor",
        hint: "Those of f32 differ in their last digits, so that nobody could check them.")
    }
    return Indexer(engine: try loadEngine(), store: UserStore.catalog(), extractor: .own)
  }
}

extension PackReport {
  func json(path: String) -> JSONValue {
    func number(_ value: Int) -> JSONValue { .integer(Int64(value)) }
    return [
      "file": .string(path), "id": .string(id), "bytes": number(bytes), "files": number(files), "texts": number(texts),
      "places": number(places), "embedded": number(embedded), "missing": number(missing),
    ]
  }

  /// `12 files, 340 texts and 210 places (80 embedded), 1.2 MiB, 3.1 s: akin.pack`
  func text(path: String, time: Duration) -> String {
    let count = files > 0 ? NumberText.count(files, "file") + ", " : ""
    let rest = [embedded > 0 ? "\(embedded) embedded" : nil, missing > 0 ? "\(missing) not in it" : nil].compactMap {
      $0
    }
    return count + "\(NumberText.count(texts, "text")) and \(NumberText.count(places, "place"))"
      + (rest.isEmpty ? "" : " (\(rest.joined(separator: ", ")))")
      + ", \(NumberText.bytes(bytes)), \(NumberText.duration(time)): \(path)"
  }

  func write(path: String, since start: ContinuousClock.Instant, _ display: OutputOptions) throws {
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      try stream.write(json: json(path: path))
    } else {
      try stream.write(line: text(path: path, time: ContinuousClock.now - start))
    }
    try stream.flush()
  }
}

import AkinCollections
import ArgumentParser
import Engine
import JSON

extension PackCommand {
  struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a pack of a folder's vectors.",
      discussion: """
        Takes the files that 'akin index' would. Only what no --base has is embedded; what the folder has no more is left \
        out. Needs no index and leaves none behind.
        """)
    @Argument(help: "The folder. (default: the current one)", completion: .directory)
    var folder = "."
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var output: String
    @Option(
      help: ArgumentHelp("A pack whose vectors are taken where it has them. May be repeated.", valueName: "file"),
      completion: .file())
    var base: [String] = []
    @Flag(help: "Keep the texts in the pack too, so that it can be verified without the folder.")
    var texts = false
    @OptionGroup var taking: TakingOptions
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let start = ContinuousClock.now
      let output = try OutputPlace.replaced(output)
      let place = try await PackFolder(folder, taking)
      let indexer = try modelOptions.packIndexer()
      let bases = try base.map { path throws(PackError) in try VectorPack.believed(path, indexer.space) }
      let bar = IndexBar()
      defer { bar.end() }
      let report = try await Interruption.cancelling { [texts] in
        try await indexer.pack(place.root, from: bases, keepsTexts: texts, options: place.options, to: output) {
          bar.add($0)
        }
      }
      bar.end()
      try report.write(path: output, since: start, display)
    }
  }

  struct Cut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a pack of what a folder needs of another one.",
      discussion:
        "Of a checkout of a commit it is the commit's own: the bytes that 'build' there would write, where nothing is missing."
    )
    @Argument(help: "The pack.", completion: .file())
    var pack: String
    @Argument(help: "The folder. (default: the current one)", completion: .directory)
    var folder = "."
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var output: String
    @Flag(help: "Keep the texts in the pack too.")
    var texts = false
    @OptionGroup var taking: TakingOptions
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let start = ContinuousClock.now
      let output = try OutputPlace.replaced(output)
      let place = try await PackFolder(folder, taking)
      let indexer = try modelOptions.packIndexer()
      let base = try VectorPack.believed(pack, indexer.space)
      let bar = IndexBar()
      defer { bar.end() }
      let report = try await Interruption.cancelling { [texts] in
        try await indexer.pack(
          place.root, from: [base], embedding: false, keepsTexts: texts, options: place.options, to: output
        ) { bar.add($0) }
      }
      bar.end()
      try report.write(path: output, since: start, display)
    }
  }

  struct Merge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write one pack of several.",
      discussion:
        "All are of one model. Where two have different vectors of one text, one of them is not true: that is an error."
    )
    @Argument(help: "The packs.", completion: .file())
    var packs: [String]
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file())
    var output: String
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let start = ContinuousClock.now
      let output = try OutputPlace.replaced(output)
      var read: [VectorPack] = []
      for path in packs {
        let pack = try VectorPack(path: path)
        try pack.requireWhole()
        read.append(pack)
      }
      try VectorPack.merge(read, to: output).write(path: output, since: start, display)
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Embed some of a pack's texts again and compare bit for bit.",
      discussion: """
        The texts are those of a folder, or the pack's own where it holds them. Status 65 where one vector differs, where \
        the file is damaged, or where the pack is of another model or of another version of Akin's arithmetic.

          akin pack verify akin.pack --sample 1%
          akin pack verify akin.pack --sample 100%
        """)
    @Argument(help: "The pack, or the beginning of the id of one that was added.", completion: .file())
    var pack: String
    @Argument(help: "The folder whose texts it has. (default: the current one)", completion: .directory)
    var folder = "."
    @OptionGroup var sample: SampleOption
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var display: OutputOptions

    func run() async throws {
      let start = ContinuousClock.now
      let path = FilePath.exists(pack) ? pack : PackShelf(of: UserStore.files).added(pack)?.pack?.path ?? pack
      let indexer = try modelOptions.packIndexer()
      let found = try VectorPack.believed(path, indexer.space)
      let verification = try await sample.verify(
        found, by: indexer, folder: found.holdsTexts ? nil : try await PackFolder(folder))
      let stream = OutputStream(descriptor: .standardOutput)
      if display.json {
        try stream.write(json: [
          "file": .string(path), "id": .string(found.id), "known": .integer(Int64(verification.known)),
          "verified": .integer(Int64(verification.sampled)), "texts": .integer(Int64(found.textCount)),
          "places": .integer(Int64(found.placeCount)),
        ])
      } else {
        try stream.write(
          line:
            "\(verification.sampled) of \(found.textCount + found.placeCount) vectors embedded again: the same bits; "
            + NumberText.duration(ContinuousClock.now - start))
      }
      try stream.flush()
    }
  }
}

extension VectorPack {
  /// A pack that is whole, and of that space.
  /// - Throws: ``PackError``.
  static func believed(_ path: String, _ space: VectorSpace) throws(PackError) -> VectorPack {
    let pack = try VectorPack(path: path)
    try pack.require(space)
    try pack.requireWhole()
    return pack
  }
}

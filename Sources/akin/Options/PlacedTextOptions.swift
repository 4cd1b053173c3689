import AkinCollections
import ArgumentParser
import Engine

extension CollectionTexts.Unit: ExpressibleByArgument {}

/// Which texts a command looks at as a whole: a folder's, a collection's, or those of a stream.
struct PlacedTextOptions: ParsableArguments {
  @Argument(
    help: "A folder, or the name of a collection; '-' reads texts from standard input. (default: the current folder)",
    completion: .directory)
  var place: String?
  @Option(
    name: [.customShort("f", allowingJoined: true), .long, .customLong("input")],
    help: ArgumentHelp("Texts from this file, one a line; '-' is standard input.", valueName: "path"),
    completion: .file())
  var file: [String] = []
  @OptionGroup var format: FormatOptions
  @Option(help: "What a text of a folder is: a chunk, or a file as a whole.")
  var by = CollectionTexts.Unit.chunk
  @OptionGroup var files: FileChoiceOptions
  @OptionGroup var stores: StoreOptions
  @Flag(help: "Take what is indexed, without looking for changes.")
  var noUpdate = false

  func validate() throws {
    guard isStream else {
      if format.format != .lines { throw ValidationError("--null and --json-lines go with --file, or with '-'") }
      return
    }
    if place != nil, place != TextSource.standardInputPath {
      throw ValidationError("a folder and --file exclude each other")
    }
    let given = [
      ("by", by != .chunk), ("glob", files.glob != Settings.user.glob), ("lang", files.lang != Settings.user.lang),
      ("no-update", noUpdate),
    ]
    if let name = given.first(where: \.1)?.0 { throw ValidationError("--\(name) goes with a folder") }
  }

  var isStream: Bool { place == TextSource.standardInputPath || !file.isEmpty }

  /// The texts; a folder is brought up to date first.
  /// - Throws: ``Failure`` where there is nothing of the name; what embedding and reading throw.
  func texts(engine: Engine) async throws -> PlacedTexts {
    if isStream {
      let streams = place == nil ? file : [TextSource.standardInputPath] + file
      let source = TextSource(arguments: [], files: streams, format: format.format)
      try source.checkNotWaitingForPerson()
      return try await PlacedTexts(source, name: streams.map(TextSource.name).joined(separator: ", "), engine: engine)
    }
    let store = stores.catalog
    let place = place ?? "."
    var scope = DocumentScope()
    scope.languages = try files.languages()
    if !FilePath.exists(place), await store.has(place) {
      scope.globs = files.glob
      return try await PlacedTexts(store.open(place, space: VectorSpace(of: engine)), by: by, scope: scope)
    }
    let index = try await FolderIndex(place, engine: engine, store: store)
    if !noUpdate { try await index.update() }
    let collection = try await index.collection()
    let here = FilePath.resolved(".") ?? "/"
    // A broken pattern is told in the words that it was given in.
    _ = try PathGlobs(files.glob)
    var parts = [index.folder.globs(files.glob, from: here)]
    if !index.folder.inside.isEmpty { parts.append(["./" + PathGlobs.escaped(index.folder.inside)]) }
    scope.parts[collection.name] = parts.filter { !$0.isEmpty }
    return try await PlacedTexts(collection, by: by, scope: scope, given: [place])
  }
}

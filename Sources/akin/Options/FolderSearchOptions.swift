import AkinCollections
import ArgumentParser

/// A number that is joined to its option or stands behind it: `-k5`, `-k 5`.
struct ResultCountOption: ParsableArguments {
  @Option(
    name: [.customShort("k", allowingJoined: true), .customLong("top-k")],
    parsing: .unconditional,
    help: ArgumentHelp("Results for each query, at most. (default: \(Settings.user.topK ?? 10))", valueName: "n"))
  var given: Int?

  var topK: Int { given ?? Settings.user.topK ?? 10 }

  func validate() throws {
    if topK < 1 { throw ValidationError("--top-k takes 1 or more") }
  }
}

/// Which files of a folder take part.
struct FileChoiceOptions: ParsableArguments {
  @Option(
    name: [.customShort("g", allowingJoined: true), .long],
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Only files whose path fits, or that are in a folder that does; '!' before it leaves them out. May be repeated.",
      valueName: "glob"))
  var glob: [String] = Settings.user.glob
  @Option(
    name: [.customShort("t", allowingJoined: true), .long, .customLong("type")],
    help: ArgumentHelp(
      "Only files of this language, such as swift, py or c++. May be repeated.", valueName: "language"),
    completion: .list(Language.identifiers))
  var lang: [String] = Settings.user.lang

  func validate() throws {
    _ = try languages()
  }

  /// LSP's identifiers of the languages.
  func languages() throws -> [String] {
    try lang.map { name in
      guard let language = Language.meant(by: name) else {
        throw ValidationError("--lang knows no '\(name)'; it knows " + Language.identifiers.joined(separator: ", "))
      }
      return language.id
    }
  }
}

/// What a search in a folder takes part in, and how its results look.
struct FolderSearchOptions: ParsableArguments {
  @OptionGroup var choice: FileChoiceOptions
  @Option(
    name: [.customShort("C", allowingJoined: true), .long],
    parsing: .unconditional, help: ArgumentHelp("Lines that are shown of a result on a terminal.", valueName: "n"))
  var context = Settings.user.context ?? 3
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out results whose text is less similar, as a cosine; works in every mode.", valueName: "cosine"))
  var threshold: Float?
  @Flag(help: "Tell for each result where each way of searching has it, and what each signal of the ranking added.")
  var explain = false
  @Option(help: .hidden)
  var without: [String] = []
  @Flag(help: "One line a result for editors: file:line:column:text.")
  var vimgrep = false
  @Flag(
    name: [.customShort("l"), .long, .customLong("files-with-matches")], help: "Only the names of the files, each once."
  )
  var files = false
  @Flag(name: .customLong("print0"), help: "With --files: names end with NUL, not with a line end (xargs -0).")
  var print0 = false
  @Flag(help: "Search what is indexed, without looking for changes.")
  var noUpdate = false
  @OptionGroup var taking: TakingOptions
  @OptionGroup var stores: StoreOptions
  @Option(
    help: ArgumentHelp(
      "Search the collection of this name, as it is stored, and no folder. May be repeated.", valueName: "name"))
  var collection: [String] = []

  func validate() throws {
    guard (0...1000).contains(context) else { throw ValidationError("--context takes 0 to 1000") }
    if let threshold, !(-1...1).contains(threshold) { throw ValidationError("--threshold takes -1 to 1") }
    if explain, vimgrep || files { throw ValidationError("--explain excludes --vimgrep and --files") }
    if RankingTable.standard.without(Set(without)) == nil {
      throw ValidationError("--without takes a signal: \(RankingTable.names.joined(separator: ", "))")
    }
    if vimgrep, files { throw ValidationError("--vimgrep and --files exclude each other") }
    if print0, !files { throw ValidationError("--print0 goes with --files") }
    if noUpdate, let name = taking.given {
      throw ValidationError("--\(name) changes what is indexed, and --no-update says that nothing is to change")
    }
  }

  /// The name of an option that was given.
  var given: String? {
    let options = [
      ("glob", glob != Settings.user.glob), ("lang", lang != Settings.user.lang), ("vimgrep", vimgrep),
      ("files", files), ("no-update", noUpdate), ("explain", explain),
      ("without", !without.isEmpty), ("store", !stores.store.isEmpty),
      ("collection", !collection.isEmpty),
    ]
    return options.first(where: \.1)?.0 ?? taking.given
  }

  var glob: [String] { choice.glob }
  var lang: [String] { choice.lang }

  func languages() throws -> [String] { try choice.languages() }

  /// Has a query judge and explain as it is asked for.
  func apply(to query: inout CollectionQuery) {
    query.minSimilarity = threshold
    query.explains = explain
    query.ranking = RankingTable.standard.without(Set(without)) ?? .standard
  }

  func style(_ display: OutputOptions) -> HitReport.Style {
    if display.json { return .json }
    if vimgrep { return .vimgrep }
    return files ? (print0 ? .nulFiles : .files) : display.terminal.forReading ? .screen : .tabs
  }
}

/// Which files of a folder are indexed, beside those that are by themselves. Remembered for the folder.
struct TakingOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Index hidden files too. Remembered for the folder. (default: only those that git tracks)")
  var hidden: Bool?
  @Flag(
    inversion: .prefixedNo, help: "Heed .gitignore, .akinignore and git's other rules. Remembered for the folder.")
  var ignore: Bool?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out larger files: bytes, or a number with K, M or G. Remembered for the folder. (default: 1M)",
      valueName: "size"))
  var maxFilesize: String?

  func validate() throws {
    _ = try largestFile()
  }

  var given: String? {
    let options = [
      (hidden == false ? "no-hidden" : "hidden", hidden != nil),
      (ignore == false ? "no-ignore" : "ignore", ignore != nil),
      ("max-filesize", maxFilesize != nil),
    ]
    return options.first(where: \.1)?.0
  }

  private func largestFile() throws -> Int? {
    guard let text = maxFilesize else { return nil }
    guard let size = FileSize.bytes(text) else {
      throw ValidationError("--max-filesize takes bytes, or a number with K, M or G: '\(text)' is neither")
    }
    return size
  }

  /// What was given on the command line, or by the person's configuration for a folder of which nothing is remembered; nil
  /// where nothing changes.
  func settings(for root: String, in store: any CollectionCatalog) async throws -> FolderSettings? {
    let remembered = await store.settings(of: root)
    if given != nil { return try settings(over: remembered) }
    guard remembered == FolderSettings() else { return nil }
    var settings = remembered
    if let hidden = Settings.user.hidden { settings.takesHidden = hidden }
    if let size = Settings.user.maxFilesize.flatMap(FileSize.bytes) { settings.largestFile = size }
    return settings == remembered ? nil : settings
  }

  /// What was given over what is remembered.
  func settings(over remembered: FolderSettings) throws -> FolderSettings {
    var settings = remembered
    if let hidden { settings.takesHidden = hidden }
    if let ignore { settings.takesIgnored = !ignore }
    if let size = try largestFile() { settings.largestFile = size }
    return settings
  }
}

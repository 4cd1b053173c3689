import ArgumentParser
import Collections

/// What a search in a folder takes part in, and how its results look.
struct FolderSearchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Only files whose path fits; '!' before it leaves them out. May be repeated.", valueName: "glob")
  )
  var glob: [String] = []
  @Option(help: ArgumentHelp("Only files of this language, such as swift. May be repeated.", valueName: "language"))
  var lang: [String] = []
  @Option(help: ArgumentHelp("Lines that are shown of a result on a terminal.", valueName: "n"))
  var context = 3
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
  @Flag(help: "Only the names of the files, each once.")
  var files = false
  @Flag(help: "Search what is indexed, without looking for changes.")
  var noUpdate = false

  func validate() throws {
    guard (1...1000).contains(context) else { throw ValidationError("--context takes 1 to 1000") }
    if let threshold, !(-1...1).contains(threshold) { throw ValidationError("--threshold takes -1 to 1") }
    if explain, vimgrep || files { throw ValidationError("--explain excludes --vimgrep and --files") }
    if RankingTable.standard.without(Set(without)) == nil {
      throw ValidationError("--without takes a signal: \(RankingTable.names.joined(separator: ", "))")
    }
    if vimgrep, files { throw ValidationError("--vimgrep and --files exclude each other") }
  }

  /// The name of an option that was given.
  var given: String? {
    let options = [
      ("glob", !glob.isEmpty), ("lang", !lang.isEmpty), ("vimgrep", vimgrep), ("files", files),
      ("no-update", noUpdate), ("threshold", threshold != nil), ("explain", explain), ("without", !without.isEmpty),
    ]
    return options.first(where: \.1)?.0
  }

  /// Narrows a query to what is asked for.
  func apply(to query: inout CollectionQuery, of folder: IndexedFolder) {
    query.minSimilarity = threshold
    query.explains = explain
    query.ranking = RankingTable.standard.without(Set(without)) ?? .standard
    query.scope.globs = folder.globs(glob)
    query.scope.languages = lang
  }

  func style(_ display: OutputOptions) -> HitReport.Style {
    if display.json { return .json }
    if vimgrep { return .vimgrep }
    return files ? .files : display.terminal.forReading ? .screen : .tabs
  }
}

import AkinCollections
import ArgumentParser
import Documents
import Engine

/// `akin similar`: places like a place.
struct SimilarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similar",
    abstract: "Find places of a folder that mean the same as a place.",
    discussion: """
      Looks in the nearest folder above the file that is indexed, else in the git checkout around it, else in the current \
      folder where the file is in that.

        akin similar Sources/Parser.swift:120
        akin similar notes.md:10-25 --glob '*.md'
      """)

  @Argument(help: ArgumentHelp("A file, file:line, or file:first-last.", valueName: "place"), completion: .file())
  var place: String
  @OptionGroup var count: ResultCountOption
  @Option(parsing: .unconditional, help: ArgumentHelp("Leave out results with a lower score.", valueName: "score"))
  var minScore: Float?
  @OptionGroup var patterns: PatternOptions
  @OptionGroup var folder: FolderSearchOptions
  @OptionGroup var pending: PendingOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if let minScore, !(-1...1).contains(minScore) { throw ValidationError("--min-score takes a cosine, -1 to 1") }
    if display.json, folder.files || folder.vimgrep { throw ValidationError("--json excludes --files and --vimgrep") }
  }

  func run() async throws {
    let (path, lines) = try PlaceArgument.parse(place)
    guard let file = FilePath.resolved(path) else { throw Failure.missing("file", path) }
    if FilePath.isFolder(file) {
      throw Failure(
        .usage, "\(path) is a folder", hint: "Name a file of it: akin similar FILE, FILE:LINE or FILE:FIRST-LAST.")
    }
    let index = FolderIndex(
      try await scope(of: file), engine: try modelOptions.loadEngine(), store: folder.stores.catalog)
    if !folder.noUpdate {
      try await index.update(
        settings: try await folder.taking.settings(for: index.root, in: folder.stores.catalog),
        leavesPending: !pending.waits)
    }
    if pending.waits { try await index.embedPending() }
    let collection = try await index.collection()
    let place = PlaceInCollection(
      collection: collection.name, key: .uri(FileURI.uri(ofPath: file)), lines: lines)
    guard let vector = try await CandidateEmbedding(index.engine).vector(of: place, in: collection) else {
      throw Failure(
        .inputMissing, "nothing is indexed at \(self.place)", hint: "'akin index --inspect FILE' tells why.")
    }
    var query = CollectionQuery(mode: .semantic, vector: vector)
    query.topK = count.topK
    query.minScore = minScore
    query.excluded = place
    query.patterns = try patterns.all()
    folder.apply(to: &query)
    query.scope.globs = index.folder.globs(folder.glob, from: FilePath.resolved(".") ?? "/")
    query.scope.languages = try folder.languages()
    let stream = OutputStream(descriptor: .standardOutput)
    let hits = try await CollectionSearch.search([collection], query)
    let report = HitReport(
      style: folder.style(display), context: folder.context, stream: stream, terminal: display.terminal,
      patterns: query.patterns)
    if display.json { report.embeddedShare = try await EmbeddedShare(of: [collection]).share }
    try report.write(hits, query: "")
    try stream.flush()
    FolderIndex.tellOfGraph(collection)
    try await BackgroundEmbedding.goOn([collection], modelOptions, pending, folder.stores)
    if hits.isEmpty { throw EarlyExit(status: .negative) }
  }
}

extension SimilarCommand {
  /// Where places like one of a file are looked for: nobody means all of /etc who asks about one file in it.
  private func scope(of file: String) async throws(Failure) -> IndexedFolder {
    if let own = await IndexedFolder(file, store: folder.stores.catalog), own.isIndexed || own.isCheckout { return own }
    if let here = await IndexedFolder(".", store: folder.stores.catalog), !here.isVast,
      FilePath.path(file, from: here.root) != nil
    {
      return here
    }
    throw Failure(
      .inputMissing, "no folder that \(file) is in is indexed",
      hint: "'akin index DIR' indexes a folder with all that is in it.")
  }
}

/// `file`, `file:12` or `file:12-30`.
enum PlaceArgument {
  /// - Returns: the file, and its lines counted from 0.
  static func parse(_ text: String) throws(Failure) -> (path: String, lines: ClosedRange<Int>?) {
    guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
    let numbers = text[text.index(after: colon)...].split(separator: "-", omittingEmptySubsequences: false)
    let lines = numbers.compactMap { Int($0) }
    // A colon may belong to the name.
    guard (1...2).contains(numbers.count), lines.count == numbers.count else { return (text, nil) }
    guard lines[0] >= 1, lines[lines.count - 1] >= lines[0] else {
      throw Failure(.usage, "\(text): lines count from 1, and the last is not before the first")
    }
    return (String(text[..<colon]), lines[0] - 1...lines[lines.count - 1] - 1)
  }
}

import AkinCollections
import ArgumentParser
import Engine
import JSON

extension SearchMode: ExpressibleByArgument {}

/// `akin search`: the documents of a file that mean what the query means.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find what means what a query means, in a folder or in documents.",
    discussion: """
      Searches the files and folders that come after the query, or the current folder. Their index is made or brought \
      up to date first (see 'akin index'): that of the nearest folder above that is indexed, else of the git checkout \
      around them, else their own. More than a few new texts are found by their words at once, and by their meaning as far \
      as they are embedded: what is likeliest within --budget, the rest behind the answer; --wait embeds all first. On a terminal: file:line, score, and the best lines; in a pipe: file:line, score and \
      first line, separated by tabs. With --json: a result a line.

      With --documents: searches the lines of a file, each plain text or JSON with "text" (and "id", "metadata"); all \
      arguments are queries then. In a pipe: query, score, line, text.

      Where nothing in the folder is near a query the answer is that there is no good match, with the best cosine; \
      --threshold says what is near enough, and -1 shows whatever is nearest. Words between quotes within a query, \
      --phrase and --regex leave only places that have them. Several queries, or one '-' in place of the \
      query: from --file or standard input, one a line. Ends with status 1, like grep, where nothing is found.

        akin search "where are headers parsed"
        akin search "retry with backoff" Sources ../library -t swift -k5
        akin search "retry with backoff" --glob '*.swift' --vimgrep
        akin search "error handling" --regex 'async fn \\w+'
        akin search 'where is "connection reset" handled'
        akin search "How do plants survive?" --documents facts.txt
        git log --format=%s | akin search --documents - "fixes for memory leaks" --top-k 5
      """)

  @Argument(
    help: ArgumentHelp(
      "The query, then files and folders to search. (default: the current folder)", valueName: "query-and-paths"),
    completion: .file())
  var texts: [String] = []
  @Option(
    name: [.customShort("f", allowingJoined: true), .long],
    help: ArgumentHelp(
      "Read queries from this file, one a line; '-' is standard input. All arguments are paths then.", valueName: "path"
    ),
    completion: .file())
  var file: [String] = []
  @OptionGroup var format: FormatOptions
  @Option(
    name: [.customShort("d", allowingJoined: true), .long],
    help: ArgumentHelp("A file with a document a line; '-' is standard input. May be repeated.", valueName: "path"),
    completion: .file())
  var documents: [String] = []
  @OptionGroup var count: ResultCountOption
  @Option(parsing: .unconditional, help: ArgumentHelp("Leave out results with a lower score.", valueName: "score"))
  var minScore: Float?
  @Option(help: "By meaning, by the words themselves, or both. (default: hybrid; semantic with --documents)")
  var mode: SearchMode?
  @OptionGroup var patterns: PatternOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "In a folder: fit the results of each query into so many tokens, signatures first; the last line says what is left out.",
      valueName: "n"))
  var maxTokens: Int?
  @Option(
    help: ArgumentHelp(
      "A cross-encoder that reads the 40 best results of each query once more, and orders them. In a folder.",
      valueName: "model"))
  var rerank: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Milliseconds that --rerank may take for a query; what is not read in time stays behind.", valueName: "ms"))
  var rerankBudget = SecondReading.usualBudget
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Milliseconds in which each query embeds what is likeliest and not embedded yet; 0 embeds nothing.",
      valueName: "ms"))
  var budget = CandidateEmbedding.usualBudget
  @OptionGroup(title: "In a folder") var folder: FolderSearchOptions
  @OptionGroup var pending: PendingOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var embedding: EmbeddingOptions
  @Flag(help: "Name the files that the index leaves out, with the reasons.")
  var verbose = false
  @OptionGroup var picture: PlotOption
  @OptionGroup var display: OutputOptions

  /// The arguments that are queries, and those that are paths.
  private var arguments: (queries: [String], paths: [String]) {
    if !documents.isEmpty { return (texts, []) }
    if !file.isEmpty { return ([], texts) }
    return (Array(texts.prefix(1)), Array(texts.dropFirst()))
  }

  func validate() throws {
    if let minScore, !minScore.isFinite { throw ValidationError("--min-score takes a number") }
    if let minScore {
      let mode = mode ?? (documents.isEmpty ? Settings.user.mode ?? .hybrid : .semantic)
      // Scores of a folder's other modes have no scale.
      if documents.isEmpty, mode != .semantic {
        throw ValidationError("--min-score goes with --mode semantic; --threshold works in every mode")
      }
      if mode == .semantic, !(-1...1).contains(minScore) {
        throw ValidationError("--min-score takes a cosine, -1 to 1")
      }
    }
    if let maxTokens {
      if maxTokens < 1 { throw ValidationError("--max-tokens takes 1 or more") }
      if !documents.isEmpty { throw ValidationError("--max-tokens is for folders: --documents takes none") }
      if folder.files || folder.vimgrep { throw ValidationError("--max-tokens excludes --files and --vimgrep") }
    }
    if budget < 0 { throw ValidationError("--budget takes 0 or more") }
    if rerankBudget < 1 { throw ValidationError("--rerank-budget takes 1 or more") }
    if rerank != nil, !documents.isEmpty {
      throw ValidationError("--rerank is for folders; 'akin rerank' orders documents")
    }
    if !documents.isEmpty, let name = folder.given {
      throw ValidationError("--\(name) is for folders: --documents takes none")
    }
    if display.json, folder.files || folder.vimgrep { throw ValidationError("--json excludes --files and --vimgrep") }
    let fromStandardInput = (documents + file).count { $0 == TextSource.standardInputPath }
    let queriesFromStandardInput =
      (arguments.queries.isEmpty || arguments.queries == [TextSource.standardInputPath]) && file.isEmpty
    if fromStandardInput + (queriesFromStandardInput ? 1 : 0) > 1 {
      throw ValidationError(
        "standard input can hold the documents or the queries, not both: give a query as an argument")
    }
  }

  func run() async throws {
    var source = TextSource(arguments: arguments.queries, files: file, format: format.format)
    try source.checkNotWaitingForPerson()
    let inputs = try source.all()
    let queries = inputs.map(\.text)
    try Self.check(inputs)
    guard !documents.isEmpty else { return try await searchFolder(queries) }
    var entries: [DocumentFile.Entry] = []
    for path in documents { entries += try DocumentFile.read(path, format: format.format) }
    let engine = try modelOptions.loadEngine()
    let search = InlineSearch(engine: engine, query: embedding.request([]), documents: documentOptions)
    let wanted = try patterns.all()
    let taken = entries.filter { entry in wanted.allSatisfy { $0.matches(entry.document.text) } }
    let bar = WorkBar("embedding", "text", of: taken.count + queries.count)
    defer { bar.end() }
    let results: [[SearchHit]]
    do {
      results = try await search.search(
        queries.map { .text($0) }, documents: entries.map(\.document), topK: count.topK, minScore: minScore,
        mode: mode ?? .semantic, minSimilarity: folder.threshold, filter: nil, patterns: wanted
      ) { done, _ in bar.add(done) }
    } catch {
      // The queries are embedded first.
      throw Self.named(
        error, bar.done < queries.count ? inputs.map(\.place) : taken.map { "\($0.file):\($0.line)" })
    }
    bar.end()
    try picture.write(
      BarChart(
        groups: zip(queries, results).map { query, hits in
          BarChart.Group(
            title: query,
            bars: hits.map { hit in
              let text = entries[hit.index].document.text
              return BarChart.Bar(label: entries[hit.index].document.id ?? text, text: text, score: hit.score)
            })
        }, measure: "score"
      ).svg)
    let stream = OutputStream(descriptor: .standardOutput)
    let report = SearchReport(entries: entries, stream: stream)
    if display.json {
      try report.writeJSON(queries: queries, results: results)
    } else {
      try report.write(queries: queries, results: results, terminal: display.terminal)
    }
    try stream.flush()
    if results.allSatisfy(\.isEmpty) { throw EarlyExit(status: .negative) }
  }

  /// - Parameter places: of the texts that the engine was working on.
  private static func named(_ error: EngineError, _ places: [String]) -> any Error {
    Failure(tooLong: error, places: places) ?? error
  }

  private static func check(_ queries: [InputText]) throws(Failure) {
    guard !queries.isEmpty else { throw Failure(.usage, "no query given: the input holds none") }
    guard let blank = queries.first(where: { $0.text.allSatisfy(\.isWhitespace) }) else { return }
    throw Failure(.usage, blank.line == nil ? "the query is empty" : "\(blank.place): the query is empty")
  }

  private func searchFolder(_ queries: [String]) async throws {
    try checkForStored()
    let engine = try modelOptions.loadEngine()
    let named = try await namedCollections(engine)
    let places = try await SearchPlaces(
      named.isEmpty ? arguments.paths : [], engine: engine, store: folder.stores.catalog, isNothing: !named.isEmpty)
    var notes =
      folder.noUpdate
      ? [] : try await places.update(folder.taking, isVerbose: verbose, leavesPending: !pending.waits)
    // In a pipe they are of interest where nothing is found.
    if Descriptor.standardError.isTerminal {
      notes.forEach { Notice.write($0) }
      notes = []
    }
    var query = CollectionQuery(mode: mode ?? Settings.user.mode ?? .hybrid)
    query.topK = count.given ?? (maxTokens == nil ? count.topK : TokenBudget.usualCount)
    query.minScore = minScore
    query.patterns = try patterns.all()
    folder.apply(to: &query)
    var (collections, scope) = try await scope(of: places, notes)
    collections += named
    if !named.isEmpty { scope.globs = folder.glob }
    query.scope = scope
    let indexer = Indexer(engine: engine, store: folder.stores.catalog)
    if pending.waits {
      for collection in collections { try await FolderIndex.embedPending(in: collection, by: indexer) }
    }
    let stream = OutputStream(descriptor: .standardOutput)
    let names = HitNames(places: arguments.paths)
    let report = HitReport(
      style: folder.style(display), context: folder.context, stream: stream, terminal: display.terminal,
      patterns: query.patterns, names: names)
    var search = FolderSearch(
      engine: engine, collections: collections, query: query,
      embedding: CandidateEmbedding(engine, milliseconds: budget))
    search.reading = try secondReading()
    var isFound = false
    var chart = BarChart(measure: "similarity")
    var hasPlaces = false
    for (number, text) in queries.enumerated() {
      var hits = try await search.hits(for: text, request: embedding.request([text]), files: folder.files)
      hasPlaces = hasPlaces || !hits.isEmpty
      let best = try search.query(for: text).similarityOfNoMatch(hits)
      if best != nil { hits = [] }
      if !display.json, !folder.files { hits = try await search.refined(hits, for: text) }
      if picture.plot != nil { chart.groups.append(BarChart.Group(text, hits, names)) }
      let packed = maxTokens.map { TokenBudget($0, of: engine).packed(hits, path: names.path(of:)) }
      if display.json { report.embeddedShare = try await EmbeddedShare(of: collections).share }
      if queries.count > 1 { try report.writeHeading(text, isFirst: number == 0) }
      if let packed, best == nil {
        try report.write(packed, query: text)
      } else {
        try report.write(hits, query: text, noMatch: best)
      }
      isFound = isFound || !hits.isEmpty
    }
    try stream.flush()
    try picture.write(chart.svg)
    for collection in collections { FolderIndex.tellOfGraph(collection) }
    try await BackgroundEmbedding.goOn(collections, modelOptions, pending, folder.stores)
    guard !isFound else { return }
    notes.forEach { Notice.write($0) }
    // By meaning everything is found that takes part.
    if query.mode != .keyword, minScore == nil, folder.threshold == nil, !hasPlaces,
      !scope.parts.isEmpty || !scope.languages.isEmpty
    {
      Notice.write("no file that is indexed fits " + filterNames)
    }
    throw EarlyExit(status: .negative)
  }

  /// The collections of `--collection`.
  private func namedCollections(_ engine: Engine) async throws -> [any CollectionStorage] {
    guard !folder.collection.isEmpty else { return [] }
    guard arguments.paths.isEmpty else {
      throw Failure(.usage, "--collection excludes files and folders: it names what is searched")
    }
    var collections: [any CollectionStorage] = []
    for name in folder.collection {
      collections.append(try await folder.stores.catalog.open(name, space: VectorSpace(of: engine)))
    }
    return collections
  }

  /// - Parameter notes: told where there is nothing to search.
  private func scope(
    of places: SearchPlaces, _ notes: [String]
  ) async throws -> (collections: [any CollectionStorage], scope: DocumentScope) {
    do {
      return try await places.scope(globs: folder.glob, languages: try folder.languages())
    } catch {
      notes.forEach { Notice.write($0) }
      throw error
    }
  }

  /// Stored vectors were made with the model's own settings.
  private func checkForStored() throws(Failure) {
    let given = [("pooling", embedding.pooling != nil), ("dimensions", embedding.dimensions != nil)]
    guard let name = given.first(where: \.1)?.0 else { return }
    throw Failure(.usage, "--\(name) is for --documents: the vectors of a folder are stored as the model makes them")
  }

  private func secondReading() throws(EngineError) -> SecondReading? {
    guard let rerank else { return nil }
    var options = modelOptions
    options.model = rerank
    return SecondReading(try options.loadEngine(), milliseconds: rerankBudget)
  }

  private var filterNames: String {
    let options = [
      ("--glob", !folder.glob.isEmpty), ("--lang", !folder.lang.isEmpty), ("the paths", !arguments.paths.isEmpty),
    ]
    let names = options.filter(\.1).map(\.0)
    return names.isEmpty ? "the current folder" : names.joined(separator: " and ")
  }

  /// As for queries, but for the prompt, which is an instruction to look for something.
  private var documentOptions: EmbedRequest {
    var request = embedding.request([])
    request.prompt = nil
    request.priority = .bulk
    return request
  }
}

import ArgumentParser
import Collections
import Engine
import JSON

extension SearchMode: ExpressibleByArgument {}

/// `akin search`: the documents of a file that mean what the query means.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search",
    abstract: "Find what means what a query means, in a folder or in documents.",
    discussion: """
      Searches the current folder, whose index is made or brought up to date first (see 'akin index'); it may be a \
      part of a folder that is indexed. On a terminal: file:line, score, and the best lines; in a pipe: file:line, \
      score and first line, separated by tabs. With --json: a result a line.

      With --documents: searches the lines of a file, each plain text or JSON with "text" (and "id", "metadata"). In a \
      pipe: query, score, line, text.

      Where nothing in the folder is near a query the answer is that there is no good match, with the best cosine; \
      --threshold says what is near enough, and -1 shows whatever is nearest. Without a query in the arguments, \
      queries are read from --file or standard input. Ends with status 1, like grep, where nothing is found.

        akin search "where are headers parsed"
        akin search "retry with backoff" --glob '*.swift' --vimgrep
        akin search "How do plants survive?" --documents facts.txt
        git log --format=%s | akin search --documents - "fixes for memory leaks" --top-k 5
      """)

  @OptionGroup var input: InputOptions
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("A file with a document a line; '-' is standard input. May be repeated.", valueName: "path"),
    completion: .file())
  var documents: [String] = []
  @Option(name: [.customShort("k"), .long], help: ArgumentHelp("Results for each query, at most.", valueName: "n"))
  var topK = 10
  @Option(help: ArgumentHelp("Leave out results with a lower score.", valueName: "score"))
  var minScore: Float?
  @Option(help: "By meaning, by the words themselves, or both. (default: hybrid; semantic with --documents)")
  var mode: SearchMode?
  @OptionGroup(title: "In a folder") var folder: FolderSearchOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var embedding: EmbeddingOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if topK < 1 { throw ValidationError("--top-k takes 1 or more") }
    if let minScore, !minScore.isFinite { throw ValidationError("--min-score takes a number") }
    if !documents.isEmpty, let name = folder.given {
      throw ValidationError("--\(name) is for folders: --documents takes none")
    }
    if display.json, folder.files || folder.vimgrep { throw ValidationError("--json excludes --files and --vimgrep") }
    let fromStandardInput = (documents + input.file).count { $0 == TextSource.standardInputPath }
    let queriesFromStandardInput = input.texts.isEmpty && input.file.isEmpty
    if fromStandardInput + (queriesFromStandardInput ? 1 : 0) > 1 {
      throw ValidationError(
        "standard input can hold the documents or the queries, not both: give a query as an argument")
    }
  }

  func run() async throws {
    var source = try input.source()
    let queries = try source.all().map(\.text)
    try Self.check(queries)
    guard !documents.isEmpty else { return try await searchFolder(queries) }
    var entries: [DocumentFile.Entry] = []
    for path in documents { entries += try DocumentFile.read(path, format: input.format.format) }
    let engine = try modelOptions.loadEngine()
    let search = InlineSearch(engine: engine, query: embedding.request([]), documents: documentOptions)
    let results = try await search.search(
      queries.map { .text($0) }, documents: entries.map(\.document), topK: topK, minScore: minScore,
      mode: mode ?? .semantic, filter: nil)
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

  private static func check(_ queries: [String]) throws(Failure) {
    guard !queries.isEmpty else { throw Failure(.usage, "no query given: the input holds none") }
    guard let blank = queries.firstIndex(where: { $0.allSatisfy(\.isWhitespace) }) else { return }
    let place = queries.count == 1 ? "the query" : "query \(blank + 1) of \(queries.count)"
    throw Failure(.usage, "\(place) is empty")
  }

  private func searchFolder(_ queries: [String]) async throws {
    let index = try await FolderIndex(".", engine: try modelOptions.loadEngine())
    if !folder.noUpdate { try await index.update() }
    var query = CollectionQuery(mode: mode ?? .hybrid)
    query.topK = topK
    query.minScore = minScore
    folder.apply(to: &query, of: index.folder)
    let stream = OutputStream(descriptor: .standardOutput)
    let report = HitReport(
      root: index.root, style: folder.style(display), context: folder.context, stream: stream,
      terminal: display.terminal)
    var isFound = false
    for (number, text) in queries.enumerated() {
      var hits = try await FolderSearch(index: index, query: query).hits(for: text, request: embedding.request([text]))
      let isJudged = query.mode != .keyword && folder.threshold == nil && minScore == nil
      let best = isJudged ? hits.similarityOfNoMatch(for: text) : nil
      if best != nil { hits = [] }
      if queries.count > 1 { try report.writeHeading(text, isFirst: number == 0) }
      try report.write(hits, query: text, noMatch: best)
      isFound = isFound || !hits.isEmpty
    }
    try stream.flush()
    index.tellOfGraph()
    if !isFound { throw EarlyExit(status: .negative) }
  }

  /// As for queries, but for the prompt, which is an instruction to look for something.
  private var documentOptions: EmbedRequest {
    var request = embedding.request([])
    request.prompt = nil
    request.priority = .bulk
    return request
  }
}

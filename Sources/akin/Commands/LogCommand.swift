import AkinCollections
import AkinProtocol
import AkinServer
import ArgumentParser
import Engine
import JSON
import Platform

/// `akin log`: a repository's commits, by what they mean.
struct LogCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log",
    abstract: "Find the commits of a git repository that answer a question.",
    discussion: """
      Looks at messages, the names that commits change, and the lines that they add. The history is indexed first, and \
      later only what is new; what HEAD leads to takes part. git reads the objects and nothing else: no configuration, hook \
      or attribute of the repository has any power, and nothing is fetched. On a terminal: commit, date, author, subject, and the \
      lines that answer best; in a pipe: commit, score, date, author, subject and path, separated by tabs.

        akin log "when did retries begin to back off"
        akin log "why is the cache flushed twice" --path 'src/**' --since 2024-05
        git show $(akin log "retries back off" -k1 | cut -f1)
      """)

  @Argument(help: ArgumentHelp("A question or a phrase.", valueName: "query"))
  var query: String
  @Argument(help: "A folder of the repository. (default: the current one)", completion: .directory)
  var folder = "."
  @OptionGroup var count: ResultCountOption
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Only changes of files whose path fits, or that are in a folder that does; '!' before it leaves them out. May be repeated.",
      valueName: "glob"))
  var path: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Only commits from then on, as git takes it: 2024-05-31, 'last friday', '2 weeks ago', 3d.", valueName: "date"))
  var since: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Only commits up to then: up to the end of a day, a month or a year.", valueName: "date"))
  var until: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Only commits with this in the author's name or address.", valueName: "text"))
  var author: String?
  @Option(help: "By meaning, by the words themselves, or both.")
  var mode = SearchMode.hybrid
  @Flag(help: "Search what is indexed, without looking for new commits.")
  var noUpdate = false
  @OptionGroup var stores: StoreOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    for (name, text) in [("since", since), ("until", until)] {
      guard let text, HistoryDate.span(text) == nil else { continue }
      throw ValidationError("--\(name) takes \(HistoryDate.understood): '\(text)' is none")
    }
    if query.allSatisfy(\.isWhitespace) { throw ValidationError("the query is empty") }
  }

  func run() async throws {
    let repository = try GitRepository(around: folder)
    let engine = try modelOptions.loadEngine()
    let indexer = Indexer(engine: engine, store: stores.catalog, extractor: .own)
    if !noUpdate, try await update(repository, indexer)?.commits == 0 {
      throw Failure(.inputMissing, "\(repository.folder) has no commits")
    }
    guard await indexer.store.has(repository.collectionName) else {
      throw Failure(.inputMissing, "the history of \(repository.folder) is not indexed yet")
    }
    let collection: any CollectionStorage = try await indexer.collection(repository.collectionName)
    var asked = HistoryQuery(query)
    (asked.topK, asked.mode, asked.author) = (count.topK, mode, author)
    asked.paths = path.map { anchored($0, in: repository) }
    asked.since = since.flatMap { HistoryDate.span($0)?.lowerBound }
    asked.until = until.flatMap { HistoryDate.span($0)?.upperBound }
    let hits = try await HistorySearch(collection, engine: engine).hits(asked)
    try write(hits)
    if hits.isEmpty { throw EarlyExit(status: .negative) }
  }

  /// What a pattern means to a person who stands in a folder of the checkout.
  private func anchored(_ pattern: String, in repository: GitRepository) -> String {
    let isNegated = pattern.hasPrefix("!")
    let body = isNegated ? pattern.dropFirst() : pattern[...]
    guard body.dropLast().contains("/") || body == ".", let here = FilePath.resolved(folder),
      let inside = FilePath.path(here, from: repository.folder), !inside.isEmpty
    else { return pattern }
    let rest = body == "." ? "" : body.hasPrefix("./") ? "/" + body.dropFirst(2) : "/" + body
    return (isNegated ? "!" : "") + "./" + PathGlobs.escaped(inside) + rest
  }

  /// - Returns: nil where another process is at it.
  private func update(_ repository: GitRepository, _ indexer: Indexer) async throws -> HistoryReport? {
    let bar = WorkBar("reading the history", "commit")
    defer { bar.end() }
    do {
      let report = try await Interruption.cancelling {
        try await indexer.update(historyOf: repository) { progress in
          bar.add(progress.done, share: progress.total > 0 ? Double(progress.done) / Double(progress.total) : nil)
        }
      }
      bar.end()
      for note in report.notes { Notice.write(note) }
      return report
    } catch let error as CollectionError where error.kind == .busy {
      Notice.write("another process is reading the history of \(repository.folder): searching what is there")
      return nil
    }
  }

  private func write(_ hits: [CommitHit]) throws {
    let stream = OutputStream(descriptor: .standardOutput)
    let terminal = display.terminal
    for (index, hit) in hits.enumerated() {
      if display.json {
        try stream.write(json: LogMethod.Hit(hit).json)
      } else if terminal.forReading {
        if index > 0 { try stream.write(line: "") }
        for line in lines(hit, terminal) { try stream.write(line: line) }
      } else {
        let fields = [
          hit.commit, NumberText.fixed(hit.similarity ?? hit.score, decimals: 3), HistoryDate.day(hit.time), hit.author,
          hit.subject,
        ].map(TextWidth.printable)
        try stream.write(line: (fields + [hit.path.map(FileName.inLine) ?? ""]).joined(separator: "\t"))
      }
    }
    try stream.flush()
  }

  private func lines(_ hit: CommitHit, _ terminal: Terminal) -> [String] {
    let head = terminal.paint(String(hit.commit.prefix(12)), .bold) + " " + HistoryDate.day(hit.time)
    let name = hit.author.prefix { $0 != "<" }.trimmingBlanks
    let score = hit.similarity.map { NumberText.fixed($0, decimals: 3) + " " } ?? ""
    var lines = [head + " " + score + terminal.paint(TextWidth.printable(name), .dim)]
    lines.append(TextWidth.clipped("  " + TextWidth.printable(hit.subject), to: terminal.columns))
    guard let path = hit.path else { return lines }
    lines.append(terminal.paint(TextWidth.clipped("    " + FileName.shown(path), to: terminal.columns), .dim))
    for line in hit.text.split(separator: "\n").prefix(3) {
      lines.append(TextWidth.clipped("    + " + TextWidth.printable(String(line)), to: terminal.columns))
    }
    return lines
  }
}

extension Substring {
  /// Without blanks at its end.
  fileprivate var trimmingBlanks: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

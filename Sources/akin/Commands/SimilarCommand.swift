import ArgumentParser
import Collections
import Documents
import Engine

/// `akin similar`: places like a place.
struct SimilarCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similar",
    abstract: "Find places of a folder that mean the same as a place.",
    discussion: """
      Looks in the nearest folder above the file that is indexed, else in the file's folder, which is indexed first.

        akin similar Sources/Parser.swift:120
        akin similar notes.md:10-25 --glob '*.md'
      """)

  @Argument(help: ArgumentHelp("A file, file:line, or file:first-last.", valueName: "place"), completion: .file())
  var place: String
  @Option(name: [.customShort("k"), .long], help: ArgumentHelp("Results at most.", valueName: "n"))
  var topK = 10
  @Option(help: ArgumentHelp("Leave out results with a lower score.", valueName: "score"))
  var minScore: Float?
  @OptionGroup var folder: FolderSearchOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if topK < 1 { throw ValidationError("--top-k takes 1 or more") }
    if display.json, folder.files || folder.vimgrep { throw ValidationError("--json excludes --files and --vimgrep") }
  }

  func run() async throws {
    let (path, lines) = try PlaceArgument.parse(place)
    guard let file = FilePath.resolved(path) else { throw Failure(.inputMissing, "there is no file \(path)") }
    let above = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
    let index = try await FolderIndex(above.isEmpty ? "/" : above, engine: try modelOptions.loadEngine())
    if !folder.noUpdate { try await index.update() }
    let place = PlaceInCollection(
      collection: index.collection.name, key: .uri(FileURI.uri(ofPath: file)), lines: lines)
    guard let vector = try await index.collection.vector(of: place) else {
      throw Failure(
        .inputMissing, "nothing is indexed at \(self.place)", hint: "'akin index --inspect FILE' tells why.")
    }
    var query = CollectionQuery(mode: .semantic, vector: vector)
    query.topK = topK
    query.minScore = minScore
    query.excluded = place
    query.scope.globs = folder.glob
    query.scope.languages = folder.lang
    let stream = OutputStream(descriptor: .standardOutput)
    let hits = try await CollectionSearch.search([index.collection], query)
    let report = HitReport(
      root: index.root, style: folder.style(display), context: folder.context, stream: stream,
      terminal: display.terminal)
    try report.write(hits, query: "")
    try stream.flush()
    index.tellOfGraph()
    if hits.isEmpty { throw EarlyExit(status: .negative) }
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

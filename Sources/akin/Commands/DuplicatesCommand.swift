import AkinCollections
import ArgumentParser
import Engine
import JSON
import Platform

/// `akin duplicates`: places of a folder that say nearly the same.
struct DuplicatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates",
    abstract: "Find places of a folder that say nearly the same.",
    discussion: """
      Compares every chunk of the folder's index with every other, and shows groups of places, the nearest first: n \
      copies are one group. In a pipe: score and all places of a group, separated by tabs.

        akin duplicates
        akin duplicates ~/notes --min-score 0.95
        akin duplicates -t swift --glob '!Tests/**'
      """)

  @Argument(help: "The folder.", completion: .directory)
  var folder = "."
  @Option(
    name: [.customShort("k", allowingJoined: true), .long], parsing: .unconditional,
    help: ArgumentHelp("Groups at most.", valueName: "n"))
  var topK = 20
  @Option(parsing: .unconditional, help: ArgumentHelp("The least similarity, as a cosine.", valueName: "score"))
  var minScore: Float = 0.9
  @Option(parsing: .unconditional, help: ArgumentHelp("Shorter chunks take no part.", valueName: "characters"))
  var minLength = 120
  @OptionGroup var files: FileChoiceOptions
  @Flag(help: "Compare what is indexed, without looking for changes.")
  var noUpdate = false
  @OptionGroup var stores: StoreOptions
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if topK < 1 { throw ValidationError("--top-k takes 1 or more") }
    guard (-1...1).contains(minScore) else { throw ValidationError("--min-score takes -1 to 1") }
    if minLength < 0 { throw ValidationError("--min-length takes 0 or more") }
  }

  func run() async throws {
    let index = try await FolderIndex(folder, engine: try modelOptions.loadEngine(), store: stores.catalog)
    if !noUpdate { try await index.update() }
    try await index.embedPending()
    let collection = try await index.collection()
    var scope = DocumentScope()
    scope.languages = try files.languages()
    let here = FilePath.resolved(folder) ?? index.root
    var parts = [index.folder.globs(files.glob, from: here)]
    if !index.folder.part.isEmpty { parts.append(["./" + PathGlobs.escaped(index.folder.part)]) }
    scope.parts[collection.name] = parts.filter { !$0.isEmpty }
    let bar = WorkBar("comparing", "text")
    defer { bar.end() }
    let groups = try await Interruption.cancelling { [minScore, minLength, topK, scope] in
      try await collection.duplicates(minScore: minScore, minCharacters: minLength, limit: topK, scope: scope) {
        done, total in
        // Each is compared with those behind it, which become fewer.
        let rest = Double(total - done) / Double(max(total, 1))
        bar.add(done, share: 1 - rest * rest)
      }
    }
    bar.end()
    let stream = OutputStream(descriptor: .standardOutput)
    let names = HitNames()
    for group in groups { try write(group, names, to: stream) }
    if groups.isEmpty, display.terminal.forReading, !display.json {
      try stream.write(line: display.terminal.paint("nothing found", .dim))
    }
    try stream.flush()
    if groups.isEmpty { throw EarlyExit(status: .negative) }
  }

  private func write(_ group: DuplicateGroup, _ names: HitNames, to stream: OutputStream) throws {
    let terminal = display.terminal
    if display.json {
      return try stream.write(
        json: [
          "score": .serialized(Array("\(group.score)".utf8)), "places": .array(group.places.map { json($0, names) }),
        ])
    }
    let score = NumberText.fixed(group.score, decimals: terminal.forReading ? 3 : 4)
    guard terminal.forReading else {
      return try stream.write(line: ([score] + group.places.map { place($0, names, terminal) }).joined(separator: "\t"))
    }
    let label = terminal.paint(" \(score) ", ScoreColor.cosine.style(group.score))
    for (number, hit) in group.places.enumerated() {
      let margin = number == 0 ? label + " " : String(repeating: " ", count: score.count + 3)
      let shown = terminal.paint(place(hit, names, terminal), .accent)
      try stream.write(line: margin + terminal.linked(shown, to: names.whole(hit)))
    }
    let lines = QueryLines("")
    let text = group.places[0].text
    let number = lines.best(in: text, symbol: group.places[0].symbol).number
    let best = ChunkText.shown(ChunkText.line(number, of: text))
    try stream.write(line: "        " + terminal.paint(TextWidth.clipped(best, to: terminal.columns - 8), .dim))
  }

  private func place(_ hit: CollectionHit, _ names: HitNames, _ terminal: Terminal) -> String {
    let place = names.place(of: hit, lines: "\(hit.span.start.line + 1)-\(hit.span.end.line + 1)")
    return terminal.forReading ? FileName.shown(place) : FileName.inLine(place)
  }

  private func json(_ hit: CollectionHit, _ names: HitNames) -> JSONValue {
    var object: JSONObject = [
      "path": .string(names.path(of: hit)), "score": .serialized(Array("\(hit.score)".utf8)),
      "line": .integer(Int64(hit.span.start.line + 1)),
      "endLine": .integer(Int64(hit.span.end.line + 1)), "text": .string(hit.text),
    ]
    if let location = hit.location { object["location"] = .string(location) }
    return .object(object)
  }
}

import AkinCollections
import ArgumentParser
import Engine
import JSON

/// `akin duplicates`: places of a folder that say nearly the same.
struct DuplicatesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates",
    abstract: "Find places of a folder that say nearly the same.",
    discussion: """
      Compares every chunk of the folder's index with every other, the nearest pairs first. In a pipe: score and both \
      places, separated by tabs.

        akin duplicates
        akin duplicates ~/notes --min-score 0.95
      """)

  @Argument(help: "The folder. (default: the current one)", completion: .directory)
  var folder = "."
  @Option(name: [.customShort("k", allowingJoined: true), .long], help: ArgumentHelp("Pairs at most.", valueName: "n"))
  var topK = 20
  @Option(help: ArgumentHelp("The least similarity, as a cosine.", valueName: "score"))
  var minScore: Float = 0.9
  @Option(help: ArgumentHelp("Shorter chunks take no part.", valueName: "characters"))
  var minLength = 120
  @Flag(help: "Compare what is indexed, without looking for changes.")
  var noUpdate = false
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if topK < 1 { throw ValidationError("--top-k takes 1 or more") }
    guard (-1...1).contains(minScore) else { throw ValidationError("--min-score takes -1 to 1") }
    if minLength < 0 { throw ValidationError("--min-length takes 0 or more") }
  }

  func run() async throws {
    let index = try await FolderIndex(folder, engine: try modelOptions.loadEngine())
    if !noUpdate { try await index.update() }
    let collection = try await index.collection()
    let pairs = try await Interruption.cancelling { [minScore, minLength, topK] in
      try await collection.duplicates(minScore: minScore, minCharacters: minLength, limit: topK)
    }
    let stream = OutputStream(descriptor: .standardOutput)
    let terminal = display.terminal
    for pair in pairs {
      let score = NumberText.fixed(pair.score, decimals: terminal.forReading ? 3 : 4)
      let (left, right) = (place(pair.first), place(pair.second))
      if display.json {
        try stream.write(
          json: [
            "score": .serialized(Array("\(pair.score)".utf8)), "first": json(pair.first), "second": json(pair.second),
          ])
      } else if terminal.forReading {
        let label = terminal.paint(" \(score) ", ScoreColor.cosine.style(pair.score))
        try stream.write(line: "\(label) \(terminal.paint(left, .accent))  \(terminal.paint(right, .accent))")
        let text = TextWidth.clipped(ChunkText.firstLine(pair.first.text), to: terminal.columns - 8)
        try stream.write(line: "        " + terminal.paint(text, .dim))
      } else {
        try stream.write(line: "\(score)\t\(left)\t\(right)")
      }
    }
    if pairs.isEmpty, terminal.forReading, !display.json {
      try stream.write(line: terminal.paint("nothing found", .dim))
    }
    try stream.flush()
    if pairs.isEmpty { throw EarlyExit(status: .negative) }
  }

  private func place(_ hit: CollectionHit) -> String {
    let lines = "\(hit.span.start.line + 1)-\(hit.span.end.line + 1)"
    return TextWidth.printable(hit.path ?? hit.key.text) + ":" + lines
  }

  private func json(_ hit: CollectionHit) -> JSONValue {
    [
      "path": .string(hit.path ?? hit.key.text), "line": .integer(Int64(hit.span.start.line + 1)),
      "endLine": .integer(Int64(hit.span.end.line + 1)), "text": .string(hit.text),
    ]
  }
}

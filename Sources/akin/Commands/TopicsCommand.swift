import AkinCollections
import ArgumentParser
import Platform

/// `akin topics`: texts grouped by meaning.
struct TopicsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "topics",
    abstract: "Group the texts of a folder, or lines, by meaning.",
    discussion: """
      Groups have the words that tell them from each other, and their texts, the most typical first; copies count as one. The \
      same texts have the same groups. In a pipe a text a line: group, its words, place, similarity, text, separated by \
      tabs. With --json a group a line.

        akin topics
        akin topics ~/notes --by file --groups 12
        akin topics - < reviews.txt
      """)

  @OptionGroup var input: PlacedTextOptions
  @Option(
    name: [.customShort("n", allowingJoined: true), .long],
    parsing: .unconditional,
    help: ArgumentHelp("Exactly so many groups. (default: as many as the texts have)", valueName: "n"))
  var groups: Int?
  @Option(
    name: [.customShort("k", allowingJoined: true), .long],
    parsing: .unconditional,
    help: ArgumentHelp("Groups that are shown, the largest. (default: 20 on a terminal, else all)", valueName: "n"))
  var topK: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Texts that are shown of a group. (default: 3 on a terminal, else all)", valueName: "n"))
  var members: Int?
  @Option(parsing: .unconditional, help: ArgumentHelp("Words of a group, at most.", valueName: "n"))
  var words = 5
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    for (name, value) in [("groups", groups), ("top-k", topK), ("words", words)] {
      if let value, value < 1 { throw ValidationError("--\(name) takes 1 or more") }
    }
    if let members, members < 0 { throw ValidationError("--members takes 0 or more") }
  }

  func run() async throws {
    let engine = try modelOptions.loadEngine()
    let texts = try await Interruption.cancelling { [input] in try await input.texts(engine: engine) }
    texts.tellOfPending()
    var options = TextTopics.Options()
    (options.count, options.words) = (groups, words)
    let bar = WorkBar("comparing", "text", of: texts.texts.count)
    defer { bar.end() }
    let topics = try await Interruption.cancelling { [options] in
      try await BlockingExecutor.reading.host {
        let landscape = try await TextLandscape(texts.texts, texts.vectors) { done, _ in bar.add(done) }
        return try TextTopics(landscape, options: options, isApart: texts.isApart)
      }
    }
    bar.end()
    let stream = OutputStream(descriptor: .standardOutput)
    let isForReading = display.terminal.forReading && !display.json
    let report = TopicReport(
      texts: texts, stream: stream, terminal: display.terminal, shown: topK ?? (isForReading ? 20 : .max),
      members: members ?? (isForReading ? 3 : .max))
    try report.write(topics, json: display.json)
    try stream.flush()
    if topics.topics.isEmpty { throw EarlyExit(status: .negative) }
  }
}

import AkinCollections
import ArgumentParser
import Engine
import JSON

/// `akin uniq`: the lines of a stream that say something new.
struct UniqCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "uniq",
    abstract: "Pass on the lines of a stream that say something new.",
    discussion: """
      A line is left out where one before was the same but for its numbers, or meant nearly the same. Lines are passed on as \
      they come, in memory that does not grow with the stream: the meanings of --memory lines are remembered, those that \
      nothing came near to for longest are forgotten. With --json: {"line", "text", "nearest"}, the cosine of the nearest \
      meaning before.

        journalctl -o cat | akin uniq
        tail -f server.log | akin uniq --threshold 0.7
      """)

  @OptionGroup var input: InputOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Lines of this cosine and more say the same.", valueName: "cosine"))
  var threshold: Float = 0.85
  @Option(parsing: .unconditional, help: ArgumentHelp("Lines whose meanings are remembered.", valueName: "lines"))
  var memory = 10_000
  @Flag(help: "Numbers count: lines that differ in them are compared by their meanings.")
  var numbers = false
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  /// Lines that are embedded at once, where as many wait.
  private static let chunk = 256

  func validate() throws {
    guard threshold.isFinite, (-1...1).contains(threshold) else { throw ValidationError("--threshold takes -1 to 1") }
    guard (1...1_000_000).contains(memory) else { throw ValidationError("--memory takes 1 to 1000000") }
  }

  func run() async throws {
    var source = try input.source()
    // A broken line in a log is no reason to hear no more of it.
    source.takesAnyBytes = true
    var pending = try source.next(limit: Self.chunk)
    let engine = try modelOptions.loadEngine()
    var novelty = Novelty(threshold: threshold, capacity: memory)
    let stream = OutputStream(descriptor: .standardOutput)
    var (all, new) = (0, 0)
    while let lines = pending {
      all += lines.count
      let forms = lines.compactMap { line -> (line: InputText, form: String)? in
        guard !line.text.allSatisfy(\.isWhitespace) else { return nil }
        let form = numbers ? line.text : NumberMask.masked(line.text)
        return novelty.hasSeen(TextHash(form)) ? nil : (line, form)
      }
      if !forms.isEmpty {
        var request = EmbedRequest(texts: forms.map(\.form))
        request.priority = .bulk
        for (entry, vector) in zip(forms, try await engine.embed(request).vectors) {
          guard let nearest = novelty.add(vector) else { continue }
          new += 1
          try write(entry.line, nearest: nearest, to: stream)
        }
        try stream.flush()
      }
      pending = try source.next(limit: Self.chunk)
    }
    if Descriptor.standardError.isTerminal, !Descriptor.standardOutput.isTerminal {
      Notice.write("\(new) of \(NumberText.count(all, "line")) say something new")
    }
  }

  private func write(_ line: InputText, nearest: Float, to stream: OutputStream) throws {
    guard display.json else {
      guard let bytes = line.bytes else { return try stream.write(line: line.text) }
      return try stream.write(bytes + [UInt8(ascii: "\n")])
    }
    var object: JSONObject = ["text": .string(line.text)]
    if let number = line.line { object["line"] = JSONValue(number) }
    if let id = line.id { object["id"] = id }
    // The shortest digits of the float32.
    if nearest > -1 { object["nearest"] = .serialized(Array("\(nearest)".utf8)) }
    try stream.write(json: .object(object))
  }
}

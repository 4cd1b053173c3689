import ArgumentParser
import Encoder
import Engine
import JSON

extension SimilarityFunction: ExpressibleByArgument {}

/// `akin similarity`: scores of texts against texts.
struct SimilarityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similarity",
    abstract: "Say how near texts are in meaning.",
    discussion: """
      Every text against every other, or against the texts of --right and --right-file. Two texts alone give one \
      number; more a coloured matrix, in a pipe rows of numbers separated by tabs. With --json: {"left", "right", \
      "function", "scores"}, a row for each text on the left.

        akin similarity "a king" "a monarch"
        akin similarity --file questions.txt --right-file answers.txt
      """)

  @OptionGroup var input: InputOptions
  @Option(help: ArgumentHelp("A text to compare with; may be repeated.", valueName: "text"))
  var right: [String] = []
  @Option(
    help: ArgumentHelp("Texts to compare with, from this file; '-' is standard input.", valueName: "path"),
    completion: .file())
  var rightFile: [String] = []
  @Option(
    help: """
      What a score is. Greater is nearer: distances are negative, as in sentence-transformers.
      """)
  var function = SimilarityFunction.cosine
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var embedding: EmbeddingOptions
  @OptionGroup var normalizing: NormalizeOption
  @OptionGroup var array: ArrayFileOption
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if array.output != nil, display.json { throw ValidationError("--output and --json exclude each other") }
  }

  func run() async throws {
    var leftSource = try input.source()
    let left = try leftSource.all().map(\.text)
    let right = try rightTexts()
    let engine = try modelOptions.loadEngine()
    let leftVectors = try await engine.embed(request(left)).vectors
    var rightVectors = leftVectors
    if let right { rightVectors = try await engine.embed(request(right)).vectors }
    let scores = try Vectors.scores(left: leftVectors, right: rightVectors, function: function)
    if let path = array.output {
      var file = try NpyFile(path: path, columns: right?.count ?? left.count)
      try file.append(scores)
      return file.close()
    }
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      try stream.write(json: json(left: left, right: right ?? left, scores: scores))
    } else {
      for line in lines(left: left, right: right, scores: scores) { try stream.write(line: line) }
    }
    try stream.flush()
  }

  private func request(_ texts: [String]) -> EmbedRequest {
    var request = embedding.request(texts)
    request.normalize = normalizing.normalize
    return request
  }

  /// Nil where the texts on the left are compared with each other.
  private func rightTexts() throws(Failure) -> [String]? {
    guard !right.isEmpty || !rightFile.isEmpty else { return nil }
    var source = TextSource(arguments: right, files: rightFile, format: input.format.format)
    return try source.all().map(\.text)
  }

  private func json(left: [String], right: [String], scores: [[Float]]) -> JSONValue {
    .object([
      "left": .array(left.map { .string($0) }),
      "right": .array(right.map { .string($0) }),
      "function": .string(function.rawValue),
      "scores": .array(scores.map { .float32s($0) }),
    ])
  }

  private func lines(left: [String], right: [String]?, scores: [[Float]]) -> [String] {
    let terminal = display.terminal
    if let pair = singleScore(left: left, right: right, scores: scores) {
      return [NumberText.fixed(pair, decimals: 4)]
    }
    guard terminal.forReading else {
      return scores.map { row in row.map { "\($0)" }.joined(separator: "\t") }
    }
    let color = function == .cosine ? ScoreColor.cosine : ScoreColor(spanning: scores.flatMap { $0 })
    return ScoreMatrix(left: left, right: right, scores: scores, color: color).lines(for: terminal)
  }

  /// The answer to "how near are these two?", which is one number and no matrix.
  private func singleScore(left: [String], right: [String]?, scores: [[Float]]) -> Float? {
    if right == nil { return left.count == 2 ? scores[0][1] : nil }
    return left.count == 1 && right?.count == 1 ? scores[0][0] : nil
  }
}

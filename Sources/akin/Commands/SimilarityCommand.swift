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
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp("A text to compare with; may be repeated.", valueName: "text"))
  var right: [String] = []
  @Option(
    help: ArgumentHelp("Texts to compare with, from this file; '-' is standard input.", valueName: "path"),
    completion: .file())
  var rightFile: [String] = []
  @Option(
    help: """
      What a score is. Greater is nearer: distances are negative, as in sentence-transformers. (default: cosine; of a \
      model that compares texts token by token its own MaxSim, of sparse vectors the dot product)
      """)
  var function: SimilarityFunction?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var embedding: EmbeddingOptions
  @OptionGroup var normalizing: NormalizeOption
  @OptionGroup var array: ArrayFileOption
  @OptionGroup var picture: PlotOption
  @OptionGroup var display: OutputOptions

  func validate() throws {
    if array.output != nil, display.json { throw ValidationError("--output and --json exclude each other") }
  }

  func run() async throws {
    var leftSource = try input.source()
    let leftInputs = try leftSource.all()
    let rightInputs = try rightInputs()
    let (left, right) = (leftInputs.map(\.text), rightInputs?.map(\.text))
    if picture.plot != nil, max(left.count, right?.count ?? 0) > HeatMap.mostTexts {
      throw Failure(
        .usage, "--plot draws at most \(HeatMap.mostTexts) texts a side",
        hint: "--output writes all scores as a numpy array.")
    }
    let engine = try modelOptions.loadEngine()
    let (scores, name) = try await scores(left: leftInputs, right: rightInputs, engine)
    try picture.write(
      HeatMap(
        left: left, right: right ?? left, scores: scores, function: name, range: Self.range(of: scores, function: name)
      ).svg)
    if let path = array.output {
      let file = try NpyFile(path: path, columns: right?.count ?? left.count)
      try file.append(scores)
      return try file.close()
    }
    let stream = OutputStream(descriptor: .standardOutput)
    if display.json {
      try stream.write(json: json(left: leftInputs, right: rightInputs ?? leftInputs, scores: scores, function: name))
    } else {
      for line in lines(left: left, right: right, scores: scores, function: name) { try stream.write(line: line) }
    }
    try stream.flush()
  }

  /// The scores that get the first and the last colour: of cosines always the same, so that pictures can be compared.
  private static func range(of scores: [[Float]], function: String) -> ClosedRange<Float> {
    guard function != SimilarityFunction.cosine.rawValue else { return 0...1 }
    let finite = scores.flatMap { $0 }.filter(\.isFinite)
    return (finite.min() ?? 0)...(finite.max() ?? 1)
  }

  /// Every text against every other, and the name of what was computed.
  private func scores(
    left: [InputText], right: [InputText]?, _ engine: Engine
  ) async throws -> (scores: [[Float]], function: String) {
    let bar = WorkBar("embedding", "text", of: left.count + (right?.count ?? 0))
    defer { bar.end() }
    if engine.description.tokenHead != nil, embedding.pooling == nil {
      guard function == nil else {
        throw Failure(.usage, "this model compares texts token by token: leave --function out")
      }
      var request = TokenScoreRequest(queries: left.map(\.text), documents: (right ?? left).map(\.text))
      request.overflow = embedding.overflow
      return (try await engine.tokenScores(request).scores, "maxsim")
    }
    if engine.description.sparse != nil, embedding.pooling == nil {
      guard function ?? .dot == .dot || function == .cosine else {
        throw Failure(.usage, "sparse vectors are compared by dot or cosine")
      }
      let vectors = try await (left + (right ?? [])).naming { texts in
        var request = self.request(texts, output: .sparse)
        if function == .cosine { request.normalize = true }
        return try await engine.embed(request) { bar.add($0) }.sparseVectors
      }
      let rows = vectors[..<left.count], columns = right == nil ? rows : vectors[left.count...]
      return (rows.map { row in columns.map { row.dot($0) } }, (function ?? .dot).rawValue)
    }
    let leftVectors = try await left.naming { texts in
      try await engine.embed(request(texts)) { bar.add($0) }.vectors
    }
    var rightVectors = leftVectors
    if let right {
      rightVectors = try await right.naming { texts in
        try await engine.embed(request(texts)) { bar.add(left.count + $0) }.vectors
      }
    }
    let chosen = function ?? .cosine
    return (try Vectors.scores(left: leftVectors, right: rightVectors, function: chosen), chosen.rawValue)
  }

  private func request(_ texts: [String], output: EmbedOutput = .sentence) -> EmbedRequest {
    var request = embedding.request(texts, output: output)
    request.normalize = normalizing.normalize
    return request
  }

  /// Nil where the texts on the left are compared with each other.
  private func rightInputs() throws(Failure) -> [InputText]? {
    guard !right.isEmpty || !rightFile.isEmpty else { return nil }
    var source = TextSource(arguments: right, files: rightFile, format: input.format.format)
    return try source.all()
  }

  private func json(left: [InputText], right: [InputText], scores: [[Float]], function: String) -> JSONValue {
    var object = JSONObject()
    for (name, texts) in [("left", left), ("right", right)] {
      object[name] = .array(texts.map { .string($0.text) })
      if texts.contains(where: { $0.id != nil }) { object[name + "Ids"] = .array(texts.map { $0.id ?? .null }) }
    }
    object["function"] = .string(function)
    object["scores"] = .array(scores.map { .float32s($0) })
    return .object(object)
  }

  private func lines(left: [String], right: [String]?, scores: [[Float]], function: String) -> [String] {
    let terminal = display.terminal
    if let pair = singleScore(left: left, right: right, scores: scores) {
      return [NumberText.fixed(pair, decimals: 4)]
    }
    guard terminal.forReading else {
      return scores.map { row in row.map { "\($0)" }.joined(separator: "\t") }
    }
    let color =
      function == SimilarityFunction.cosine.rawValue ? ScoreColor.cosine : ScoreColor(spanning: scores.flatMap { $0 })
    return ScoreMatrix(left: left, right: right, scores: scores, color: color).lines(for: terminal)
  }

  /// The answer to "how near are these two?", which is one number and no matrix.
  private func singleScore(left: [String], right: [String]?, scores: [[Float]]) -> Float? {
    if right == nil { return left.count == 2 ? scores[0][1] : nil }
    return left.count == 1 && right?.count == 1 ? scores[0][0] : nil
  }
}

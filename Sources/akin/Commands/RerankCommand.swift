import AkinProtocol
import ArgumentParser
import Engine

/// `akin rerank`: documents in the order in which they answer a query.
struct RerankCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rerank",
    abstract: "Order texts by how well they answer a query, read together with it.",
    discussion: """
      Needs a cross-encoder (--model), which reads query and text as one: slower than vectors and more exact, for the \
      best of what a search has found. On a terminal and in a pipe: score and text, the best first. With --json: \
      {"index", "score", "logit", "document"} a line.

        akin rerank --model cross-encoder/ms-marco-MiniLM-L6-v2 "who painted the ceiling" --file hits.txt
      """)

  @Argument(help: "What is asked.")
  var query: String
  @OptionGroup var input: InputOptions
  @Option(
    name: [.customShort("k", allowingJoined: true), .long], parsing: .unconditional,
    help: ArgumentHelp("Show so many of the best.", valueName: "n"))
  var topK: Int?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var display: OutputOptions

  func validate() throws {
    guard topK ?? 1 >= 1 else { throw ValidationError("--top-k takes 1 or more") }
  }

  func run() async throws {
    var source = try input.source()
    let inputs = try source.all()
    let documents = inputs.map(\.text)
    let engine = try modelOptions.loadEngine()
    let bar = WorkBar("reading", "text", of: documents.count)
    defer { bar.end() }
    let answer = try await inputs.naming { texts in
      var request = RerankRequest(query: query, documents: texts)
      request.priority = .bulk
      return try await engine.rerank(request) { bar.add($0) }
    }
    bar.end()
    let stream = OutputStream(descriptor: .standardOutput)
    for index in answer.ranking(topK ?? documents.count) {
      if display.json {
        let item = RerankMethod.Item(
          index: index, score: answer.scores[index], logit: answer.logits[index], document: documents[index])
        try stream.write(json: item.json)
      } else {
        try stream.write(line: NumberText.fixed(answer.scores[index], decimals: 4) + "\t" + documents[index])
      }
    }
    try stream.flush()
  }
}

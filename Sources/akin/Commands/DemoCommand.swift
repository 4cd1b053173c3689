import ArgumentParser

/// `akin demo`: what sentence embeddings are, in three short scenes.
struct DemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "See in three short scenes what Akin does.",
    discussion: "Works with any model: akin demo --model bert-base-uncased")

  @OptionGroup var modelOptions: ModelOptions
  @Option(help: "Colour and layout as on a terminal: auto, always, or never. NO_COLOR is honoured.")
  var color = ColorChoice.auto

  func run() async throws {
    let clock = ContinuousClock()
    let start = clock.now
    let engine = try modelOptions.loadEngine()
    let page = DemoPage(
      stream: OutputStream(descriptor: .standardOutput), terminal: Terminal(.standardOutput, color: color))
    let demo = Demo(engine: engine, page: page)
    try demo.introduce(ready: clock.now - start)
    try await demo.playSentences()
    try await demo.playWord()
    try await demo.playSearch()
    try demo.showNextSteps(took: clock.now - start)
  }
}

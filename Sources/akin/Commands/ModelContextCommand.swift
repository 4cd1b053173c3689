import AkinCollections
import AkinServer
import ArgumentParser
import ModelFiles
import Platform

/// `akin mcp`: the index as tools for assistants.
struct ModelContextCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mcp",
    abstract: "Offer the index to assistants that speak the Model Context Protocol, on standard input and output.",
    discussion: """
      Tools: search, similar, outline, read, index_status, reindex and cancel. A client starts the server by itself; most are told so by

        {"mcpServers": {"akin": {"command": "akin", "args": ["mcp"]}}}
      """)

  @Option(
    help: ArgumentHelp(
      """
      A folder that the assistant may search, with all that is in it. May be repeated. Without: the current folder, the \
      client's own, and those that 'akin index' has indexed; others by a question to you, where the client can ask.
      """,
      valueName: "dir"),
    completion: .directory)
  var allow: [String] = []
  @Option(
    help: ArgumentHelp(
      "A cross-encoder that reads the best places once more where an assistant asks for that (rerank); loaded then.",
      valueName: "model"))
  var rerankModel: String?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var graphOptions: GraphOptions

  func run() async throws {
    let output = try Descriptor.takeStandardOutput()
    var options = ServerOptions(
      engine: modelOptions.engineOptions, store: ModelStore(environment: Environment.all),
      collections: graphOptions.store, extractor: .own, version: Version.current)
    options.rerankModel = rerankModel
    for folder in allow where !FilePath.isFolder(folder) { Notice.write("--allow \(folder): there is no such folder") }
    let server = ModelContextServer(
      input: Descriptor.standardInput.number, output: output.number, options: options, allowed: allow)
    let signals = SignalWatch { _ in server.stop() }
    let status = await server.run()
    Signals.exit(code: signals.received.flatMap { $0 == SIGTERM ? nil : 128 + $0 } ?? status)
  }
}

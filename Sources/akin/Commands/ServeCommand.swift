import AkinHTTP
import AkinServer
import ArgumentParser
import Platform
import SharedProcess

/// `akin serve`: the protocol on standard input and output.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer JSON-RPC on standard input and output, or HTTP.",
    discussion: """
      One JSON value a line, or Content-Length headers as in LSP; answers come the way the requests do. The model is \
      loaded when the first request needs it. Closing standard input ends the server when all is answered.

      With --shared, five editors hold one model: the sessions of one user that are started with the same options are \
      served by one process, which ends when none has been there for a while.

      With --http, clients of OpenAI, text-embeddings-inference, Cohere (rerank) and Ollama find their paths at that \
      address, and JSON-RPC is answered by POST at '/'. Only this machine reaches it, unless another address is named, \
      which needs a key in AKIN_API_KEY; no collection is reached but those of --collection.

      Exit status: 0 after a good end (end of input, 'exit' after 'shutdown', SIGTERM), 1 after any other, 130 after \
      an interrupt, 129 where its window closes.

        echo '{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":"hello"}}' | akin serve
      """)

  @OptionGroup var serverOptions: ServerCommandOptions
  @OptionGroup var httpOptions: HTTPCommandOptions
  @Flag(help: "Use one model process for all sessions that are started with the same options; start it where needed.")
  var shared = false

  func validate() throws {
    if shared, httpOptions.address != nil { throw ValidationError("--http and --shared exclude each other") }
  }

  func run() async throws {
    if let options = try httpOptions.options(serverOptions, environment: Environment.all) {
      return try await serve(options)
    }
    let output = try Descriptor.takeStandardOutput()
    if shared { return try relay(to: output) }
    let server = Server(
      input: Descriptor.standardInput.number, output: output.number, options: try serverOptions.options())
    let signals = SignalWatch { $0 == SIGTERM ? server.finish() : server.stop() }
    exit(await server.run(), after: signals)
  }

  /// Answers HTTP until a signal ends it.
  private func serve(_ options: HTTPOptions) async throws {
    let services = Services(try serverOptions.options(reach: httpOptions.reach))
    let server = try HTTPServer(options) { ExchangeSession(services: services) }
    let signals = SignalWatch { server.stop(finishes: $0 == SIGTERM) }
    try await server.run { Notice.write("listening at \($0)") }
    exit(0, after: signals)
  }

  /// Passes the session to the shared process.
  private func relay(to output: Descriptor) throws {
    var options = RelayOptions(limits: serverOptions.limitOptions.limits)
    options.report = { Notice.write($0) }
    let stopping = try WakePipe()
    let signals = SignalWatch { _ in stopping.wake() }
    let process = try SharedProgram(options: serverOptions, environment: Environment.all)
    let connector = process.connector
    // Nobody waits for a shared process to end.
    Signals.ignoreChildren()
    let relay = Relay(
      input: Descriptor.standardInput.number, output: output.number, options: options, stopping: stopping
    ) { () throws(SharedProcessError) in try connector.connect() }
    exit(try relay.run(), after: signals)
  }

  private func exit(_ code: Int32, after signals: SignalWatch) -> Never {
    switch signals.received {
    // Asked to end, and ended in good order.
    case SIGTERM?: Signals.exit(code: 0)
    // What a shell reports of a program that a signal ended.
    case let number?: Signals.exit(code: 128 + number)
    case nil: Signals.exit(code: code)
    }
  }
}

import AkinServer
import ArgumentParser
import ModelFiles

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// `akin serve`: the protocol on standard input and output.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer JSON-RPC on standard input and output.",
    discussion: """
      One JSON value a line, or Content-Length headers as in LSP; answers come the way the requests do. The model is \
      loaded when the first request needs it. Closing standard input ends the server when all is answered.

      Exit status: 0 after a good end (end of input, 'exit' after 'shutdown', SIGTERM), 1 after any other, 130 after \
      an interrupt.

        echo '{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":"hello"}}' | akin serve
      """)

  @OptionGroup var modelOptions: ModelOptions
  @Option(
    name: .customLong("log"),
    help: ArgumentHelp("Write the log to the end of this file, not to standard error.", valueName: "path"),
    completion: .file())
  var logPath: String?
  @Option(help: "What is logged. (default: info with --log, else problem)")
  var logLevel: LogLevel?
  @OptionGroup(title: "Limits") var limitOptions: LimitOptions

  func run() async throws {
    let output = try Descriptor.takeStandardOutput()
    var options = ServerOptions(
      engine: modelOptions.engineOptions, store: ModelStore(environment: Environment.all), version: Version.current)
    options.limits = limitOptions.limits
    options.logLevel = logLevel ?? (logPath == nil ? .problem : .info)
    if let logPath { options.logDescriptor = try Descriptor.open(appending: logPath).number }
    let server = Server(input: Descriptor.standardInput.number, output: output.number, options: options)
    let signals = SignalWatch([SIGTERM, SIGINT]) { server.stop() }
    let status = await server.run()
    switch signals.received {
    // Asked to end, and ended in good order.
    case SIGTERM?: Signals.exit(code: 0)
    // What a shell reports of a program that an interrupt ended.
    case SIGINT?: Signals.exit(code: 128 + SIGINT)
    default: Signals.exit(code: status)
    }
  }
}

extension LogLevel: ExpressibleByArgument {
  /// Reads a level by its name.
  public init?(argument: String) {
    guard let level = Self.allCases.first(where: { $0.name == argument }) else { return nil }
    self = level
  }

  /// The names of the levels.
  public static var allValueStrings: [String] { allCases.map(\.name) }

  private var name: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .problem: "problem"
    }
  }
}

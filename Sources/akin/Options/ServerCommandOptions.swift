import AkinCollections
import AkinServer
import ArgumentParser
import ModelFiles

/// What `akin serve` and the shared process behind it are told.
struct ServerCommandOptions: ParsableArguments {
  @OptionGroup var modelOptions: ModelOptions
  @Option(
    help: ArgumentHelp(
      "The model that answers 'rerank': a cross-encoder, or one that compares texts token by token; loaded when the first "
        + "request needs it.", valueName: "name"), completion: ModelOptions.names)
  var rerankModel: String?
  @Option(
    help: ArgumentHelp(
      "A further model that requests may name; may be repeated. Loaded when the first request needs it.",
      valueName: "name"), completion: ModelOptions.names)
  var allowModel: [String] = []
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How long a model that is not --model's stays without a request; 0 keeps it.", valueName: "seconds"))
  var modelIdle = 600.0
  @Option(
    name: .customLong("log"),
    help: ArgumentHelp("Write the log to the end of this file, not to standard error.", valueName: "path"),
    completion: .file())
  var logPath: String?
  @Option(help: "What is logged. (default: info with --log, else problem)")
  var logLevel: LogLevel?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --shared: how long the model process stays without a session.", valueName: "seconds"))
  var sharedIdle = 600.0
  @OptionGroup var graphOptions: GraphOptions
  @OptionGroup(title: "Limits") var limitOptions: LimitOptions

  func validate() throws {
    guard (0...1e6).contains(modelIdle) else { throw ValidationError("--model-idle takes 0 to 1000000") }
    guard (0...1e6).contains(sharedIdle) else { throw ValidationError("--shared-idle takes 0 to 1000000") }
  }

  /// The server that these options describe; opens the log.
  /// - Parameter reach: the only collections that its clients may use; nil for all.
  func options(reach: Set<String>? = nil) throws -> ServerOptions {
    var options = ServerOptions(
      engine: modelOptions.engineOptions, store: ModelStore(environment: Environment.all),
      collections: graphOptions.store(reach: reach), extractor: .own, version: Version.current)
    options.rerankModel = rerankModel
    options.furtherModels = allowModel
    options.modelIdleSeconds = modelIdle
    options.limits = limitOptions.limits
    options.logLevel = logLevel ?? (logPath == nil ? .problem : .info)
    if let logPath { options.logDescriptor = try Descriptor.open(appending: logPath).number }
    return options
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

  /// The name on the command line.
  var name: String {
    switch self {
    case .debug: "debug"
    case .info: "info"
    case .problem: "problem"
    }
  }
}

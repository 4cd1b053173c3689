import ArgumentParser
import Encoder
import Engine
import ModelFiles

extension Precision: ExpressibleByArgument {}

/// Which model, and how it is run.
struct ModelOptions: ParsableArguments {
  /// Those on this machine.
  static var names: CompletionKind { .shellCommand("akin models 2>/dev/null | cut -f 1") }

  @Option(
    name: [.customShort("m", allowingJoined: true), .long],
    help: ArgumentHelp("A model's name, a model folder, or a .gguf file.", valueName: "name"),
    completion: ModelOptions.names)
  var model = Settings.user.model ?? ModelStore.defaultModel

  @Option(help: "Arithmetic of the linear layers: int8 in blocks of 32, or float32.")
  var precision = Precision.q8

  @Option(
    name: [.customShort("j", allowingJoined: true), .long],
    parsing: .unconditional, help: ArgumentHelp("CPU threads; 0 takes all that this process may use.", valueName: "n"))
  var threads = Settings.user.threads ?? 0

  func validate() throws {
    guard (0...1024).contains(threads) else { throw ValidationError("--threads takes 0 to 1024") }
    guard !model.isEmpty else { throw ValidationError("--model takes a name, a folder or a .gguf file") }
  }

  /// What the options ask of the engine.
  var engineOptions: EngineOptions {
    var options = EngineOptions()
    options.model = model
    options.precision = precision
    options.threads = threads
    return options
  }

  /// Loads the model, and says on standard error what a person may wonder about, such as the first quantising.
  /// - Throws: ``EngineError``: `modelMissing` or `modelUnusable`.
  func loadEngine() throws(EngineError) -> Engine {
    try Engine.load(engineOptions, store: ModelStore(environment: Environment.all)) { Notice.write($0) }
  }
}

import ArgumentParser
import Engine
import ModelFiles

extension PoolingMode: ExpressibleByArgument {}
extension Overflow: ExpressibleByArgument {}

/// How texts become vectors; everything left out is as the model says.
struct EmbeddingOptions: ParsableArguments {
  @Option(help: "How token vectors become one vector. (default: the model's)")
  var pooling: PoolingMode?

  @Option(parsing: .unconditional, help: ArgumentHelp("Put before each text.", valueName: "text"))
  var prompt: String?

  @Option(help: ArgumentHelp("One of the model's own prompts, such as 'query'.", valueName: "name"))
  var promptName: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Keep the first components only. (default: all)", valueName: "n"))
  var dimensions: Int?

  @Option(help: "A text longer than the model takes: cut it, refuse it, or average its windows.")
  var overflow = Overflow.truncate

  func validate() throws {
    if prompt != nil, promptName != nil { throw ValidationError("--prompt and --prompt-name exclude each other") }
    if let dimensions, dimensions < 1 { throw ValidationError("--dimensions takes 1 or more") }
  }

  /// The request for these texts.
  func request(_ texts: [String], output: EmbedOutput = .sentence) -> EmbedRequest {
    var request = EmbedRequest(texts: texts)
    request.output = output
    request.pooling = pooling
    request.prompt = prompt.map { .text($0) } ?? promptName.map { .named($0) }
    request.dimensions = dimensions
    request.overflow = overflow
    return request
  }
}

/// Whether vectors are scaled; not for search, whose cosines it would not change.
struct NormalizeOption: ParsableArguments {
  @Flag(inversion: .prefixedNo, help: "Scale vectors to length 1. (default: as the model does)")
  var normalize: Bool?
}

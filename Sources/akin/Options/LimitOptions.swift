import AkinProtocol
import ArgumentParser

/// A flag for every limit of the server.
struct LimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Bytes of one message.", valueName: "n"))
  var maxMessageBytes = ServerLimits().maxMessageBytes
  @Option(help: ArgumentHelp("Arrays and objects within each other.", valueName: "n"))
  var maxDepth = ServerLimits().maxDepth
  @Option(help: ArgumentHelp("Requests in one batch.", valueName: "n"))
  var maxBatch = ServerLimits().maxBatch
  @Option(help: ArgumentHelp("Texts, vectors or documents in one request.", valueName: "n"))
  var maxInputs = ServerLimits().maxInputs
  @Option(help: ArgumentHelp("Texts of an embed whose result is sent in parts.", valueName: "n"))
  var maxPartialInputs = ServerLimits().maxPartialInputs
  @Option(help: ArgumentHelp("Code points of one text.", valueName: "n"))
  var maxTextCharacters = ServerLimits().maxTextCharacters
  @Option(help: ArgumentHelp("Tokens in one answer of tokenize or of token vectors.", valueName: "n"))
  var maxTokens = ServerLimits().maxTokens
  @Option(help: ArgumentHelp("Numbers in one matrix of similarity.", valueName: "n"))
  var maxScores = ServerLimits().maxScores
  @Option(help: ArgumentHelp("Requests that wait or run.", valueName: "n"))
  var maxPendingRequests = ServerLimits().maxPendingRequests
  @Option(help: ArgumentHelp("Bytes of requests that wait or run.", valueName: "n"))
  var maxPendingBytes = ServerLimits().maxPendingBytes
  @Option(help: ArgumentHelp("Tokens that wait for the encoder.", valueName: "n"))
  var maxQueuedTokens = ServerLimits().maxQueuedTokens
  @Option(help: ArgumentHelp("Bytes of answers that the client has not read.", valueName: "n"))
  var maxBacklogBytes = ServerLimits().maxBacklogBytes

  var limits: ServerLimits {
    var limits = ServerLimits()
    limits.maxMessageBytes = maxMessageBytes
    limits.maxDepth = maxDepth
    limits.maxBatch = maxBatch
    limits.maxInputs = maxInputs
    limits.maxPartialInputs = maxPartialInputs
    limits.maxTextCharacters = maxTextCharacters
    limits.maxTokens = maxTokens
    limits.maxScores = maxScores
    limits.maxPendingRequests = maxPendingRequests
    limits.maxPendingBytes = maxPendingBytes
    limits.maxQueuedTokens = maxQueuedTokens
    limits.maxBacklogBytes = maxBacklogBytes
    return limits
  }

  func validate() throws {
    let values = [
      maxMessageBytes, maxDepth, maxBatch, maxInputs, maxPartialInputs, maxTextCharacters, maxTokens, maxScores,
      maxPendingRequests, maxPendingBytes, maxQueuedTokens, maxBacklogBytes,
    ]
    guard values.allSatisfy({ $0 >= 1 }) else { throw ValidationError("every --max-… takes 1 or more") }
  }
}

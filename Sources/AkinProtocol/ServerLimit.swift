import JSON

/// One limit of what a server accepts: the one place where its name, its default and its meaning stand.
///
/// Flags of `akin serve` are made from this table; `protocol/openrpc.json`, the specification and README are held against it.
public struct ServerLimit: Sendable, Hashable {
  /// Its name in `initialize`, such as `maxDepth`.
  public let name: String
  /// The value unless another is asked for.
  public let preset: Int
  /// The most that may be asked for.
  public let greatest: Int
  /// What is counted, in the plural, such as `bytes`.
  public let unit: String
  /// The error beyond it.
  public let code: AkinErrorCode
  /// What is counted, for a person: a sentence without its full stop.
  public let summary: String
  /// Its place in ``all``.
  let index: Int

  /// The flag of `akin serve`, such as `--max-depth`.
  public var flag: String {
    "--" + name.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
  }

  /// All limits, in the order in which they are listed.
  public static let all = [
    maxMessageBytes, maxDepth, maxValues, maxBatch, maxInputs, maxPartialInputs, maxTextCharacters, maxAnswerTokens,
    maxScores, maxPatternBytes, maxPendingRequests, maxPendingBytes, maxQueuedTokens, maxBacklogBytes,
    maxSessions, maxHttpConnections, maxHttpHeaderBytes, maxHttpRequestSeconds, maxHttpIdleSeconds,
  ]

  /// Whether every server of the protocol's first version has it; the others keep their defaults where they are not told.
  var isOriginal: Bool { index <= Self.maxSessions.index }

  /// Bytes of one message.
  public static let maxMessageBytes = ServerLimit(
    name: "maxMessageBytes", preset: JSONLimits().bytes, greatest: .max, unit: "bytes", code: .invalidRequest,
    summary: "Bytes of one message", index: 0)
  /// Arrays and objects within each other, in one message.
  public static let maxDepth = ServerLimit(
    name: "maxDepth", preset: JSONLimits().depth, greatest: JSONLimits.parserDepth, unit: "levels", code: .parseError,
    summary: "Arrays and objects within each other, in one message", index: 1)
  /// Strings, numbers, bools and nulls of one message; an array or object counts as four of them.
  public static let maxValues = ServerLimit(
    name: "maxValues", preset: JSONLimits().values, greatest: .max, unit: "values", code: .parseError,
    summary: "Strings, numbers, bools and nulls of one message; an array or object counts as four of them", index: 2)
  /// Messages in one batch.
  public static let maxBatch = ServerLimit(
    name: "maxBatch", preset: 1000, greatest: .max, unit: "messages", code: .invalidRequest,
    summary: "Messages in one batch", index: 3)
  /// Texts, vectors, lists of ids or documents in one array of a request.
  public static let maxInputs = ServerLimit(
    name: "maxInputs", preset: 16_384, greatest: .max, unit: "items", code: .limitExceeded,
    summary: "Texts, vectors, lists of ids or documents in one array of a request", index: 4)
  /// Texts of an `embed` whose result is sent in parts (`partialResultToken`).
  public static let maxPartialInputs = ServerLimit(
    name: "maxPartialInputs", preset: 1_000_000, greatest: .max, unit: "texts", code: .limitExceeded,
    summary: "Texts of an `embed` whose result is sent in parts (`partialResultToken`)", index: 5)
  /// Code points of one text.
  public static let maxTextCharacters = ServerLimit(
    name: "maxTextCharacters", preset: 1_000_000, greatest: .max, unit: "characters", code: .limitExceeded,
    summary: "Code points of one text", index: 6)
  /// Tokens listed in one answer of `tokenize`; ids of one `detokenize`; vectors in one answer of `embed` with output
  /// `tokens`, unless it is sent in parts.
  public static let maxAnswerTokens = ServerLimit(
    name: "maxAnswerTokens", preset: 65_536, greatest: .max, unit: "tokens", code: .limitExceeded,
    summary:
      "Tokens listed in one answer of `tokenize`; ids of one `detokenize`; vectors in one answer of `embed` with output "
      + "`tokens`, unless it is sent in parts", index: 7)
  /// Numbers in one matrix of `similarity`; pairs of query and document in one `search`.
  public static let maxScores = ServerLimit(
    name: "maxScores", preset: 16_777_216, greatest: .max, unit: "scores", code: .limitExceeded,
    summary: "Numbers in one matrix of `similarity`; pairs of query and document in one `search`", index: 8)
  /// Bytes of the patterns of one parameter.
  public static let maxPatternBytes = ServerLimit(
    name: "maxPatternBytes", preset: 4096, greatest: .max, unit: "bytes", code: .limitExceeded,
    summary: "Bytes of the patterns of one parameter", index: 9)
  /// Requests that wait or run.
  public static let maxPendingRequests = ServerLimit(
    name: "maxPendingRequests", preset: 65_536, greatest: .max, unit: "requests", code: .connectionBacklog,
    summary: "Requests that wait or run", index: 10)
  /// Bytes of the requests that wait or run.
  public static let maxPendingBytes = ServerLimit(
    name: "maxPendingBytes", preset: 256 << 20, greatest: .max, unit: "bytes", code: .connectionBacklog,
    summary: "Bytes of the requests that wait or run", index: 11)
  /// Tokens that wait for the encoder.
  public static let maxQueuedTokens = ServerLimit(
    name: "maxQueuedTokens", preset: 64 << 20, greatest: .max, unit: "tokens", code: .overloaded,
    summary: "Tokens that wait for the encoder", index: 12)
  /// Bytes of answers that the client has not read; eight times as many end the session.
  public static let maxBacklogBytes = ServerLimit(
    name: "maxBacklogBytes", preset: 64 << 20, greatest: .max, unit: "bytes", code: .connectionBacklog,
    summary: "Bytes of answers that the client has not read; eight times as many end the session", index: 13)
  /// Sessions that share one model process.
  public static let maxSessions = ServerLimit(
    name: "maxSessions", preset: 256, greatest: .max, unit: "sessions", code: .modelProcessEnded,
    summary: "Sessions that share one model process", index: 14)
  /// Connections of HTTP at once.
  public static let maxHttpConnections = ServerLimit(
    name: "maxHttpConnections", preset: 256, greatest: .max, unit: "connections", code: .connectionBacklog,
    summary: "Connections of HTTP at once", index: 15)
  /// Bytes of the headers of one request of HTTP.
  public static let maxHttpHeaderBytes = ServerLimit(
    name: "maxHttpHeaderBytes", preset: 32 << 10, greatest: .max, unit: "bytes", code: .invalidRequest,
    summary: "Bytes of the headers of one request of HTTP", index: 16)
  /// Seconds that a request of HTTP may take to come, and each 256 KiB of an answer to be taken.
  public static let maxHttpRequestSeconds = ServerLimit(
    name: "maxHttpRequestSeconds", preset: 60, greatest: 86_400, unit: "seconds", code: .invalidRequest,
    summary: "Seconds that a request of HTTP may take to come, and each 256 KiB of an answer to be taken", index: 17)
  /// Seconds that a connection of HTTP is kept without a request.
  public static let maxHttpIdleSeconds = ServerLimit(
    name: "maxHttpIdleSeconds", preset: 75, greatest: 86_400, unit: "seconds", code: .invalidRequest,
    summary: "Seconds that a connection of HTTP is kept without a request", index: 18)
}

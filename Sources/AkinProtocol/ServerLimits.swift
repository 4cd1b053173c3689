import JSON

/// What a server accepts; told in the result of `initialize`. What goes beyond is refused, and the session goes on.
public struct ServerLimits: ProtocolValue {
  /// Bytes of one message.
  public var maxMessageBytes = 64 << 20
  /// Arrays and objects within each other, in one message.
  public var maxDepth = 512
  /// Elements of one batch.
  public var maxBatch = 1000
  /// Texts, vectors or lists of ids in one array of a request; documents of a search likewise.
  public var maxInputs = 16_384
  /// Texts of an `embed` whose result is sent in parts.
  public var maxPartialInputs = 1_000_000
  /// Code points of one text.
  public var maxTextCharacters = 1_000_000
  /// Tokens listed in one answer of `tokenize`, and vectors in one answer of `embed` with output `tokens`.
  public var maxTokens = 65_536
  /// Numbers in one matrix of `similarity`.
  public var maxScores = 16_777_216
  /// Requests that wait or run.
  public var maxPendingRequests = 65_536
  /// Bytes of these requests.
  public var maxPendingBytes = 256 << 20
  /// Tokens that wait for the encoder.
  public var maxQueuedTokens = 64 << 20
  /// Bytes of answers that the client has not read; beyond it, requests are refused.
  public var maxBacklogBytes = 64 << 20

  /// The defaults.
  public init() {}

  private static let members: [(name: String, path: WritableKeyPath<ServerLimits, Int> & Sendable)] = [
    ("maxMessageBytes", \.maxMessageBytes), ("maxDepth", \.maxDepth), ("maxBatch", \.maxBatch),
    ("maxInputs", \.maxInputs), ("maxPartialInputs", \.maxPartialInputs), ("maxTextCharacters", \.maxTextCharacters),
    ("maxTokens", \.maxTokens), ("maxScores", \.maxScores), ("maxPendingRequests", \.maxPendingRequests),
    ("maxPendingBytes", \.maxPendingBytes), ("maxQueuedTokens", \.maxQueuedTokens),
    ("maxBacklogBytes", \.maxBacklogBytes),
  ]

  /// The names of the limits.
  public static let names = members.map(\.name)

  /// Reads limits, all of which must be there.
  public init(_ field: JSONField) throws(JSONFieldError) {
    for member in Self.members { self[keyPath: member.path] = try field[member.name].int(in: 1...Int.max) }
  }

  /// The limits by name.
  public var json: JSONValue {
    .object(JSONObject(Self.members.map { (key: $0.name, value: .integer(Int64(self[keyPath: $0.path]))) }))
  }
}

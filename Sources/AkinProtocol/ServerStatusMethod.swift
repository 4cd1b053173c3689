import JSON

/// `server/status`: counters since the start. Does not load the model.
public enum ServerStatusMethod: RequestMethod {
  /// `server/status`
  public static let name = "server/status"
  /// None.
  public typealias Parameters = NoParameters

  /// Calls of one method, and the time from dispatch to answer.
  public struct MethodCounts: ProtocolValue {
    /// Calls answered with a result.
    public var succeeded: Int
    /// Calls answered with an error.
    public var failed: Int
    /// The median of the last calls, in milliseconds.
    public var p50: Double
    /// The 95th percentile of the last calls, in milliseconds.
    public var p95: Double

    /// These counts.
    public init(succeeded: Int, failed: Int, p50: Double, p95: Double) {
      self.succeeded = succeeded
      self.failed = failed
      self.p50 = p50
      self.p95 = p95
    }

    /// Reads counts; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      succeeded = try field["succeeded"].int(in: 0...Int.max)
      failed = try field["failed"].int(in: 0...Int.max)
      p50 = try field["p50Milliseconds"].double()
      p95 = try field["p95Milliseconds"].double()
    }

    /// The counts as an object.
    public var json: JSONValue {
      [
        "succeeded": .integer(Int64(succeeded)), "failed": .integer(Int64(failed)), "p50Milliseconds": .number(p50),
        "p95Milliseconds": .number(p95),
      ]
    }
  }

  /// The encoder's work.
  public struct EngineCounts: ProtocolValue {
    /// Embedding jobs accepted.
    public var requests: Int
    /// Jobs whose caller went away.
    public var cancelled: Int
    /// Jobs refused because the queue was full.
    public var refused: Int
    /// Texts, and windows of texts, encoded.
    public var sequences: Int
    /// Tokens encoded.
    public var tokens: Int
    /// Batches encoded.
    public var batches: Int
    /// Jobs that wait or run now.
    public var pendingRequests: Int
    /// Tokens that wait now.
    public var queuedTokens: Int

    private static let members: [(name: String, path: WritableKeyPath<EngineCounts, Int> & Sendable)] = [
      ("requests", \.requests), ("cancelled", \.cancelled), ("refused", \.refused), ("sequences", \.sequences),
      ("tokens", \.tokens), ("batches", \.batches), ("pendingRequests", \.pendingRequests),
      ("queuedTokens", \.queuedTokens),
    ]

    /// Zeros.
    public init() {
      (requests, cancelled, refused, sequences) = (0, 0, 0, 0)
      (tokens, batches, pendingRequests, queuedTokens) = (0, 0, 0, 0)
    }

    /// Reads counts, all of which must be there.
    public init(_ field: JSONField) throws(JSONFieldError) {
      self.init()
      for member in Self.members { self[keyPath: member.path] = try field[member.name].int(in: 0...Int.max) }
    }

    /// The counts by name.
    public var json: JSONValue {
      .object(JSONObject(Self.members.map { (key: $0.name, value: .integer(Int64(self[keyPath: $0.path]))) }))
    }
  }

  /// The state of the server.
  public struct Result: ProtocolValue {
    /// Seconds since the start.
    public var uptime: Double
    /// What the server was told to use: a name or a path.
    public var model: String
    /// Sessions under way; more than one only where they share a process.
    public var sessions: Int
    /// Counters by method, of the methods that have been called.
    public var methods: [String: MethodCounts]
    /// The encoder's counters; nil until the model is loaded.
    public var engine: EngineCounts?

    /// A result of these parts.
    public init(
      uptime: Double, model: String, sessions: Int, methods: [String: MethodCounts], engine: EngineCounts?
    ) {
      self.uptime = uptime
      self.model = model
      self.sessions = sessions
      self.methods = methods
      self.engine = engine
    }

    /// Reads a result; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      uptime = try field["uptimeSeconds"].double()
      model = try field["model"].string()
      sessions = try field["sessions"].int(in: 0...Int.max)
      methods = [:]
      for key in try field["methods"].object().keys { methods[key] = try MethodCounts(field["methods"][key]) }
      engine = try field["engine"].optional(EngineCounts.init)
    }

    /// The result as an object; `engine` is null until the model is loaded.
    public var json: JSONValue {
      let methods = methods.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.json) }
      return [
        "uptimeSeconds": .number(uptime),
        "model": .string(model),
        "sessions": .integer(Int64(sessions)),
        "methods": .object(JSONObject(methods)),
        "engine": engine?.json ?? .null,
      ]
    }
  }
}

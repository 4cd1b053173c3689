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
    /// The median of all calls, in milliseconds, to two significant digits as those that follow.
    public var p50: Double
    /// The 95th percentile, in milliseconds.
    public var p95: Double
    /// The 99th percentile, in milliseconds.
    public var p99: Double
    /// The longest call, in milliseconds.
    public var max: Double

    /// These counts.
    public init(succeeded: Int, failed: Int, p50: Double, p95: Double, p99: Double, max: Double) {
      self.succeeded = succeeded
      self.failed = failed
      self.p50 = p50
      self.p95 = p95
      self.p99 = p99
      self.max = max
    }

    /// Reads counts; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      succeeded = try field["succeeded"].int(in: 0...Int.max)
      failed = try field["failed"].int(in: 0...Int.max)
      p50 = try field["p50Milliseconds"].double()
      p95 = try field["p95Milliseconds"].double()
      p99 = try field["p99Milliseconds"].double()
      max = try field["maxMilliseconds"].double()
    }

    /// The counts as an object.
    public var json: JSONValue {
      [
        "succeeded": .integer(Int64(succeeded)), "failed": .integer(Int64(failed)), "p50Milliseconds": .number(p50),
        "p95Milliseconds": .number(p95), "p99Milliseconds": .number(p99), "maxMilliseconds": .number(max),
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
    public var encodedTokens: Int
    /// Batches encoded.
    public var batches: Int
    /// Jobs that wait or run now.
    public var pendingRequests: Int
    /// Tokens that wait now.
    public var queuedTokens: Int

    private static let members: [(name: String, path: WritableKeyPath<EngineCounts, Int> & Sendable)] = [
      ("requests", \.requests), ("cancelled", \.cancelled), ("refused", \.refused), ("sequences", \.sequences),
      ("encodedTokens", \.encodedTokens), ("batches", \.batches), ("pendingRequests", \.pendingRequests),
      ("queuedTokens", \.queuedTokens),
    ]

    /// Zeros.
    public init() {
      (requests, cancelled, refused, sequences) = (0, 0, 0, 0)
      (encodedTokens, batches, pendingRequests, queuedTokens) = (0, 0, 0, 0)
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

  /// A model that requests may name.
  public struct ModelState: ProtocolValue {
    /// As the server was given it, and as `model` of a request names it.
    public var name: String
    /// What the server was told that it is for: `embedding`, `reranking` or `further`.
    public var role: String
    /// Times it was loaded: at the first request that needed it, and again after it was let go.
    public var loads: Int
    /// Seconds since a request last asked for it; nil where none has.
    public var idle: Double?
    /// Its encoder's counters since it was loaded; nil where it is not.
    public var engine: EngineCounts?

    /// This state.
    public init(name: String, role: String, loads: Int, idle: Double?, engine: EngineCounts?) {
      self.name = name
      self.role = role
      self.loads = loads
      self.idle = idle
      self.engine = engine
    }

    /// Reads a state; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      name = try field["name"].string()
      role = try field["role"].string()
      loads = try field["loads"].int(in: 0...Int.max)
      idle = try field["idleSeconds"].optional { field throws(JSONFieldError) in try field.double() }
      engine = try field["engine"].optional(EngineCounts.init)
    }

    /// The state as an object; what is nil is null.
    public var json: JSONValue {
      [
        "name": .string(name), "role": .string(role), "loads": .integer(Int64(loads)),
        "idleSeconds": idle.map { .number($0) } ?? .null, "engine": engine?.json ?? .null,
      ]
    }
  }

  /// The client's requests and answers.
  public struct ConnectionCounts: ProtocolValue {
    /// Requests and notifications received.
    public var received: Int
    /// Requests answered, with a result or an error.
    public var answered: Int
    /// Requests that the client has cancelled.
    public var cancelled: Int
    /// Requests that wait or run now, this one included.
    public var pending: Int
    /// Bytes that wait now to be read by the client.
    public var backlogBytes: Int

    private static let members: [(name: String, path: WritableKeyPath<ConnectionCounts, Int> & Sendable)] = [
      ("received", \.received), ("answered", \.answered), ("cancelled", \.cancelled), ("pending", \.pending),
      ("backlogBytes", \.backlogBytes),
    ]

    /// Zeros.
    public init() {
      (received, answered, cancelled, pending, backlogBytes) = (0, 0, 0, 0, 0)
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

  /// The memory of the process.
  public struct Memory: ProtocolValue {
    /// Bytes in memory now, the pages of the model's file that have been read included; nil where the system does not say.
    public var resident: Int?
    /// The most there have been.
    public var peakResident: Int

    /// These bytes.
    public init(resident: Int?, peakResident: Int) {
      self.resident = resident
      self.peakResident = peakResident
    }

    /// Reads numbers of bytes.
    public init(_ field: JSONField) throws(JSONFieldError) {
      resident = try field["residentBytes"].optionalInt(atLeast: 0)
      peakResident = try field["peakResidentBytes"].int(in: 0...Int.max)
    }

    /// The numbers by name.
    public var json: JSONValue {
      .object(
        JSONObject(present: [
          "residentBytes": resident.map { .integer(Int64($0)) },
          "peakResidentBytes": .integer(Int64(peakResident)),
        ]))
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
    /// The client's requests and answers.
    public var connection: ConnectionCounts
    /// The memory of the process.
    public var memory: Memory
    /// What the server accepts, as in the result of `initialize`.
    public var limits: ServerLimits
    /// The models that requests may name, the server's own first.
    public var models: [ModelState]
    /// The version of the protocol.
    public var protocolVersion: String

    /// A result of these parts.
    public init(
      uptime: Double, model: String, sessions: Int, methods: [String: MethodCounts], engine: EngineCounts?,
      connection: ConnectionCounts, memory: Memory, limits: ServerLimits, models: [ModelState] = [],
      protocolVersion: String = ProtocolVersion.current
    ) {
      self.uptime = uptime
      self.model = model
      self.sessions = sessions
      self.methods = methods
      self.engine = engine
      self.connection = connection
      self.memory = memory
      self.limits = limits
      self.models = models
      self.protocolVersion = protocolVersion
    }

    /// Reads a result; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      uptime = try field["uptimeSeconds"].double()
      model = try field["model"].string()
      sessions = try field["sessions"].int(in: 0...Int.max)
      methods = [:]
      for key in try field["methods"].object().keys { methods[key] = try MethodCounts(field["methods"][key]) }
      engine = try field["engine"].optional(EngineCounts.init)
      connection = try ConnectionCounts(field["connection"])
      memory = try Memory(field["memory"])
      limits = try ServerLimits(field["limits"])
      // Servers of before had one.
      models =
        try field["models"].optional { field throws(JSONFieldError) in try field.list(ModelState.init) } ?? []
      protocolVersion = try field["protocolVersion"].string()
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
        "connection": connection.json,
        "memory": memory.json,
        "limits": limits.json,
        "models": .array(models.map(\.json)),
        "protocolVersion": .string(protocolVersion),
      ]
    }
  }
}

import JSON

/// `initialize`: optional; tells the server about its client, and the client about the server's limits.
///
/// Members that the specification of LSP has or will have are ignored, not refused, so that any LSP client can start a
/// session.
public enum InitializeMethod: RequestMethod {
  /// `initialize`
  public static let name = "initialize"

  /// What the client says about itself.
  public struct Parameters: ProtocolParameters {
    /// The process whose end ends the server; nil watches none.
    public var processID: Int?
    /// The client's name, for the log.
    public var clientName: String?
    /// The units of offsets that the client knows, the best first; nil where it says nothing.
    public var positionEncodings: [PositionEncodingKind]?
    /// How much `window/logMessage` should tell.
    public var trace = SetTraceNotification.Level.off

    /// The members that have a meaning; others are ignored.
    public static let names = ["processId", "clientInfo", "capabilities", "trace"]

    /// A client that says nothing.
    public init() {}

    /// Reads what it can use. A member of another type counts as absent: clients in the field send `-1`, `"x"` and
    /// `[]` here, and a session that cannot start helps nobody.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.members()
      processID = try? field["processId"].int(in: 1...Int(Int32.max))
      clientName = try? field["clientInfo"]["name"].string()
      trace = (try? field["trace"].oneOf(SetTraceNotification.Level.self)) ?? .off
      let encodings = field["capabilities"]["general"]["positionEncodings"]
      if let offered = try? encodings.array() {
        positionEncodings = offered.compactMap { try? $0.oneOf(PositionEncodingKind.self) }
      }
    }

    /// The members that are known.
    public var json: JSONValue {
      let general = positionEncodings.map { encodings -> JSONValue in
        ["general": ["positionEncodings": .array(encodings.map { .string($0.rawValue) })]]
      }
      return .object(
        JSONObject(present: [
          "processId": processID.map { .integer(Int64($0)) } ?? .null,
          "clientInfo": clientName.map { ["name": .string($0)] },
          "capabilities": general ?? .object([:]),
          "trace": trace == .off ? .none : .string(trace.rawValue),
        ]))
    }
  }

  /// What the server says about itself.
  public struct Result: ProtocolValue {
    /// The unit of offsets in this session; nil where the client offered none, which means `utf-16`.
    public var positionEncoding: PositionEncodingKind?
    /// `akin`.
    public var serverName: String
    /// The server's version.
    public var serverVersion: String
    /// What the server accepts.
    public var limits: ServerLimits

    /// A result of these parts.
    public init(
      positionEncoding: PositionEncodingKind?, serverName: String, serverVersion: String, limits: ServerLimits
    ) {
      self.positionEncoding = positionEncoding
      self.serverName = serverName
      self.serverVersion = serverVersion
      self.limits = limits
    }

    /// Reads a result; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      positionEncoding = try PositionEncodingKind.optional(field["capabilities"])
      serverName = try field["serverInfo"]["name"].string()
      serverVersion = try field["serverInfo"]["version"].string()
      limits = try ServerLimits(field["limits"])
    }

    /// The result as an object.
    public var json: JSONValue {
      [
        "capabilities": .object(
          JSONObject(present: ["positionEncoding": positionEncoding.map { .string($0.rawValue) }])),
        "serverInfo": ["name": .string(serverName), "version": .string(serverVersion)],
        "limits": limits.json,
      ]
    }
  }
}

import JSON

/// `initialize`: optional; tells the server about its client, and the client about the server's limits.
///
/// Members that the specification of LSP has or will have are ignored, not refused, so that any LSP client can start a
/// session.
public enum InitializeMethod: RequestMethod {
  /// `initialize`
  public static let name = "initialize"

  /// What becomes of a session's folder that is not indexed. One that is vast is left alone.
  public enum Indexing: String, Sendable, CaseIterable {
    /// The person is asked.
    case ask
    /// It is indexed.
    case always
    /// It is left alone.
    case never
  }

  /// What the client says about itself.
  public struct Parameters: ProtocolParameters {
    /// The process whose end ends the server; nil watches none.
    public var processID: Int?
    /// The client's name, for the log.
    public var clientName: String?
    /// The units of offsets that the client knows, the best first; nil where it says nothing.
    public var positionEncodings: [PositionEncodingKind]?
    /// Whether the client shows the progress of work that it has not asked for.
    public var showsProgress = false
    /// Whether the client, asked to, tells of files that change.
    public var watchesFiles = false
    /// Whether the client puts questions of the server's to the person in front of it.
    public var showsMessages = false
    /// Whether the client shows a document where the server asks for it.
    public var showsDocuments = false
    /// Whether the client wants `textDocument/hover` of this server: `initializationOptions.hover`.
    public var wantsHover = false
    /// What becomes of the session's folders that are not indexed: `initializationOptions.index`; nil for a question where the
    /// client declares that it can put one.
    public var indexing: Indexing?
    /// How much `window/logMessage` should tell.
    public var trace = SetTraceNotification.Level.off
    /// The folders that the client works in: those of `workspaceFolders`, else that of `rootUri`.
    public var folders: [CollectionName] = []

    /// The members that have a meaning; others are ignored.
    public static let names = [
      "processId", "clientInfo", "capabilities", "initializationOptions", "trace", "rootUri", "workspaceFolders",
    ]

    /// A client that says nothing.
    public init() {}

    /// Reads what it can use. A member of another type counts as absent: clients in the field send `-1`, `"x"` and
    /// `[]` here, and a session that cannot start helps nobody.
    public init(_ field: JSONField) throws(JSONFieldError) {
      let field = try field.members()
      processID = try? field["processId"].int(in: 1...Int(Int32.max))
      clientName = try? field["clientInfo"]["name"].string()
      trace = (try? field["trace"].oneOf(SetTraceNotification.Level.self)) ?? .off
      showsProgress = (try? field["capabilities"]["window"]["workDoneProgress"].bool()) ?? false
      let window = field["capabilities"]["window"]
      showsMessages = (try? window["showMessage"].object()) != nil
      showsDocuments = (try? window["showDocument"]["support"].bool()) ?? false
      wantsHover = (try? field["initializationOptions"]["hover"].bool()) ?? false
      indexing = try? field["initializationOptions"]["index"].oneOf(Indexing.self)
      watchesFiles =
        (try? field["capabilities"]["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"].bool()) ?? false
      let encodings = field["capabilities"]["general"]["positionEncodings"]
      if let offered = try? encodings.array() {
        positionEncodings = offered.compactMap { try? $0.oneOf(PositionEncodingKind.self) }
      }
      let listed = (try? field["workspaceFolders"].array().map { $0["uri"] }) ?? []
      folders = (listed.isEmpty ? [field["rootUri"]] : listed).compactMap { try? CollectionName.folder($0) }
    }

    private var window: JSONObject {
      JSONObject(present: [
        "workDoneProgress": showsProgress ? true : .none, "showMessage": showsMessages ? [:] : .none,
        "showDocument": showsDocuments ? ["support": true] : .none,
      ])
    }

    private var options: JSONObject {
      JSONObject(present: [
        "hover": wantsHover ? true : .none, "index": indexing.map { .string($0.rawValue) },
      ])
    }

    /// The members that are known.
    public var json: JSONValue {
      let general = positionEncodings.map { encodings -> JSONValue in
        ["positionEncodings": .array(encodings.map { .string($0.rawValue) })]
      }
      let capabilities = JSONObject(present: [
        "general": general, "window": window.isEmpty ? .none : .object(window),
        "workspace": watchesFiles ? ["didChangeWatchedFiles": ["dynamicRegistration": true]] : .none,
      ])
      return .object(
        JSONObject(present: [
          "processId": processID.map { .integer(Int64($0)) } ?? .null,
          "clientInfo": clientName.map { ["name": .string($0)] },
          "capabilities": .object(capabilities),
          "initializationOptions": options.isEmpty ? .none : .object(options),
          "trace": trace == .off ? .none : .string(trace.rawValue),
          "workspaceFolders": folders.isEmpty ? .none : .array(folders.map(\.workspaceFolder)),
        ]))
    }
  }

  /// What the server says about itself.
  public struct Result: ProtocolValue {
    /// What the server can do.
    public var capabilities: ServerCapabilities
    /// `akin`.
    public var serverName: String
    /// The server's version.
    public var serverVersion: String
    /// What the server accepts.
    public var limits: ServerLimits
    /// The version of the protocol.
    public var protocolVersion: String

    /// A result of these parts.
    public init(
      capabilities: ServerCapabilities, serverName: String, serverVersion: String, limits: ServerLimits,
      protocolVersion: String = ProtocolVersion.current
    ) {
      self.capabilities = capabilities
      self.serverName = serverName
      self.serverVersion = serverVersion
      self.limits = limits
      self.protocolVersion = protocolVersion
    }

    /// Reads a result; unknown members are ignored.
    public init(_ field: JSONField) throws(JSONFieldError) {
      capabilities = try ServerCapabilities(field["capabilities"])
      serverName = try field["serverInfo"]["name"].string()
      serverVersion = try field["serverInfo"]["version"].string()
      limits = try ServerLimits(field["limits"])
      protocolVersion = try field["protocolVersion"].string()
    }

    /// The result as an object.
    public var json: JSONValue {
      [
        "capabilities": capabilities.json,
        "serverInfo": ["name": .string(serverName), "version": .string(serverVersion)],
        "limits": limits.json,
        "protocolVersion": .string(protocolVersion),
      ]
    }
  }
}

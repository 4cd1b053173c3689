import JSON

/// What a server can do for a client, in the result of `initialize`: LSP 3.17, `ServerCapabilities`.
public struct ServerCapabilities: ProtocolValue {
  /// The unit of offsets in this session; nil where the client offered none, which means `utf-16`.
  public var positionEncoding: PositionEncodingKind?
  /// Whether open documents are searched as they stand: they are told whole on opening, and then by their changes.
  public var followsDocuments = false
  /// Whether `workspace/symbol` is answered.
  public var findsSymbols = false
  /// Whether a change of the session's folders is taken note of.
  public var followsFolders = false
  /// Methods that take a `workDoneToken`.
  public var workDoneProgress: [String] = []
  /// Methods that take a `partialResultToken`.
  public var partialResults: [String] = []

  /// Capabilities of a server that follows no documents.
  public init() {}

  /// Reads capabilities; unknown ones are ignored.
  public init(_ field: JSONField) throws(JSONFieldError) {
    positionEncoding = try PositionEncodingKind.optional(field)
    followsDocuments = field["textDocumentSync"]["openClose"].value == true
    findsSymbols = field["workspaceSymbolProvider"].value == true
    followsFolders = field["workspace"]["workspaceFolders"]["changeNotifications"].value == true
    workDoneProgress = try field["workDoneProgress"].ifPresent?.strings() ?? []
    partialResults = try field["partialResults"].ifPresent?.strings() ?? []
  }

  /// The capabilities as an object. 2 is LSP's `TextDocumentSyncKind.Incremental`.
  public var json: JSONValue {
    .object(
      JSONObject(present: [
        "positionEncoding": positionEncoding.map { .string($0.rawValue) },
        "textDocumentSync": followsDocuments ? ["openClose": true, "change": 2, "save": true] : .none,
        "workspaceSymbolProvider": findsSymbols ? true : .none,
        "workspace": followsFolders
          ? ["workspaceFolders": ["supported": true, "changeNotifications": true]] : .none,
        "workDoneProgress": .array(workDoneProgress.map { .string($0) }),
        "partialResults": .array(partialResults.map { .string($0) }),
      ]))
  }
}

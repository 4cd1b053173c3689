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
  /// Commands of `workspace/executeCommand`.
  public var commands: [String] = []
  /// Whether `textDocument/codeAction` is answered.
  public var offersActions = false
  /// Whether `textDocument/hover` is answered.
  public var offersHover = false
  /// Whether files that get other names are taken note of.
  public var followsRenames = false
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
    commands = try field["executeCommandProvider"]["commands"].ifPresent?.strings() ?? []
    offersActions = field["codeActionProvider"].isPresent
    offersHover = field["hoverProvider"].value == true
    followsRenames = field["workspace"]["fileOperations"]["didRename"].isPresent
  }

  private var workspace: JSONObject {
    let everything: JSONValue = ["filters": [["scheme": "file", "pattern": ["glob": "**/*"]]]]
    return JSONObject(present: [
      "workspaceFolders": followsFolders ? ["supported": true, "changeNotifications": true] : .none,
      "fileOperations": followsRenames ? ["willRename": everything, "didRename": everything] : .none,
    ])
  }

  /// The capabilities as an object. 2 is LSP's `TextDocumentSyncKind.Incremental`.
  public var json: JSONValue {
    .object(
      JSONObject(present: [
        "positionEncoding": positionEncoding.map { .string($0.rawValue) },
        "textDocumentSync": followsDocuments ? ["openClose": true, "change": 2, "save": true] : .none,
        "workspaceSymbolProvider": findsSymbols ? true : .none,
        "executeCommandProvider": commands.isEmpty
          ? .none : ["commands": .array(commands.map { .string($0) })],
        "codeActionProvider": offersActions ? ["codeActionKinds": ["source.akin.similar"]] : .none,
        "hoverProvider": offersHover ? true : .none,
        "workspace": workspace.isEmpty ? .none : .object(workspace),
        "workDoneProgress": .array(workDoneProgress.map { .string($0) }),
        "partialResults": .array(partialResults.map { .string($0) }),
      ]))
  }
}

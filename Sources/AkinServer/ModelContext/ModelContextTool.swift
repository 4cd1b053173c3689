import JSON
import JSONRPC

/// Something that an assistant can ask for.
protocol ModelContextTool: Sendable {
  /// What it is called by.
  var name: String { get }
  /// What people read in a list of tools.
  var title: String { get }
  /// What the assistant is told of it.
  var purpose: String { get }
  /// The JSON schemas of its arguments.
  var arguments: JSONValue { get }
  /// Those that must be given.
  var required: [String] { get }
  /// The JSON schema of its result as a value.
  var output: JSONValue { get }

  /// Whether nothing is written, the index included.
  var isReadOnly: Bool { get }

  /// - Throws: what is told to the assistant.
  func call(_ call: ToolCall) async throws -> ToolResult
}

extension ModelContextTool {
  /// What `tools/list` says of it.
  func description(in revision: ModelContextRevision) -> JSONValue {
    var description: JSONObject = [
      "name": .string(name), "description": .string(purpose),
      "inputSchema": [
        "type": "object", "properties": arguments, "required": .array(required.map { .string($0) }),
      ],
      // None changes anything but the index.
      "annotations": [
        "title": .string(title), "readOnlyHint": .bool(isReadOnly), "destructiveHint": false, "idempotentHint": true,
        "openWorldHint": false,
      ],
    ]
    if revision.hasStructuredContent {
      description["title"] = .string(title)
      description["outputSchema"] = output
    }
    return .object(description)
  }

  static var folderSchema: JSONValue {
    [
      "type": "string",
      "description":
        "An absolute path of a folder. Default: the client's roots, else the folder that the server was started in.",
    ]
  }
  static var limitSchema: JSONValue {
    ["type": "integer", "minimum": 1, "maximum": 50, "description": "Results at most. Default: 10."]
  }
  static var detailSchema: JSONValue {
    [
      "type": "string", "enum": ["compact", "full"],
      "description": "The first lines of each place, which is the default, or all of it.",
    ]
  }

  /// A schema of several texts.
  static func textsSchema(_ description: String) -> JSONValue {
    ["type": "array", "items": ["type": "string"], "description": .string(description)]
  }

  /// A schema of an object with an array in it, and members that it may have beside.
  static func listSchema(
    _ name: String, of item: JSONValue, required: [JSONValue], beside others: JSONObject = JSONObject()
  ) -> JSONValue {
    let items: JSONValue = ["type": "object", "properties": item, "required": .array(required)]
    var properties = others
    properties[name] = ["type": "array", "items": items]
    return ["type": "object", "properties": .object(properties), "required": [.string(name)]]
  }
}

/// What a tool has found: text to read, and the same as a value.
struct ToolResult {
  let text: String
  /// Of the tool's `output` schema.
  let value: JSONValue

  func members(in revision: ModelContextRevision) -> JSONObject {
    var result: JSONObject = ["content": [["type": "text", "text": .string(text)]], "isError": false]
    if revision.hasStructuredContent { result["structuredContent"] = value }
    return result
  }

  /// Why there is no result.
  static func failure(_ text: String) -> JSONObject {
    ["content": [["type": "text", "text": .string(text)]], "isError": true]
  }
}

/// Why a tool cannot do what it was asked.
struct ToolError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// One call of a tool, and the way back to who called.
struct ToolCall {
  let arguments: JSONField
  let services: Services
  let permission: FolderPermission
  let jobs: IndexJobs
  let spellings: Spellings
  private let context: RPCContext
  private let terms: ModelContextTerms
  /// The client's `progressToken`, a string or an integer.
  private let progressToken: JSONValue?

  init(
    _ request: RPCRequest, _ context: RPCContext, terms: ModelContextTerms, services: Services,
    permission: FolderPermission, jobs: IndexJobs, spellings: Spellings
  ) {
    self.spellings = spellings
    self.permission = permission
    self.jobs = jobs
    let given = request.params["arguments"]
    // Errors call an argument by its name alone, as the assistant does.
    arguments = JSONField(given.isPresent ? given.value : .object([:]), path: "")
    self.services = services
    self.context = context
    self.terms = terms
    switch request.params["_meta"]["progressToken"].value {
    case .string(let token)?: progressToken = .string(token)
    case .integer(let token)?: progressToken = .integer(token)
    default: progressToken = nil
    }
  }

  /// Asks the client's person whether something may be done.
  /// - Returns: nil where the client cannot ask.
  /// - Throws: where the call is cancelled.
  func confirm(_ question: String) async throws(CancellationError) -> Bool? {
    guard terms.canAsk else { return nil }
    let schema: JSONValue = ["type": "object", "properties": [:]]
    let answer = try await context.ask(
      "elicitation/create", ["message": .string(question), "requestedSchema": schema])
    guard let answer, case .string(let action)? = JSONField(answer, path: "result")["action"].value else { return nil }
    return action == "accept"
  }

  /// The URIs of the client's roots; nil where it has none to tell.
  func roots() async throws -> [String]? {
    guard terms.tellsRoots, let answer = try await context.ask("roots/list", [:]) else { return nil }
    return try JSONField(answer, path: "result")["roots"].array().map { root throws(JSONFieldError) in
      try root["uri"].string()
    }
  }

  /// Tells the client how far the work is, where it asked for that. Each call's `progress` is more than the last one's.
  func report(progress: Int, total: Int, _ message: String) {
    context.report(
      "notifications/progress",
      progressToken.map {
        ["progressToken": $0, "progress": JSONValue(progress), "total": JSONValue(total), "message": .string(message)]
      })
  }

  /// Tells the client what happens, where it wants to know.
  func log(_ level: ModelContextLogLevel, _ message: @autoclosure () -> String) {
    guard let least = terms.logLevel, level.isAtLeast(least) else { return }
    context.report(
      "notifications/message", ["level": .string(level.rawValue), "logger": "akin", "data": .string(message())])
  }
}

extension JSONField {
  func optionalText() throws(JSONFieldError) -> String? {
    try optional { field throws(JSONFieldError) in try field.string() }
  }

  /// A line, from 1.
  func optionalLine(atLeast least: Int = 1) throws(JSONFieldError) -> Int? {
    try optional { field throws(JSONFieldError) in try field.int(in: least...Int(Int32.max)) }
  }

  /// Texts, or one of them.
  func optionalTexts() throws(JSONFieldError) -> [String] {
    guard isPresent else { return [] }
    if case .string(let text)? = value { return [text] }
    return try strings()
  }

  /// Whether whole texts are wanted.
  func isFull() throws(JSONFieldError) -> Bool {
    guard isPresent else { return false }
    switch try string() {
    case "full": return true
    case "compact": return false
    default: throw mismatch("\"compact\" or \"full\"")
    }
  }

  /// How many results are wanted.
  func limit() throws(JSONFieldError) -> Int {
    isPresent ? try int(in: 1...50) : 10
  }
}

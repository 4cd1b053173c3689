import AkinProtocol
import Collections
import Engine
import JSON
import JSONRPC

/// The Model Context Protocol (modelcontextprotocol.io, revisions 2024-11-05 to 2025-06-18) on two descriptors: a person's
/// own index as tools for an assistant. One JSON value a line.
public final class ModelContextServer: Sendable {
  private let connection: RPCConnection
  private let services: Services

  /// - Parameters:
  ///   - input: where requests come from; it stays the caller's.
  ///   - output: where answers go; it stays the caller's.
  public init(input: Int32, output: Int32, options: ServerOptions) {
    services = Services(options)
    connection = RPCConnection(
      input: input, output: output, handler: ModelContextHandler(services),
      options: RPCOptions(services.limits, log: services.log))
  }

  /// Serves until the client closes the input.
  /// - Returns: the process's exit code.
  public func run() async -> Int32 {
    let end = await connection.run()
    services.log.flush()
    switch end {
    case .endOfInput, .exitRequested, .stopped, .outputFailed(errno: brokenPipe): return 0
    default:
      services.log.write(.problem, end.description)
      services.log.flush()
      return 1
    }
  }

  /// Ends the session from any thread.
  public func stop() {
    connection.stop()
  }
}

/// The lifecycle and the table of tools.
final class ModelContextHandler: RPCHandler {
  /// The newest first.
  private static let versions = ["2025-06-18", "2025-03-26", "2024-11-05"]
  private static let tools: [any ModelContextTool] = [SearchTool(), SimilarTool(), IndexStatusTool()]
  private static let instructions = """
    Searches the user's folders by meaning, on this machine. Use search for questions about what a folder's files say or \
    where something is done, similar for more places like one, index_status for what is indexed. Lines count from 1.
    """

  private let services: Services

  init(_ services: Services) {
    self.services = services
  }

  func admit(_ request: RPCRequest) -> RPCAdmission {
    switch request.method {
    case "initialize": return .answer(initialize(request.params))
    case "ping": return .answer(.object([:]))
    case "tools/list": return .answer(["tools": .array(Self.tools.map(\.description))])
    case "tools/call": return request.isNotification ? .answer(.null) : .handle
    default:
      // Whatever else a client tells is no concern of the tools'.
      return request.isNotification ? .answer(.null) : .refuse(.methodNotFound(request.method))
    }
  }

  /// Agrees on the client's revision where it is known, and else offers the newest.
  private func initialize(_ parameters: JSONField) -> JSONValue {
    let asked = try? parameters["protocolVersion"].string()
    let version = Self.versions.first { $0 == asked } ?? Self.versions[0]
    return [
      "protocolVersion": .string(version), "capabilities": ["tools": ["listChanged": false]],
      "serverInfo": ["name": "akin", "version": .string(services.options.version)],
      "instructions": .string(Self.instructions),
    ]
  }

  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue {
    let name = try request.params["name"].string()
    guard let tool = Self.tools.first(where: { $0.name == name }) else {
      throw ResponseError(.invalidParams, "unknown tool \"\(name.prefix(64))\"")
    }
    let given = request.params["arguments"]
    let arguments = given.isPresent ? given : JSONField(.object([:]), path: given.path)
    // What a tool cannot do is for the assistant to read, and no error of the protocol.
    do {
      return Self.content(try await tool.call(arguments, services), isError: false)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return Self.content("\(error)", isError: true)
    }
  }

  private static func content(_ text: String, isError: Bool) -> JSONValue {
    ["content": [["type": "text", "text": .string(text)]], "isError": .bool(isError)]
  }
}

/// Something that an assistant can ask for.
protocol ModelContextTool: Sendable {
  var name: String { get }
  /// What `tools/list` says of it: name, description and the arguments' JSON schema.
  var description: JSONValue { get }
  /// - Throws: what is told to the assistant.
  func call(_ arguments: JSONField, _ services: Services) async throws -> String
}

extension ModelContextTool {
  /// A description in the protocol's form; none of the tools changes anything but the index.
  func describe(_ text: String, _ properties: JSONValue, required: [String]) -> JSONValue {
    [
      "name": .string(name), "description": .string(text),
      "inputSchema": [
        "type": "object", "properties": properties, "required": .array(required.map { .string($0) }),
        "additionalProperties": false,
      ],
      "annotations": ["readOnlyHint": true, "openWorldHint": false],
    ]
  }

  static var folderSchema: JSONValue {
    [
      "type": "string",
      "description": "An absolute path of a folder. Default: the folder that the server was started in.",
    ]
  }
  static var limitSchema: JSONValue {
    ["type": "integer", "minimum": 1, "maximum": 50, "default": 10, "description": "Results at most."]
  }
}

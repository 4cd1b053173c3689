import AkinProtocol
import JSON
import JSONRPC
import Synchronization

/// The lifecycle and the table of tools.
final class ModelContextHandler: RPCHandler {
  private static let tools: [any ModelContextTool] = [
    SearchTool(), LogTool(), SimilarTool(), OutlineTool(), ReadTool(), IndexStatusTool(), ReindexTool(), CancelTool(),
  ]
  private static let capabilities: JSONValue = ["tools": ["listChanged": false], "logging": [:]]
  private static let instructions: JSONValue = """
    Searches the user's folders by meaning, on this machine. Use search for questions about what a folder's files say or \
    where something is done, similar for more places like one, outline for what a file declares, read for its lines, \
    index_status for what is indexed. Lines count from 1.
    """

  private let services: Services
  private let permission: FolderPermission
  let jobs = IndexJobs()
  private let spellings = Spellings()
  /// What `initialize` and `logging/setLevel` have agreed on.
  private let session = Mutex(ModelContextTerms())

  init(_ services: Services, permission: FolderPermission) {
    self.services = services
    self.permission = permission
  }

  private var server: JSONValue {
    ["name": "akin", "title": "Akin", "version": .string(services.options.version)]
  }

  func admit(_ request: RPCRequest) -> RPCAdmission {
    if request.method == "notifications/cancelled" {
      // One that names no request is ignored, as the protocol wants it.
      return JSONRPCID(naming: request.params["requestId"].value).map { .withdraw($0) } ?? .answer(.null)
    }
    if request.method == "notifications/roots/list_changed" { permission.forgetRoots() }
    // Whatever else a client tells is no concern of the tools'.
    if request.isNotification { return .answer(.null) }
    do throws(ResponseError) {
      return admit(request, try ModelContextTerms(request, session: session.withLock { $0 }))
    } catch {
      return .refuse(error)
    }
  }

  private func admit(_ request: RPCRequest, _ terms: ModelContextTerms) -> RPCAdmission {
    switch request.method {
    case "initialize": return .answer(initialize(request.params))
    case "server/discover": return .answer(discover(terms))
    case "ping": return .answer(terms.complete([:], from: server))
    case "logging/setLevel": return setLogLevel(request.params)
    case "tools/list":
      let tools = Self.tools.map { $0.description(in: terms.revision) }
      return .answer(terms.completeForGood(["tools": .array(tools)], from: server))
    case "tools/call": return .handle
    default: return .refuse(.methodNotFound(request.method))
    }
  }

  private func initialize(_ parameters: JSONField) -> JSONValue {
    let revision = ModelContextRevision.agreed(try? parameters["protocolVersion"].string())
    let client = parameters["capabilities"]
    session.withLock { session in
      session.revision = revision
      session.canAsk = client["elicitation"].isPresent
      session.tellsRoots = client["roots"].isPresent
    }
    return [
      "protocolVersion": .string(revision.rawValue), "capabilities": Self.capabilities, "serverInfo": server,
      "instructions": Self.instructions,
    ]
  }

  private func discover(_ terms: ModelContextTerms) -> JSONValue {
    var terms = terms
    // It is of this revision, whoever asks.
    terms.revision = .july2026
    let versions = ModelContextRevision.allCases.map { JSONValue.string($0.rawValue) }
    return terms.completeForGood(
      [
        "supportedVersions": .array(versions), "capabilities": Self.capabilities, "instructions": Self.instructions,
      ], from: server)
  }

  private func setLogLevel(_ parameters: JSONField) -> RPCAdmission {
    do throws(JSONFieldError) {
      let level = try parameters["level"].oneOf(ModelContextLogLevel.self)
      session.withLock { $0.logLevel = level }
      return .answer([:])
    } catch {
      return .refuse(ResponseError(error))
    }
  }

  func handle(_ request: RPCRequest, _ context: RPCContext) async throws -> JSONValue {
    let terms = try ModelContextTerms(request, session: session.withLock { $0 })
    let name = try request.params["name"].string()
    guard let tool = Self.tools.first(where: { $0.name == name }) else {
      throw ResponseError(.invalidParams, "unknown tool \"\(name.prefix(64))\"")
    }
    let call = ToolCall(
      request, context, terms: terms, services: services, permission: permission, jobs: jobs, spellings: spellings)
    let start = ContinuousClock.now
    defer { call.log(.debug, "\(name) took \(((ContinuousClock.now - start) / .milliseconds(1)).rounded()) ms") }
    // What a tool cannot do is for the assistant to read, and no error of the protocol.
    do {
      return terms.complete(try await tool.call(call).members(in: terms.revision), from: server)
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      return terms.complete(ToolResult.failure("\(error)"), from: server)
    }
  }
}

import AkinProtocol
import JSON
import JSONRPC
import Synchronization

/// Revisions of the protocol that the server speaks, the oldest first. Until 2025 a client agrees on one by `initialize`;
/// since 2026 each request names its own and there is no session.
enum ModelContextRevision: String, CaseIterable {
  case november2024 = "2024-11-05"
  case march2025 = "2025-03-26"
  case june2025 = "2025-06-18"
  case november2025 = "2025-11-25"
  case july2026 = "2026-07-28"

  /// What `initialize` agrees on: the client's where it is known, and else the newest that begins so, which the client may
  /// refuse.
  static func agreed(_ asked: String?) -> ModelContextRevision {
    let known = asked.flatMap { ModelContextRevision(rawValue: $0) }
    return known.flatMap { $0.isStateless ? nil : $0 } ?? .november2025
  }

  /// Whether a request carries all that it goes by.
  var isStateless: Bool { self == .july2026 }
  /// Whether a result may come as a value beside its text, under a schema.
  var hasStructuredContent: Bool { self != .november2024 && self != .march2025 }
}

/// Severities of the protocol's log messages (RFC 5424), the least first.
enum ModelContextLogLevel: String, CaseIterable {
  case debug, info, notice, warning, error, critical, alert, emergency

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  func isAtLeast(_ other: ModelContextLogLevel) -> Bool { rank >= other.rank }
}

/// What a request goes by.
struct ModelContextTerms {
  static let unsupportedRevision = ErrorCode(rawValue: -32022)

  var revision = ModelContextRevision.november2025
  /// The least level of log messages that are sent; nil for none.
  var logLevel: ModelContextLogLevel? = .info
  /// Whether the client can ask its person something (`elicitation`).
  var canAsk = false
  /// Whether the client tells its roots.
  var tellsRoots = false

  /// Those that the request carries, and else the session's.
  init(_ request: RPCRequest, session: ModelContextTerms) throws(ResponseError) {
    let meta = request.params["_meta"]
    guard case .string(let name)? = meta["io.modelcontextprotocol/protocolVersion"].value else {
      self = session
      return
    }
    guard let revision = ModelContextRevision(rawValue: name) else {
      let supported = ModelContextRevision.allCases.map { JSONValue.string($0.rawValue) }
      throw ResponseError(
        Self.unsupportedRevision, "unsupported protocol version",
        data: ["supported": .array(supported), "requested": .string(String(name.prefix(64)))])
    }
    self.revision = revision
    canAsk = false
    tellsRoots = false
    logLevel = try? meta["io.modelcontextprotocol/logLevel"].oneOf(ModelContextLogLevel.self)
  }

  /// Those of a client that has said nothing yet.
  init() {}

  /// A result in the form of the revision.
  /// - Parameter server: who answers.
  func complete(_ result: JSONObject, from server: JSONValue) -> JSONValue {
    guard revision.isStateless else { return .object(result) }
    var result = result
    result["resultType"] = "complete"
    result["_meta"] = ["io.modelcontextprotocol/serverInfo": server]
    return .object(result)
  }

  /// Likewise, of a result that stays the same while the server runs.
  func completeForGood(_ result: JSONObject, from server: JSONValue) -> JSONValue {
    guard revision.isStateless else { return .object(result) }
    var result = result
    result["ttlMs"] = 3_600_000
    result["cacheScope"] = "public"
    return complete(result, from: server)
  }
}

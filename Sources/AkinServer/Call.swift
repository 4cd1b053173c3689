import AkinCollections
import AkinProtocol
import Documents
import Engine
import JSON
import JSONRPC

/// One request on its way through a method.
struct Call: Sendable {
  /// What the client sent as `params`.
  let parameters: JSONField
  /// The session's unit of offsets.
  let positionEncoding: PositionEncodingKind
  let session: Session
  /// The folders that the session worked in when the request came to be handled.
  let folders: [CollectionName]
  /// Where progress goes.
  let context: RPCContext
  let services: Services
  /// How the client names documents and folders.
  let spellings: Spellings

  var limits: ServerLimits { services.limits }

  /// The model; loaded now where this is the first request that needs it.
  func engine() async throws(EngineError) -> Engine {
    try await services.engine.engine()
  }

  /// One of the models that the server was started with; loaded now where this is the first request that needs it.
  /// - Parameter name: as the server was given it; nil takes its own.
  func engine(_ name: String?) async throws -> Engine {
    try await model(name).engine()
  }

  /// Likewise, and loads nothing yet.
  func model(_ name: String?) throws(ResponseError) -> EngineProvider {
    guard let name else { return services.engine }
    guard let model = services.models.first(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
      throw ResponseError(
        akin: .invalidParams, path: path("model"),
        expected: "one of the models that the server was started with: "
          + services.models.map(\.name).joined(separator: ", "),
        found: "\"\(name.prefix(64))\"")
    }
    return model
  }

  /// What a collection is stored under that the client has named.
  func stored(_ name: CollectionName) async -> String {
    let stored = await name.stored()
    spellings.note(name, stored: stored)
    return stored
  }

  /// The names that documents have in every collection.
  func located(_ keys: [DocumentKey]) async -> [DocumentKey] {
    let located = await DocumentKey.located(keys)
    for case (.uri(let uri), .uri(let found)) in zip(keys, located) { spellings.note(uri, located: found) }
    return located
  }

  /// The path of an item of a parameter that may be one item or an array of them.
  func path(_ name: String, _ index: Int) -> String {
    parameters[name].itemPath(index)
  }

  /// The path of a parameter.
  func path(_ name: String) -> String {
    parameters[name].path
  }
}

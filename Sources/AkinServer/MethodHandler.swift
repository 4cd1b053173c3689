import AkinCollections
import AkinProtocol
import Engine
import JSON
import JSONRPC

/// Answers one method.
protocol MethodHandler: Sendable {
  associatedtype Method: RequestMethod

  func answer(_ parameters: Method.Parameters, _ call: Call) async throws -> Method.Result
}

extension MethodHandler {
  /// Reads the parameters, and writes the result.
  func respond(to call: Call) async throws -> JSONValue {
    let parameters: Method.Parameters
    do throws(JSONFieldError) {
      parameters = try Method.Parameters(call.parameters)
    } catch {
      throw ResponseError(invalid: error)
    }
    do {
      return try await answer(parameters, call).json
    } catch let error as EngineError {
      throw ResponseError(error, call)
    } catch let error as CollectionError {
      throw ResponseError(error, call)
    } catch let error as WalkError {
      throw ResponseError(
        akin: .invalidParams, path: call.path("folder"), expected: "a folder that can be read", found: error.reason)
    }
  }
}

/// The handlers by method. What belongs to the lifecycle is in `ServerHandler`.
enum MethodTable {
  static let handlers: [String: any MethodHandler] = table([
    EmbedHandler(), TokenizeHandler(), DetokenizeHandler(), SimilarityHandler(), RerankHandler(), SearchHandler(),
    LogHandler(), ClustersHandler(), IndexAddHandler(), IndexRemoveHandler(), IndexListHandler(), IndexStatusHandler(),
    IndexDropHandler(), WorkspaceSymbolHandler(),
    ExecuteCommandHandler(), CodeActionHandler(), HoverHandler(), WillRenameFilesHandler(),
    ModelListHandler(), ModelInfoHandler(), ServerStatusHandler(), DiscoverHandler(),
  ])

  private static func table(_ handlers: [any MethodHandler]) -> [String: any MethodHandler] {
    Dictionary(uniqueKeysWithValues: handlers.map { (name(of: $0), $0) })
  }

  private static func name<H: MethodHandler>(of handler: H) -> String { H.Method.name }
}

import AkinProtocol
import JSON

/// `rpc.discover`
struct DiscoverHandler: MethodHandler {
  typealias Method = DiscoverMethod

  func answer(_: NoParameters, _ call: Call) async throws -> DiscoverMethod.Result {
    DiscoverMethod.Result(document: .serialized(Array(OpenRPCDocument.text.utf8)))
  }
}

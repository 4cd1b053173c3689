import AkinCollections
import AkinProtocol

/// `index/drop`
struct IndexDropHandler: MethodHandler {
  typealias Method = IndexDropMethod

  func answer(_ parameters: IndexDropMethod.Parameters, _ call: Call) async throws -> IndexDropMethod.Result {
    let name = await parameters.collection.stored()
    do throws(CollectionError) {
      try await call.services.collections.store.drop(name)
    } catch {
      guard case .unknown = error.kind else { throw error }
      return IndexDropMethod.Result(dropped: false)
    }
    return IndexDropMethod.Result(dropped: true)
  }
}

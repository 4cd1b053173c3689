import AkinCollections
import AkinProtocol
import Documents

/// `index/remove`
struct IndexRemoveHandler: MethodHandler {
  typealias Method = IndexRemoveMethod

  func answer(_ parameters: IndexRemoveMethod.Parameters, _ call: Call) async throws -> IndexRemoveMethod.Result {
    let collection = try await call.services.collections.store.open(
      await call.stored(parameters.collection))
    let keys =
      parameters.ids.map { DocumentKey.id($0) }
      + (await call.located(parameters.uris.map { .uri($0) }))
    return IndexRemoveMethod.Result(removed: try await collection.write(CollectionChanges(removed: keys)).removed)
  }
}

import AkinProtocol
import Collections
import Documents

/// `index/remove`
struct IndexRemoveHandler: MethodHandler {
  typealias Method = IndexRemoveMethod

  func answer(_ parameters: IndexRemoveMethod.Parameters, _ call: Call) async throws -> IndexRemoveMethod.Result {
    let collection = try await call.services.collections.store.open(
      await parameters.collection.stored())
    let keys =
      parameters.ids.map { DocumentKey.id($0) }
      + parameters.uris.map { DocumentKey.uri(FileURI.normalized($0)) }
    return IndexRemoveMethod.Result(removed: try await collection.write(CollectionChanges(removed: keys)).removed)
  }
}

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

import AkinProtocol
import Collections
import Documents

/// `index/remove`
struct IndexRemoveHandler: MethodHandler {
  typealias Method = IndexRemoveMethod

  func answer(_ parameters: IndexRemoveMethod.Parameters, _ call: Call) async throws -> IndexRemoveMethod.Result {
    let collection = try call.services.collections.store.open(parameters.collection.storedName)
    let keys =
      parameters.ids.map { DocumentKey.id($0) }
      + parameters.uris.map { DocumentKey.uri(FileURI.normalized($0)) }
    var removed = 0
    try collection.write { writer throws(CollectionError) in
      for key in keys where try writer.remove(key) { removed += 1 }
    }
    return IndexRemoveMethod.Result(removed: removed)
  }
}

/// `index/drop`
struct IndexDropHandler: MethodHandler {
  typealias Method = IndexDropMethod

  func answer(_ parameters: IndexDropMethod.Parameters, _ call: Call) async throws -> IndexDropMethod.Result {
    try call.services.collections.store.drop(parameters.collection.storedName)
    return IndexDropMethod.Result()
  }
}

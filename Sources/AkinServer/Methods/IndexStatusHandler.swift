import AkinCollections
import AkinProtocol
import JSONRPC

/// `index/status`
struct IndexStatusHandler: MethodHandler {
  typealias Method = IndexStatusMethod

  func answer(_ parameters: IndexStatusMethod.Parameters, _ call: Call) async throws -> IndexStatusMethod.Result {
    let collections = call.services.collections
    let collection = try await collections.store.open(await collections.store.scope(of: parameters.collection).name)
    let open = collection.folder.map { collections.documents.documents(under: $0).count } ?? 0
    guard let result = try await IndexStatusMethod.Result(collection, openDocuments: open) else {
      throw ResponseError(akin: .collectionDamaged, "\(collection.path) holds a collection whose name cannot be one")
    }
    collections.graphs.mend([collection])
    return result
  }
}

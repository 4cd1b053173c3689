import AkinCollections
import AkinProtocol
import JSONRPC

/// `index/list`
struct IndexListHandler: MethodHandler {
  typealias Method = IndexListMethod

  func answer(_ parameters: IndexListMethod.Parameters, _ call: Call) async throws -> IndexListMethod.Result {
    let store = call.services.collections.store
    if let name = parameters.store, !store.stores.contains(name) {
      throw ResponseError(
        akin: .invalidParams, path: call.path("store"), expected: CollectionError.expectedStore(store.stores),
        found: "\"\(name.prefix(64))\"")
    }
    guard let name = parameters.collection else {
      // One that cannot be read is named by the log, and does not hide the others.
      return .collections(
        try await store.list(parameters.store).compactMap { entry in
          switch entry.status {
          case .success(let status): return IndexListMethod.Collection(status)
          case .failure(let error):
            call.services.log.write(.problem, "\(error)")
            return nil
          }
        }, stores: store.stores)
    }
    let collection = try await store.open(await call.stored(name))
    let documents = try await collection.documents(
      offset: parameters.offset, limit: parameters.count, withChunks: false)
    return .documents(
      documents.map { document, chunks in
        IndexListMethod.Document(
          key: call.spellings.key(document.key), chunks: chunks, language: document.language,
          metadata: document.metadata.mapValues(SearchMetadata.init))
      }, total: try await collection.status().documents)
  }
}

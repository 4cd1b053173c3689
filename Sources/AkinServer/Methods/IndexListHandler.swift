import AkinCollections
import AkinProtocol
import JSONRPC

/// `index/list`
struct IndexListHandler: MethodHandler {
  typealias Method = IndexListMethod

  func answer(_ parameters: IndexListMethod.Parameters, _ call: Call) async throws -> IndexListMethod.Result {
    let store = call.services.collections.store
    guard let name = parameters.collection else {
      // One that cannot be read is named by the log, and does not hide the others.
      return .collections(
        try await store.list().compactMap { entry in
          switch entry.status {
          case .success(let status): return IndexListMethod.Collection(status)
          case .failure(let error):
            call.services.log.write(.problem, "\(error)")
            return nil
          }
        })
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

import AkinCollections
import AkinProtocol

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

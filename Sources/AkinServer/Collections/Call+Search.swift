import AkinCollections
import Documents
import Engine
import Platform

extension Call {
  /// How often files that have changed are indexed again before a search is answered.
  private static let renewals = 2

  /// Searches, and looks at the files of what is found, so that no answer has lines that a file had before, as after a checkout.
  /// Those that have changed since they were indexed are indexed again first; those that are not there are left out. The rest of
  /// their folders is brought up to date in the background.
  ///
  /// What is likeliest to be found and waits for its vector gets it first, and the rest of what waits in the background.
  /// - Parameter budget: milliseconds in which what waits is embedded before the search.
  func search(
    _ collections: [any CollectionStorage], _ query: CollectionQuery, engine: Engine,
    budget: Int = CandidateEmbedding.usualBudget
  ) async throws -> [CollectionHit] {
    let waiting = try await CandidateEmbedding(engine, milliseconds: budget).prepare(collections, for: query)
    if !waiting.isEmpty {
      let served = services.collections
      try await served.embeddings.grow(waiting, by: served.indexer(engine))
    }
    let topK = query.topK
    var query = query
    var missing: Set<DocumentKey> = []
    for _ in 0..<Self.renewals {
      let hits = try await CollectionSearch.search(collections, query).filter { !missing.contains($0.key) }
      let changes = await Self.changes(of: hits)
      if changes.isEmpty { return Array(hits.prefix(topK)) }
      for collection in collections {
        let own = changes.filter { $0.hit.collection == collection.name }
        if !own.isEmpty { try await renew(own, in: collection, engine: engine) }
      }
      let gone = changes.filter { $0.change == .missing }
      missing.formUnion(gone.map(\.hit.key))
      // Others come in place of those that are left out.
      query.topK += gone.count
    }
    let hits = try await CollectionSearch.search(collections, query)
    let outdated = Set(await Self.changes(of: hits).map(\.hit.key))
    return Array(hits.filter { !outdated.contains($0.key) }.prefix(topK))
  }

  private typealias Changed = (hit: CollectionHit, change: FileChange)

  private static func changes(of hits: [CollectionHit]) async -> [Changed] {
    await BlockingExecutor.reading.run { hits.compactMap { hit in hit.fileChange.map { (hit, $0) } } }
  }

  private func renew(_ changes: [Changed], in collection: any CollectionStorage, engine: Engine) async throws {
    let uris = Set(changes.lazy.filter { $0.change == .changed }.map(\.hit.key.text))
    do {
      if !uris.isEmpty { try await services.collections.renew(uris, in: collection, engine: engine) }
    } catch let error as CollectionError {
      // What cannot be written is left out of the answer.
      services.log.write(.problem, "\(collection.name) cannot be brought up to date: \(error)")
    }
    guard let folder = collection.folder else { return }
    await FolderRefresh(folder: folder, collection: collection.name, services: services, showsProgress: false)
      .startWhenRested(context)
  }
}

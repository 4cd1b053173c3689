import AkinCollections
import AkinProtocol
import Engine
import JSONRPC
import Platform

/// `index/add`
struct IndexAddHandler: MethodHandler {
  typealias Method = IndexAddMethod

  func answer(_ parameters: IndexAddMethod.Parameters, _ call: Call) async throws -> IndexAddMethod.Result {
    if case .documents(let documents) = parameters.source { try checkLimits(documents, call) }
    let (report, name) = try await BlockingExecutor.background.host {
      try await call.withProgress("Indexing") { progress in
        let (report, name) = try await index(parameters, try await call.engine(), call, progress)
        let written = report.added + report.updated
        progress.end("\(written) of \(written + report.unchanged) documents indexed")
        return (report, name)
      }
    }
    let stored = CollectionName(name) ?? parameters.collection
    var result = IndexAddMethod.Result(collection: stored)
    result.added = report.added
    result.updated = report.updated
    result.unchanged = report.unchanged
    result.removed = report.removed
    result.skipped = report.skipped.count
    result.chunks = report.chunks
    result.embedded = report.embedded
    result.notes = report.notes
    result.movedFrom = report.movedFrom
    return result
  }

  private func checkLimits(_ documents: [IndexAddMethod.Document], _ call: Call) throws(ResponseError) {
    try call.checkCount(documents.count, "documents", of: "documents")
    for (index, document) in documents.enumerated() {
      try call.checkText(document.text, path: "\(call.path("documents"))[\(index)].text")
    }
  }

  /// The rule of scope takes a file for the folder that it is in, and who names a folder to index means no other one.
  private func checkFolder(_ path: String, _ call: Call) throws(ResponseError) {
    guard let place = FilePath.resolved(path), !FilePath.isFolder(place) else { return }
    throw ResponseError(akin: .invalidParams, path: call.path("folder"), expected: "a folder", found: "a file")
  }

  /// A collection of a folder holds that folder and no other, and none that documents were put in by themselves. And a folder
  /// that cannot be read leaves no collection behind.
  private func checkFolder(_ path: String, _ name: String, _ call: Call) async throws {
    let store = call.services.collections.store
    let own = try store.place(of: name).name
    guard own.utf8.first != UInt8(ascii: "/") || own.utf8.elementsEqual(path.utf8) else {
      throw ResponseError(
        akin: .invalidParams, path: call.path("collection"), expected: "this folder, a name, or none",
        found: "another folder")
    }
    guard await store.has(name) else {
      guard let problem = FolderAccess.problem(path) else { return }
      throw ResponseError(
        akin: .invalidParams, path: call.path("folder"), expected: "a folder that can be read", found: problem)
    }
    let collection = try await store.open(name)
    guard collection.folder != path else { return }
    let documents = try await collection.status().documents
    guard collection.folder != nil || documents > 0 else { return }
    throw ResponseError(
      akin: .invalidParams, path: call.path("collection"),
      expected: "a collection of this folder, a new name, or none for the folder's own",
      found: collection.folder.map { "the collection of \($0)" } ?? "a collection of \(documents) documents")
  }

  /// What nobody means who indexes a folder of their editor is for the command line.
  private func checkNotVast(_ path: String, of parameter: String = "folder", _ call: Call) async throws(ResponseError) {
    let store = call.services.collections.store
    guard await IndexedFolder.isVast(path, of: store), await !store.has(path) else { return }
    throw ResponseError(
      akin: .invalidParams, path: call.path(parameter),
      expected: "a folder that is not a whole disk or home, or one that 'akin index' has indexed", found: "\(path)")
  }

  /// - Returns: what has changed, and the name of the collection.
  private func index(
    _ parameters: IndexAddMethod.Parameters, _ engine: Engine, _ call: Call, _ progress: WorkProgress
  ) async throws -> (IndexReport, String) {
    let collections = call.services.collections
    let indexer = Indexer(
      engine: engine, store: collections.store, extractor: call.services.options.extractor)
    let name = await call.stored(parameters.collection)
    let rate = IndexingRate()
    let report = { (done: IndexProgress) in progress.report(rate.step(done)) }
    switch parameters.source {
    case .documents(let documents):
      try await GivenVectors(engine: engine, call: call).check(documents, fingerprint: parameters.fingerprint)
      let keys = await call.located(documents.map(\.key))
      let texts = zip(documents, keys).map { document, key in
        IndexedText(
          key: key, text: document.text, language: document.language,
          metadata: document.metadata.mapValues(MetadataValue.init), vector: document.vector)
      }
      // It would be the index of all that is there, which the next search brings up to date.
      let path = parameters.collection.isFolder ? try collections.store.place(of: name).name : nil
      if let path { try await checkNotVast(path, of: "collection", call) }
      let collection = try await indexer.collection(name, folder: path)
      let result = try await indexer.add(texts, to: collection, progress: report)
      collections.graphs.grow(collection)
      return (result, name)
    case .folder(let folder):
      let asked = await call.stored(folder)
      // By the one rule, unless the documents are to be in a collection of another name.
      let scope = parameters.collection == folder ? await IndexedFolder(asked, store: collections.store) : nil
      let path = scope?.root ?? asked
      let name = scope?.root ?? name
      // Before anything is told of the folder.
      let place = try collections.store.place(of: name)
      try place.store.requireReach(of: place.name)
      try place.store.requireReach(of: path)
      try checkFolder(asked, call)
      try await checkNotVast(path, call)
      try await checkFolder(path, name, call)
      collections.follow(path)
      if path == name { await call.session.followFiles(of: path, call.services, call.context) }
      // The request has its place in the order under the name that it was sent with.
      let turn = path == asked ? nil : collections.order.change([path])
      defer { turn?.finish() }
      try await turn?.wait()
      let result = try await indexer.update(
        path, as: name, keeping: collections.openKeys(under: path), progress: report)
      let collection = try await indexer.collection(name, folder: path)
      try await collections.settle(collection, engine: engine)
      collections.graphs.grow(collection)
      return (result, name)
    }
  }
}

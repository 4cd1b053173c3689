import AkinProtocol
import Documents

// What is kept on disk and searched: documents by name, folders, and the history of repositories.
// `search(_:collections:count:)` finds in them.
extension AkinClient {
  /// Brings the collection of a folder up to date with its files; makes it where there is none.
  /// - Parameters:
  ///   - folder: an absolute path, which is also the collection's name.
  ///   - progress: gets the steps of the work; called from any thread.
  public func index(
    folder: CollectionName, progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> IndexAddMethod.Result {
    try await call(IndexAddMethod.self, IndexAddMethod.Parameters(folder: folder), progress: progress)
  }

  /// Puts documents into a collection, which is made where there is none; one of a key that is there replaces it.
  /// - Parameters:
  ///   - fingerprint: of the model that made the documents' vectors, as ``modelInfo()`` tells it, where some have one.
  ///   - progress: gets the steps of the work; called from any thread.
  public func index(
    _ documents: [IndexAddMethod.Document], in collection: CollectionName, fingerprint: String? = nil,
    progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> IndexAddMethod.Result {
    let parameters = IndexAddMethod.Parameters(
      collection: collection, documents: documents, fingerprint: fingerprint)
    return try await call(IndexAddMethod.self, parameters, progress: progress)
  }

  /// Places in collections that mean the same as a stored document or a part of one, the best first, without itself.
  /// - Parameter count: hits at most.
  public func similar(
    to example: SearchExample, in collections: [CollectionName], count: Int = 10
  ) async throws -> [SearchMethod.Hit] {
    var parameters = SearchMethod.Parameters(similarTo: example, collections: collections)
    parameters.topK = count
    return try await call(SearchMethod.self, parameters, Self.searchArguments).results.first ?? []
  }

  /// The commits of a git repository that answer a question, by what they say and change; its history is indexed first.
  /// - Parameters:
  ///   - folder: an absolute path in the repository's checkout, or of a bare one.
  ///   - count: commits at most.
  ///   - paths: patterns of paths: only changes of such files; those with `!` exclude.
  ///   - since: seconds since 1970: only commits whose author's time is not before it.
  ///   - until: likewise, not after it.
  ///   - author: what the author's name or address has in it, in whatever case.
  ///   - progress: gets the steps of the work; called from any thread.
  public func log(
    _ query: String, of folder: CollectionName, count: Int = 10, paths: [String] = [], since: Int? = nil,
    until: Int? = nil, author: String? = nil, progress: (@Sendable (ProgressNotification.Step) -> Void)? = nil
  ) async throws -> LogMethod.Result {
    var parameters = LogMethod.Parameters(query: query, folder: folder)
    (parameters.topK, parameters.path, parameters.author) = (count, paths, author)
    (parameters.since, parameters.until) = (since, until)
    let arguments = ArgumentNames(names: ["topK": "count", "path": "paths"])
    return try await call(LogMethod.self, parameters, arguments, progress: progress)
  }

  /// Takes documents out of a collection.
  /// - Returns: how many of them were there.
  @discardableResult
  public func remove(_ documents: [DocumentKey], from collection: CollectionName) async throws -> Int {
    var parameters = IndexRemoveMethod.Parameters(collection: collection)
    for document in documents {
      switch document {
      case .id(let id): parameters.ids.append(id)
      case .uri(let uri): parameters.uris.append(uri)
      }
    }
    // Each of them is in one of two lists, whose rows are not the caller's.
    let arguments = ArgumentNames(names: ["ids": "documents", "uris": "documents"], alone: ["ids", "uris"])
    return try await call(IndexRemoveMethod.self, parameters, arguments).removed
  }

  /// What is stored, by name.
  /// - Parameter store: one of the server's configuration; nil for the usual one, files of this machine's unless told otherwise.
  public func collections(in store: String? = nil) async throws -> [IndexListMethod.Collection] {
    var parameters = IndexListMethod.Parameters()
    parameters.store = store
    guard case .collections(let list, _) = try await call(IndexListMethod.self, parameters) else {
      throw AkinClientError.unexpectedAnswer("no list of collections")
    }
    return list
  }

  /// Documents of a collection, without their texts.
  /// - Parameters:
  ///   - offset: documents before the first one listed.
  ///   - count: documents listed at most.
  /// - Returns: these documents, and how many there are in all.
  public func documents(
    of collection: CollectionName, offset: Int = 0, count: Int = 100
  ) async throws -> (documents: [IndexListMethod.Document], total: Int) {
    var parameters = IndexListMethod.Parameters(collection: collection)
    parameters.offset = offset
    parameters.count = count
    guard case .documents(let documents, let total) = try await call(IndexListMethod.self, parameters) else {
      throw AkinClientError.unexpectedAnswer("no list of documents")
    }
    return (documents, total)
  }

  /// What a collection holds, and whether it is being changed.
  public func status(of collection: CollectionName) async throws -> IndexStatusMethod.Result {
    try await call(IndexStatusMethod.self, IndexStatusMethod.Parameters(collection: collection))
  }

  /// Deletes a collection with all that it holds.
  public func drop(_ collection: CollectionName) async throws {
    _ = try await call(IndexDropMethod.self, IndexDropMethod.Parameters(collection: collection))
  }
}

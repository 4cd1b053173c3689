import AkinCollections
import Documents
import Engine
import JSON
import Platform

/// A folder that a tool is asked about, with its index as far as it has come in the time that an assistant waits.
struct ToolFolder {
  let place: IndexedFolder
  let collection: any CollectionStorage
  /// What the reader of an answer should know of the index.
  let notes: [String]

  /// Longer, no answer waits for an index: clients give up sooner than an index of a large folder is made.
  private static let patience = Duration.seconds(4)
  /// Between two looks at how far it is.
  private static let step = Duration.milliseconds(200)

  /// The absolute path of the folder that was asked for.
  var path: String {
    place.inside.isEmpty ? place.root : (place.root == "/" ? "" : place.root) + "/" + place.inside
  }

  /// - Throws: `ToolError`, and what the engine and the collections throw.
  init(_ place: IndexedFolder, _ call: ToolCall, readsAll: Bool = false) async throws {
    self.place = place
    let root = place.root
    let store = call.services.collections.store
    var grant = try await call.permission.check(root, call)
    var notes: [String] = []
    do {
      notes += try await Self.update(root, call, grant, readsAll: readsAll)
    } catch let error as WalkError where error.isOverfull {
      grant = try await call.permission.ask(
        "\(root) has more than \(UpdateOptions.mostUnaskedFiles) files. May Akin index it for this assistant?",
        of: root, call)
      notes += try await Self.update(root, call, grant, readsAll: readsAll)
    } catch let error as CollectionError where error.kind == .busy {
      call.log(.warning, "another process is indexing \(root); its index is searched as it is")
      notes.append("Another process is indexing \(root): this is what it has so far.")
    }
    guard await store.has(root) else {
      throw ToolError(
        notes.isEmpty
          ? "there is no text to search in \(root)" : notes.joined(separator: " ") + " Nothing of it is there yet.")
    }
    collection = try await store.open(root, space: VectorSpace(of: try await call.services.engine.engine()))
    self.notes = notes
  }

  /// The folders that are meant where none is named: the client's roots, else the one that the server was started in.
  static func all(_ path: String?, _ call: ToolCall) async throws -> [ToolFolder] {
    if let path { return [try await ToolFolder(try await place(path, call), call)] }
    var folders: [ToolFolder] = []
    for path in await call.permission.defaults(call) {
      let place = try await place(path, call)
      // Desktop applications start their servers there, and nobody means all of it by saying nothing.
      if place.isVast {
        throw ToolError("name a folder: the server was started in \(place.root), which is not indexed unasked")
      }
      guard !folders.contains(where: { $0.place == place }) else { continue }
      folders.append(try await ToolFolder(place, call))
    }
    return folders
  }

  /// The scope of a path or a `file:` URI.
  static func place(_ path: String, _ call: ToolCall) async throws(ToolError) -> IndexedFolder {
    let named = FileURI.path(ofURI: path) ?? path
    guard let place = await IndexedFolder(named, store: call.services.collections.store) else {
      throw ToolError("there is no file or folder \(named)")
    }
    let spellings = call.spellings
    await BlockingExecutor.reading.run {
      if let located = FilePath.resolved(named) { spellings.note(path: named, located: located) }
    }
    return place
  }

  /// Brings the index up to date, or as far as it comes in a few seconds; the rest goes on.
  /// - Returns: what is to be known where it goes on.
  private static func update(
    _ root: String, _ call: ToolCall, _ grant: FolderPermission.Grant, readsAll: Bool
  ) async throws -> [String] {
    var options = UpdateOptions()
    options.mostFiles = grant.isExplicit ? nil : UpdateOptions.mostUnaskedFiles
    options.readsAll = readsAll
    // What is not embedded when the answer is due is embedded behind it.
    options.leavesPending = true
    let permission = call.permission
    let job = call.jobs.start(root, call.services, options: options) { report in
      if grant.isNew, report.chunks > 0 { try await permission.remember(root) }
    }
    let end = ContinuousClock.now + patience
    var told = -1
    while job.result == nil, ContinuousClock.now < end {
      try await job.wait(atMost: step)
      let progress = job.progress
      guard progress.total > 0, progress.bytesDone > told else { continue }
      told = progress.bytesDone
      call.report(
        progress: told, total: progress.bytesTotal, "Indexing: \(progress.sentence), \(progress.embedded) chunks")
    }
    switch job.result {
    case nil:
      return [
        "\(root) is being indexed (\(job.progress.sentence)): this is what is there so far. Ask again in a while; "
          + "index_status tells how far it is."
      ]
    case .failure(let error)?:
      if error is CancellationError { return ["Indexing \(root) was cancelled: this is what was there."] }
      throw error
    case .success(let report)?:
      if report.added + report.updated + report.removed > 0 {
        call.log(
          .info,
          "indexed \(root): \(report.added) added, \(report.updated) changed, \(report.removed) gone, "
            + "\(report.chunks) chunks")
      }
      let moved = report.movedFrom.map {
        "\(root) was \($0) when it was indexed, by its files: that index is its own now."
      }
      return [moved].compactMap(\.self) + report.notes.map { "\($0.prefix(1).uppercased())\($0.dropFirst())." }
    }
  }
}

/// A search of one or several folders.
struct ToolQuery {
  let folders: [ToolFolder]
  var query: CollectionQuery

  /// - Parameters:
  ///   - globs: as a person gives them who stands in each of the folders.
  ///   - isWhole: whether all that a folder's collection holds takes part, and not only the folder.
  init(_ folders: [ToolFolder], _ query: CollectionQuery, globs: [String] = [], isWhole: Bool = false) throws {
    self.folders = folders
    self.query = query
    _ = try PathGlobs(globs)
    for folder in folders {
      var lists: [[String]] = []
      if !isWhole, !folder.place.part.isEmpty { lists.append(["./" + PathGlobs.escaped(folder.place.part)]) }
      if !globs.isEmpty { lists.append(folder.place.globs(globs, from: folder.path)) }
      if !lists.isEmpty { self.query.scope.parts[folder.collection.name] = lists }
    }
  }

  private func hits(
    _ collections: [any CollectionStorage], _ reading: SecondReading?
  ) async throws -> [CollectionHit] {
    guard let reading, let text = query.text else { return try await CollectionSearch.search(collections, query) }
    var wide = query
    wide.topK = SecondReading.count(topK: query.topK, offset: 0)
    return Array(
      try await reading.ordered(try await CollectionSearch.search(collections, wide), for: text).prefix(query.topK))
  }

  /// - Parameters:
  ///   - isFull: whether whole texts are wanted.
  ///   - budget: what they have to fit.
  ///   - reading: puts the best into a better order.
  ///   - milliseconds: in which what is likeliest and not embedded yet is embedded.
  func found(
    _ call: ToolCall, isFull: Bool, budget: TokenBudget? = nil, milliseconds: Int = CandidateEmbedding.usualBudget,
    reading: SecondReading? = nil
  ) async throws -> FoundPlaces {
    let collections = folders.map(\.collection)
    let engine = try await call.services.engine.engine()
    try await CandidateEmbedding(engine, milliseconds: milliseconds).prepare(collections, for: query)
    var hits = try await self.hits(collections, reading)
    hits = try await QueryLines.refined(hits, for: query, engine: engine)
    var notes = folders.flatMap(\.notes)
    if query.mode != .keyword {
      for collection in collections {
        guard let problem = collection.graphProblem else { continue }
        let remedy = problem == .unsupported ? "" : "; it is made anew now"
        notes.append("All vectors were scanned, without the graph of near neighbours: \(problem)\(remedy).")
      }
    }
    if let best = query.similarityOfNoMatch(hits) {
      notes.append(
        "No good match: the nearest has a similarity of \(FoundPlaces.rounded(best)). This need not answer the question."
      )
    }
    let served = call.services.collections
    served.graphs.mend(collections)
    let share = try await EmbeddedShare(of: collections)
    if !share.isWhole {
      try await served.embeddings.grow(collections, by: served.indexer(engine))
      notes.append("\(share.sentence) so far; of the others those with the question's words are found.")
    }
    guard let budget else {
      return FoundPlaces(
        hits: hits, notes: notes, isFull: isFull, embeddedShare: share.share, spellings: call.spellings)
    }
    let packed = budget.packed(hits, path: { FoundPlaces.path($0, call.spellings) })
    hits = packed.hits
    if let left = packed.sentence { notes.append(left) }
    return FoundPlaces(
      hits: hits, notes: notes, isFull: true, embeddedShare: share.share, spellings: call.spellings)
  }
}

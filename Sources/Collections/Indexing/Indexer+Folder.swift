import Documents
import Engine
import Platform

extension Indexer {
  /// Brings a folder's collection up to date with the folder: a file is looked at where its size, its times or its entry are
  /// others, and cut where its bytes are; what is new is embedded when all of it can be found by its words. Nothing is stored of a folder without files that was not indexed before.
  /// - Parameters:
  ///   - folder: an absolute path without links.
  ///   - name: the collection's name; that of the folder unless given.
  ///   - kept: documents that stay as they are, whatever the folder has: those that an editor holds. Asked for again before
  ///     each write, since one may be opened meanwhile.
  ///   - progress: told of every step, on the caller's task.
  /// - Throws: `WalkError`, also where the folder has been emptied with its file system gone; `CollectionError`, `busy` where
  ///   another process indexes the folder; `EngineError`; `CancellationError`. What was written before stays.
  public func update(
    _ folder: String, as name: String? = nil,
    keeping kept: @autoclosure @escaping @Sendable () -> Set<DocumentKey> = [],
    options: UpdateOptions = UpdateOptions(),
    progress: (IndexProgress) -> Void = { _ in }
  ) async throws -> IndexReport {
    let place = try store.place(of: name ?? folder)
    // As if there were no other store.
    let indexer = Indexer(engine: engine, store: place.store, extractor: extractor)
    return try await BlockingExecutor.waiting.host {
      try await indexer.bringUpToDate(place.name, with: folder, kept, options, progress)
    }
  }

  private func bringUpToDate(
    _ name: String, with folder: String, _ kept: @Sendable () -> Set<DocumentKey>, _ options: UpdateOptions,
    _ progress: (IndexProgress) -> Void
  ) async throws -> IndexReport {
    var settings = if let given = options.settings { given } else { await store.settings(of: name) }
    // Nothing is stored of a folder without files; else it is walked under the lock.
    var limited = settings.walk
    limited.mostFiles = options.mostFiles
    let first = await store.holdsDocuments(name) ? nil : try FolderWalk(folder, options: limited)
    try Task.checkCancellation()
    if let first, first.files.isEmpty, await !store.has(name) {
      var report = IndexReport()
      report.skipped = first.skipped
      return report
    }
    let origin = if let first, name == folder { await moved(to: folder, first) } else { String?.none }
    if origin != nil, options.settings == nil { settings = await store.settings(of: name) }
    let collection: any CollectionStorage = try await collection(name, folder: folder)
    let lock = try await collection.lockForIndexing()
    defer { lock.release() }
    let known = try await KnownFiles(of: collection)
    // Of a collection that is still empty nothing can have gone since.
    let walk =
      if let first, origin == nil, known.documents.isEmpty { first } else {
        try FolderWalk(folder, options: settings.walk)
      }
    try Task.checkCancellation()
    if let given = options.settings { try await store.remember(given, of: name) }
    var update = try FolderUpdate(
      folder: folder, known, walk, machine: store.machine, keeping: kept(), options: options)
    update.report.movedFrom = origin
    update.largestFile = settings.largestFile
    progress(update.progress)
    try await cutAll(&update, to: collection, kept, progress)
    // Who indexes the same folder may do so while texts are embedded.
    lock.release()
    try await embed(&update, in: collection, progress)
    update.report.refusedPacks = packs.takeRefused()
    let status = try await collection.status()
    (update.report.chunks, update.report.pending) = (status.chunks, status.pending)
    return update.report
  }

  /// Cuts the files that have changed, and writes what has become of the folder.
  private func cutAll(
    _ update: inout FolderUpdate, to collection: any CollectionStorage,
    _ kept: @Sendable () -> Set<DocumentKey>, _ progress: (IndexProgress) -> Void
  ) async throws {
    var rest = update.candidates[...]
    var batch = Batch()
    var batches = 0
    while !rest.isEmpty {
      batches += 1
      let before = update.pending
      batch = try await cut(&rest, &update, whileWriting: batch, to: collection, kept)
      update.progress = before
      progress(before)
    }
    batch.changes.removed = update.gone
    for path in update.forgotten { batch.changes.unread[path] = .some(nil) }
    for (path, mount) in update.mounts { batch.changes.unread[path] = mount }
    update.report.removed = update.gone.count
    update.report.add(
      try await write(batch, to: collection, embedding: batches > 1 ? 0 : Self.fewTexts, keeping: kept))
    update.finishBatch()
    progress(update.progress)
  }

  /// Cuts files until a batch is full or none is left, while the batch before it is written.
  private func cut(
    _ rest: inout ArraySlice<FoundFile>, _ update: inout FolderUpdate, whileWriting full: Batch,
    to collection: any CollectionStorage, _ kept: @Sendable () -> Set<DocumentKey>
  ) async throws -> Batch {
    async let written = write(full, to: collection, embedding: 0, keeping: kept)
    var batch = Batch()
    while !batch.isFull(Self.batchWords), let file = rest.popFirst() {
      // Documents take long, and may fill no batch.
      try Task.checkCancellation()
      prepare(file, &update, &batch)
    }
    update.report.add(try await written)
    return batch
  }

  /// Whether ``update(_:as:keeping:options:progress:)`` would find files to look at, or to remove. Needs no engine.
  /// - Parameters:
  ///   - folder: an absolute path without links, whose collection this is.
  ///   - store: where it is.
  ///   - kept: as for the update.
  /// - Throws: `WalkError`, `CollectionError`, `CancellationError`.
  public static func hasChanges(
    _ folder: String, _ collection: any CollectionStorage, in store: any CollectionCatalog,
    keeping kept: Set<DocumentKey> = []
  ) async throws -> Bool {
    let place = try store.place(of: collection.name)
    return try await BlockingExecutor.waiting.host {
      let known = try await KnownFiles(of: collection)
      let walk = try FolderWalk(folder, options: await place.store.settings(of: place.name).walk)
      try Task.checkCancellation()
      let update = try FolderUpdate(
        folder: folder, known, walk, machine: place.store.machine, keeping: kept, options: UpdateOptions())
      return !update.candidates.isEmpty || !update.gone.isEmpty
    }
  }

  /// Embeds what waits, as far as that is asked for.
  private func embed(
    _ update: inout FolderUpdate, in collection: any CollectionStorage, _ progress: (IndexProgress) -> Void
  ) async throws {
    update.progress.left = try await collection.pendingCount()
    progress(update.progress)
    if update.options.leavesPending, update.progress.left != 0 { return }
    let before = update.report.embedded
    update.report.embedded += try await embedPending(in: collection) { embedded, left in
      (update.progress.embedded, update.progress.left) = (before + embedded, left)
      progress(update.progress)
    }
  }

  /// Reads a file and puts what has to be done about it into the batch.
  private func prepare(_ file: FoundFile, _ update: inout FolderUpdate, _ batch: inout Batch) {
    update.pending.done += 1
    update.pending.bytesDone += file.size
    let key = update.key(file.path)
    let known = update.known[key]
    let isSettled = file.changed < update.start - update.options.settling
    let policy = FilePolicy(largestFile: update.largestFile)
    let content = FileContent.read(
      update.folder + "/" + file.path, policy: policy, isAskedFor: file.isAskedFor, by: extractor,
      unless: known?.contentHash)
    switch content {
    case .failure(let skipped):
      update.report.skipped.append(SkippedFile(path: file.path, reason: skipped.reason))
      // It was a text before; one that cannot be read now may be the same still.
      if known != nil, !skipped.reason.isUnreadable { update.gone.append(key) }
      if skipped.isByContent, isSettled {
        batch.changes.unread[file.path] = UnreadFile(size: file.size, stamp: file.stamp, reason: skipped.reason)
        update.forgotten.remove(file.path)
      }
    case .success(let content):
      let state = FileState(size: file.size, stamp: isSettled ? file.stamp : nil, contentHash: content.hash)
      if known?.contentHash == state.contentHash {
        update.report.unchanged += 1
        batch.changes.files.append((key, state))
        return
      }
      if known == nil { update.report.added += 1 } else { update.report.updated += 1 }
      batch.append(
        StoredDocument(
          key: key, path: file.path, file: state, language: content.language.id, chunks: chunker.chunks(of: content)))
    }
  }
}

/// How a folder is brought up to date.
public struct UpdateOptions: Sendable {
  /// Files of a folder that is indexed for the first time without anyone having asked for that.
  public static let mostUnaskedFiles = 50_000

  /// Whether all files are read, whatever their times tell.
  public var readsAll = false
  /// Whether a folder that held documents and is empty now, with its file system gone, has really been emptied.
  public var acceptsEmptied = false
  /// Which files take part; nil is what is remembered for the folder.
  public var settings: FolderSettings?
  /// Where the folder is indexed for the first time and has more files, that is an error.
  public var mostFiles: Int?
  /// Whether more than a few new texts are left to wait for their vectors, and are found by their words until they have them.
  public var leavesPending = false

  /// A file that was changed so recently may change again without its times changing: nanoseconds.
  package var settling = 2_000_000_000

  /// What nobody asked for otherwise.
  public init() {}
}

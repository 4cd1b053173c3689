import Documents
import Engine
import Platform

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Indexer {
  /// A file that was written so recently may change again without its time changing.
  private static let settling = 2_000_000_000

  /// Brings a folder's collection up to date with the folder: a file is looked at where its size or time have changed, and
  /// cut and embedded where its bytes have.
  /// - Parameters:
  ///   - folder: an absolute path without links.
  ///   - name: the collection's name; that of the folder unless given.
  ///   - kept: documents that stay as they are, whatever the folder has: those that an editor holds.
  ///   - progress: told of every step, on the caller's task.
  /// - Throws: `WalkError`; `CollectionError`, `busy` where another process indexes the folder; `EngineError`;
  ///   `CancellationError`. What was written before stays.
  public func update(
    _ folder: String, as name: String? = nil, keeping kept: Set<DocumentKey> = [],
    progress: (IndexProgress) -> Void = { _ in }
  ) async throws -> IndexReport {
    try await BlockingExecutor.waiting.host {
      try await bringUpToDate(try await collection(name ?? folder, folder: folder), with: folder, kept, progress)
    }
  }

  private func bringUpToDate(
    _ collection: any CollectionStorage, with folder: String, _ kept: Set<DocumentKey>,
    _ progress: (IndexProgress) -> Void
  ) async throws -> IndexReport {
    let lock = try await collection.lockForIndexing()
    defer { lock.release() }
    let walk = try FolderWalk(folder)
    try Task.checkCancellation()
    var update = try await FolderUpdate(folder: folder, walk: walk, of: collection, kept: kept)
    progress(update.progress)
    var batch = Batch()
    for file in update.candidates {
      take(file, &update, &batch)
      guard batch.isFull else { continue }
      let before = update.report.embedded
      update.report.embedded += try await write(&batch, to: collection) { count in
        update.progress.embedded = before + count
        progress(update.progress)
      }
      update.finishBatch()
      progress(update.progress)
    }
    batch.changes.removed = update.gone
    for path in update.forgotten { batch.changes.unread[path] = .some(nil) }
    update.report.removed = update.gone.count
    update.report.embedded += try await write(&batch, to: collection)
    update.finishBatch()
    progress(update.progress)
    try await addPlaces(to: collection)
    update.report.chunks = try await collection.status().chunks
    return update.report
  }

  /// Whether ``update(_:as:keeping:progress:)`` would find files to look at, or to remove. Needs no engine.
  /// - Parameters:
  ///   - folder: an absolute path without links, whose collection this is.
  ///   - kept: as for the update.
  /// - Throws: `WalkError`, `CollectionError`, `CancellationError`.
  public static func hasChanges(
    _ folder: String, _ collection: any CollectionStorage, keeping kept: Set<DocumentKey> = []
  ) async throws -> Bool {
    try await BlockingExecutor.waiting.host {
      let walk = try FolderWalk(folder)
      try Task.checkCancellation()
      let update = try await FolderUpdate(folder: folder, walk: walk, of: collection, kept: kept)
      return !update.candidates.isEmpty || !update.gone.isEmpty
    }
  }

  /// Reads a file and puts what has to be done about it into the batch.
  private func take(_ file: FoundFile, _ update: inout FolderUpdate, _ batch: inout Batch) {
    update.pending.done += 1
    update.pending.bytesDone += file.size
    let key = update.key(file.path)
    let known = update.known[key]
    let isSettled = file.modified < update.start - Self.settling
    switch read(file, in: update.folder) {
    case .failure(let skipped):
      update.report.skipped.append(SkippedFile(path: file.path, reason: skipped.reason))
      // It was a text before.
      if known != nil { update.gone.append(key) }
      if skipped.isByContent, isSettled {
        batch.changes.unread[file.path] = UnreadFile(size: file.size, modified: file.modified, reason: skipped.reason)
        update.forgotten.remove(file.path)
      }
    case .success(let content):
      let state = FileState(
        size: file.size, modified: isSettled ? file.modified : 0, contentHash: TextHash(utf8: content.bytes))
      if known?.contentHash == state.contentHash {
        update.report.unchanged += 1
        batch.changes.files.append((key, state))
        return
      }
      if known == nil { update.report.added += 1 } else { update.report.updated += 1 }
      batch.append(
        StoredDocument(
          key: key, path: file.path, file: state, language: content.language.id,
          chunks: chunker.chunks(of: content.text, language: content.language)))
    }
  }

  private func read(_ file: FoundFile, in folder: String) -> Result<FileContent, SkippedRead> {
    FileContent.read(folder + "/" + file.path, policy: FilePolicy())
  }
}

/// A file that is worth indexing.
struct FileContent {
  let bytes: [UInt8]
  let text: String
  let language: Language

  static func read(_ path: String, policy: FilePolicy) -> Result<FileContent, SkippedRead> {
    SourceFile.bytes(path, limit: policy.largestFile).flatMap { bytes in
      let text = SourceFile.text(bytes)
      let language = Language.of(path: path, text: text)
      if let reason = policy.reason(bytes: bytes, language: language) {
        return .failure(SkippedRead(reason: reason, isByContent: true))
      }
      return .success(FileContent(bytes: bytes, text: text, language: language))
    }
  }
}

/// What a folder's update has to do, and has done.
private struct FolderUpdate {
  let folder: String
  let known: [DocumentKey: FileState]
  /// Files whose size or time are not as they were.
  let candidates: [FoundFile]
  /// Documents whose files are gone.
  var gone: [DocumentKey]
  /// Paths of files that were left out for what was in them, and are gone or changed.
  var forgotten: Set<String>
  var report = IndexReport()
  /// What is written.
  var progress = IndexProgress()
  /// What is written or in the batch.
  var pending = IndexProgress()
  /// Nanoseconds since 1970.
  let start: Int

  init(
    folder: String, walk: FolderWalk, of collection: any CollectionStorage, kept: Set<DocumentKey>
  ) async throws(CollectionError) {
    self.folder = folder
    known = try await collection.files()
    let unread = try await collection.unreadFiles()
    forgotten = Set(unread.keys)
    report.skipped = walk.skipped
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    start = Int(now.tv_sec) * 1_000_000_000 + Int(now.tv_nsec)
    var candidates: [FoundFile] = []
    var present = kept
    for file in walk.files {
      let key = Self.key(folder, file.path)
      present.insert(key)
      if kept.contains(key) || known[key].map({ $0.size == file.size && $0.modified == file.modified }) ?? false {
        report.unchanged += 1
      } else if let left = unread[file.path], left.size == file.size, left.modified == file.modified {
        report.skipped.append(SkippedFile(path: file.path, reason: left.reason))
        forgotten.remove(file.path)
      } else {
        candidates.append(file)
      }
    }
    self.candidates = candidates
    gone = known.keys.filter { !present.contains($0) }
    progress.total = candidates.count
    progress.bytesTotal = candidates.reduce(0) { $0 + $1.size }
    pending = progress
  }

  func key(_ path: String) -> DocumentKey { Self.key(folder, path) }

  private static func key(_ folder: String, _ path: String) -> DocumentKey {
    .uri(FileURI.uri(ofPath: folder + "/" + path))
  }

  mutating func finishBatch() {
    pending.embedded = report.embedded
    progress = pending
  }
}

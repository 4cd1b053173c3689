import Documents
import Engine
import Platform

/// What an update of a history's index has done.
public struct HistoryReport: Sendable, Equatable {
  /// Commits that are indexed now.
  public var commits = 0
  /// New ones.
  public var added = 0
  /// Those that HEAD does not lead to any more.
  public var removed = 0
  /// Chunks that had to be embedded.
  public var embedded = 0
  /// Commits of which not all is kept: of too many files, or too many lines.
  public var cut = 0
  /// Commits whose changes are not here, as in a clone that was made without files.
  public var incomplete = 0
  /// Whether there are older commits than are indexed.
  public var isShortened = false

  /// Nothing changed yet.
  public init() {}

  /// What a person should know of it, in a sentence each.
  public var notes: [String] {
    var notes: [String] = []
    if incomplete > 0 {
      notes.append(
        "of \(incomplete) commits the changes are not here, as in a clone without files: they are searched by their messages"
      )
    }
    if isShortened { notes.append("only the latest \(Indexer.mostCommits) commits are searched") }
    return notes
  }
}

extension Indexer {
  /// Commits of a history at most.
  public static let mostCommits = 200_000
  /// Commits that git is asked for at once.
  private static let commitGroup = 64
  private static let markKey = DocumentKey.id("HEAD")

  /// Brings the index of a repository's history up to date with its HEAD: only commits that are new are read and embedded.
  /// - Parameter progress: told of commits done, and of all that are new.
  /// - Throws: `HistoryError`, `CollectionError`, `EngineError`, `CancellationError`. What was written before stays.
  public func update(
    historyOf repository: GitRepository, progress: (IndexProgress) -> Void = { _ in }
  ) async throws -> HistoryReport {
    try await BlockingExecutor.waiting.host {
      guard let head = try repository.head() else { return HistoryReport() }
      let mark = "\(head) \(HistoryDocuments.version) \(repository.shallow == nil ? "whole" : "shallow")"
      if await store.has(repository.collectionName) {
        let last = try await Self.last(of: try await collection(repository.collectionName))
        if let last, last.mark == mark { return last.report }
      }
      guard let extractor else {
        throw HistoryError(.unreadable("there is no program that confines git"), folder: repository.folder)
      }
      let objects = try GitObjects(repository, in: store.folder, by: extractor)
      let list: [String]
      do throws(GitObjects.Failed) {
        list = try objects.ancestors(of: head, most: Self.mostCommits)
      } catch {
        throw Self.error(error, repository)
      }
      let collection: any CollectionStorage = try await collection(repository.collectionName)
      let lock = try await collection.lockForIndexing()
      defer { lock.release() }
      return try await bringUpToDate(collection, objects, list, mark: mark, progress)
    }
  }

  private func bringUpToDate(
    _ collection: any CollectionStorage, _ objects: GitObjects, _ list: [String], mark: String,
    _ progress: (IndexProgress) -> Void
  ) async throws -> HistoryReport {
    var report = HistoryReport()
    report.commits = list.count
    report.isShortened = list.count == Self.mostCommits
    let before = try await Self.last(of: collection)
    let isOfThisVersion = before?.mark.split(separator: " ").dropFirst().first == "\(HistoryDocuments.version)"
    // Of those that stay.
    (report.cut, report.incomplete) =
      isOfThisVersion ? (before?.report.cut ?? 0, before?.report.incomplete ?? 0) : (0, 0)
    let known = try await Self.commits(of: collection)
    let wanted = Set(list)
    let boundary = objects.repository.boundary
    // Where a shallow clone began, and does so no more, nothing is known of the changes yet.
    let moved = boundary.symmetricDifference(before?.boundary ?? [])
    let gone = known.filter { !wanted.contains($0.key) || !isOfThisVersion || moved.contains($0.key) }
    let new = list.filter { known[$0] == nil || gone[$0] != nil }
    report.removed = gone.keys.count { !wanted.contains($0) }
    report.added = new.count
    var state = IndexProgress()
    (state.total, state.bytesTotal) = (new.count, new.count)
    progress(state)
    let documents = HistoryDocuments(of: engine)
    var batch = Batch()
    batch.changes.removed = gone.values.flatMap { $0 }
    // Until it has its mark nothing counts as up to date; what is stored by then is of this version.
    let unfinished = "- \(HistoryDocuments.version)"
    batch.append(
      StoredDocument(key: Self.markKey, metadata: Self.metadata(unfinished, report, boundary), chunks: []))
    for start in stride(from: 0, to: new.count, by: Self.commitGroup) {
      try Task.checkCancellation()
      let group = Array(new[start..<min(start + Self.commitGroup, new.count)])
      for (commit, detail) in try read(group, objects) {
        let isBoundary = boundary.contains(commit.name)
        if detail == .message { report.incomplete += 1 }
        var commit = commit
        // What a shallow clone begins with seems to add everything.
        if isBoundary { commit.changes = [] }
        let made = documents.documents(commit, note: isBoundary ? "(where a shallow clone begins)" : nil)
        if made.isCut { report.cut += 1 }
        for document in made.documents { batch.append(document) }
        guard batch.isFull(Self.batchChunks) else { continue }
        report.embedded += try await write(batch, to: collection).embedded
        batch = Batch()
      }
      state.done = start + group.count
      (state.bytesDone, state.embedded) = (state.done, report.embedded)
      progress(state)
    }
    batch.append(StoredDocument(key: Self.markKey, metadata: Self.metadata(mark, report, boundary), chunks: []))
    report.embedded += try await write(batch, to: collection).embedded
    progress(state)
    return report
  }

  /// Commits with what git could tell of them: a group in which an object is missing, or that is too long, is read in parts.
  private func read(_ group: [String], _ objects: GitObjects) throws -> [(commit: GitCommit, detail: GitObjects.Detail)]
  {
    do throws(GitObjects.Failed) {
      let commits = try objects.commits(group, .lines)
      if commits.map(\.name) == group { return commits.map { ($0, .lines) } }
    } catch {
      if case .cancelled = error { throw CancellationError() }
    }
    if group.count > 1 {
      try Task.checkCancellation()
      let middle = group.count / 2
      return try read(Array(group[..<middle]), objects) + read(Array(group[middle...]), objects)
    }
    for detail in [GitObjects.Detail.names, .message] {
      do throws(GitObjects.Failed) {
        if let commit = try objects.commits(group, detail).first, commit.name == group[0] { return [(commit, detail)] }
      } catch {
        if case .cancelled = error { throw CancellationError() }
        if detail == .message { throw Self.error(error, objects.repository) }
      }
    }
    throw HistoryError(.unreadable("git does not tell of commit \(group[0])"), folder: objects.repository.folder)
  }

  private static func error(_ failed: GitObjects.Failed, _ repository: GitRepository) -> any Error {
    switch failed {
    case .cancelled: CancellationError()
    case .tooLong:
      HistoryError(
        .unreadable("git's answer is longer than \(GitObjects.longestAnswer >> 20) MB"), folder: repository.folder)
    case .unreadable(let reason): HistoryError(.unreadable(reason), folder: repository.folder)
    }
  }

  /// What the last update has left: the HEAD that it was of, and what is there.
  private static func last(
    of collection: any CollectionStorage
  ) async throws -> (mark: String, report: HistoryReport, boundary: Set<String>)? {
    guard let metadata = try await collection.document(markKey)?.metadata, case .string(let mark)? = metadata["mark"]
    else { return nil }
    func number(_ name: String) -> Int {
      guard case .number(let number)? = metadata[name] else { return 0 }
      return Int(exactly: number) ?? 0
    }
    var report = HistoryReport()
    (report.commits, report.cut, report.incomplete) = (number("commits"), number("cut"), number("incomplete"))
    report.isShortened = report.commits == mostCommits
    var boundary: Set<String> = []
    if case .string(let names)? = metadata["boundary"] {
      boundary = Set(names.split(separator: " ").map(String.init))
    }
    return (mark, report, boundary)
  }

  private static func metadata(
    _ mark: String, _ report: HistoryReport, _ boundary: Set<String>
  ) -> [String: MetadataValue] {
    [
      "mark": .string(mark), "commits": .number(Double(report.commits)), "cut": .number(Double(report.cut)),
      "incomplete": .number(Double(report.incomplete)),
      "boundary": .string(boundary.sorted().joined(separator: " ")),
    ]
  }

  /// The documents of each commit that is stored.
  private static func commits(of collection: any CollectionStorage) async throws -> [String: [DocumentKey]] {
    var commits: [String: [DocumentKey]] = [:]
    for (document, _) in try await collection.documents() where document.key != markKey {
      let name = document.key.text.utf8.prefix { $0 != UInt8(ascii: ":") }
      commits[String(decoding: name, as: UTF8.self), default: []].append(document.key)
    }
    return commits
  }
}

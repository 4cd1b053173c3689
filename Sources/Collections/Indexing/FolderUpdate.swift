import Documents
import Platform

/// What a collection knows of its folder's files. It is read before the folder is walked: a file that comes to both in between is
/// then new, and not one that has gone.
struct KnownFiles {
  /// By its document's key.
  let documents: [DocumentKey: FileState]
  /// By paths from the folder.
  let unread: [String: UnreadFile]

  init(of collection: any CollectionStorage) async throws(CollectionError) {
    documents = try await collection.files()
    unread = try await collection.unreadFiles()
  }
}

/// What a folder's update has to do, and has done.
struct FolderUpdate {
  let folder: String
  let options: UpdateOptions
  var largestFile = FilePolicy.usualLargestFile
  let known: [DocumentKey: FileState]
  /// Files that are not as they were.
  let candidates: [FoundFile]
  /// Documents whose files are gone.
  var gone: [DocumentKey]
  /// Paths of files that were left out for what was in them, and are gone or changed.
  var forgotten: Set<String>
  /// File systems that begin in the folder, to be remembered.
  private(set) var mounts: [String: UnreadFile] = [:]
  var report = IndexReport()
  /// What is written.
  var progress = IndexProgress()
  /// What is written or in the batch.
  var pending = IndexProgress()
  /// Nanoseconds since 1970.
  let start: Int

  /// - Parameters:
  ///   - walk: of the folder, later than `files`.
  ///   - machine: ``CollectionCatalog/machine``
  ///   - kept: documents that stay as they are.
  init(
    folder: String, _ files: KnownFiles, _ walk: FolderWalk, machine: Int, keeping kept: Set<DocumentKey>,
    options: UpdateOptions
  ) throws(WalkError) {
    self.folder = folder
    self.options = options
    known = files.documents
    let unread = files.unread
    let isSameDisk = unread["/"].map { $0 == Self.mount(walk.device, of: machine) } ?? true
    if !isSameDisk { try Self.checkNotUnmounted(folder, walk, known: known.count, options) }
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
      if kept.contains(key) || !options.readsAll && known[key].map({ Self.isSame($0, file) }) ?? false {
        report.unchanged += 1
      } else if !options.readsAll, let left = unread[file.path], left.size == file.size, left.stamp == file.stamp {
        report.skipped.append(SkippedFile(path: file.path, reason: left.reason))
        forgotten.remove(file.path)
      } else {
        candidates.append(file)
      }
    }
    self.candidates = candidates
    let missing = Self.missing(walk, before: unread, options)
    forgotten.subtract(missing)
    report.skipped += missing.map { SkippedFile(path: $0, reason: .notMounted) }
    // What cannot be looked at is not gone.
    let unseen = walk.skipped.filter(\.reason.isUnreadable).map(\.path) + missing
    let prefixes = unseen.map { Self.key(folder, $0 == "/" ? "" : $0).text }
    gone = known.keys.filter { key in
      !present.contains(key) && !prefixes.contains { Self.isIn(key.text, $0) }
    }
    noteMounts(walk, before: unread, of: machine)
    progress.isInTwoSteps = true
    progress.total = candidates.count
    progress.bytesTotal = candidates.reduce(0) { $0 + $1.size }
    pending = progress
  }

  private static func isSame(_ known: FileState, _ file: FoundFile) -> Bool {
    known.size == file.size && known.stamp == file.stamp
  }

  /// Whether a URI is that of a file, or begins as that of a folder, which ends with a slash.
  private static func isIn(_ uri: String, _ other: String) -> Bool {
    other.utf8.last == UInt8(ascii: "/") ? uri.utf8.starts(with: other.utf8) : uri.utf8.elementsEqual(other.utf8)
  }

  // MARK: File systems

  /// - Throws: where nothing is left of a folder that is on another file system than it was.
  private static func checkNotUnmounted(
    _ folder: String, _ walk: FolderWalk, known: Int, _ options: UpdateOptions
  ) throws(WalkError) {
    guard walk.files.isEmpty, known > 0, !options.acceptsEmptied else { return }
    throw WalkError(
      folder: folder,
      reason:
        "it is empty, and its file system is not the one that \(known) documents were indexed from: is it mounted? "
        + "Where it has really been emptied, 'akin index --emptied' says so")
  }

  /// Folders at which another file system began, and none does, with no files in them.
  private static func missing(
    _ walk: FolderWalk, before: [String: UnreadFile], _ options: UpdateOptions
  ) -> [String] {
    guard !options.acceptsEmptied else { return [] }
    return before.filter { path, file in
      file.reason == .notMounted && path != "/" && walk.mounts[String(path.dropLast())] == nil
        && !walk.files.contains { $0.path.utf8.starts(with: path.utf8) }
    }.map(\.key).sorted()
  }

  /// What is stored of a file system of a machine.
  static func mount(_ device: Int, of machine: Int) -> UnreadFile {
    UnreadFile(size: machine, stamp: device, reason: .notMounted)
  }

  private mutating func noteMounts(_ walk: FolderWalk, before: [String: UnreadFile], of machine: Int) {
    var now = ["/": walk.device]
    for (folder, device) in walk.mounts { now[folder + "/"] = device }
    for (path, device) in now {
      forgotten.remove(path)
      let mount = Self.mount(device, of: machine)
      if before[path] != mount { mounts[path] = mount }
    }
  }

  // MARK: Documents

  func key(_ path: String) -> DocumentKey { Self.key(folder, path) }

  private static func key(_ folder: String, _ path: String) -> DocumentKey {
    .uri(FileURI.uri(ofPath: (folder == "/" ? "" : folder) + "/" + path))
  }

  mutating func finishBatch() {
    pending.embedded = report.embedded
    progress = pending
  }
}

import Documents
import Engine
import Extraction
import Platform

extension Indexer {
  /// Files of a folder whose texts lead to the index that they are in.
  private static let leads = 16
  /// Documents of an index that are compared with a folder's files.
  private static let samples = 32

  /// Finds the index of a folder that was moved, by the folder's own files, and makes it this folder's. It must be the index of a
  /// folder that is not there any more although its file system is, so that one on a disk that is not mounted, or the
  /// original of a copy, keeps its own. Blocks.
  /// - Parameter walk: of the folder, of which nothing is stored.
  /// - Returns: the folder that it was the index of; nil where none was found.
  func moved(to folder: String, _ walk: FolderWalk) async -> String? {
    for candidate in await store.holders(of: hashes(walk, in: folder), space: VectorSpace(of: engine)) {
      guard let before = candidate.folder, before.utf8.elementsEqual(candidate.name.utf8), isGone(before),
        // A folder of another machine is not there either.
        let known = try? await KnownFiles(of: candidate),
        known.unread["/"] == FolderUpdate.mount(walk.device, of: store.machine),
        isOf(known, from: before, to: folder)
      else { continue }
      // What cannot be moved now, since another process is at it, is embedded anew from the same vectors.
      guard (try? await store.move(candidate.name, to: folder)) != nil else { continue }
      try? await PermittedFolders(of: store).remove(before)
      return before
    }
    return nil
  }

  private func isGone(_ folder: String) -> Bool {
    var status = stat()
    return lstat(folder, &status) != 0 && (errno == ENOENT || errno == ENOTDIR)
  }

  /// Texts by which the index of some of a folder's files is found: of each the first chunk.
  private func hashes(_ walk: FolderWalk, in folder: String) -> Set<TextHash> {
    var hashes: Set<TextHash> = []
    // What has to be taken out of documents takes longer, and is wanted where there is nothing else.
    let plain = walk.files.filter { DocumentFormat(path: $0.path) == nil }
    for file in plain.isEmpty ? Self.spread(walk.files, 2) : Self.spread(plain, Self.leads) {
      guard
        case .success(let content) = FileContent.read(
          folder + "/" + file.path, policy: FilePolicy(largestFile: FilePolicy.usualLargestFile), by: extractor),
        let chunk = chunker.chunks(of: content).first
      else { continue }
      hashes.insert(chunk.textHash)
    }
    return hashes
  }

  /// Whether nine of ten documents that an index has of files are files of this folder, of the same bytes.
  private func isOf(_ known: KnownFiles, from before: String, to folder: String) -> Bool {
    let prefix = FileURI.uri(ofFolder: before)
    let files = known.documents.filter { $0.value.size >= 0 && $0.key.text.utf8.starts(with: prefix.utf8) }
      .sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }
    let sample = Self.spread(files, Self.samples)
    let same = sample.count { key, state in
      guard let path = FileURI.path(ofURI: key.text), let inside = FilePath.inside(before, path) else { return false }
      return isSame(state, folder + "/" + inside)
    }
    return !sample.isEmpty && same * 10 >= sample.count * 9
  }

  private func isSame(_ state: FileState, _ path: String) -> Bool {
    guard let entry = FileEntry(path: path), entry.kind == .file, entry.size == state.size else { return false }
    if entry.stamp == state.stamp { return true }
    guard case .success(let bytes) = SourceFile.bytes(path, limit: state.size) else { return false }
    return FileContent.isSame(bytes, path, as: state.contentHash)
  }

  /// So many of a list, from all of it.
  private static func spread<Element>(_ list: [Element], _ count: Int) -> [Element] {
    guard list.count > count else { return list }
    return (0..<count).map { list[$0 * list.count / count] }
  }
}

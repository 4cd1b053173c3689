import Documents
import Platform

extension Indexer {
  /// Makes a folder's collection hold documents as an editor has them, in place of their files.
  ///
  /// What is stored of them has no file's size, so that the next update of the folder, by whomever, looks at the files
  /// again.
  /// - Parameters:
  ///   - buffers: documents with `file://` URIs below the folder. One that the folder's rules leave out is left out.
  ///   - closed: URIs of documents whose files count again.
  public func overlay(
    _ buffers: [IndexedText], restoring closed: [String], in collection: any CollectionStorage, folder: String
  ) async throws {
    try await BlockingExecutor.waiting.host {
      try await put(buffers, restoring: closed, in: collection, folder: folder)
    }
  }

  private func put(
    _ buffers: [IndexedText], restoring closed: [String], in collection: any CollectionStorage, folder: String
  ) async throws {
    var batch = Batch()
    let walk = await store.settings(of: collection.name).walk
    for buffer in buffers {
      let state = FileState(size: -1, stamp: nil, contentHash: TextHash(buffer.text))
      let known = try await collection.document(buffer.key)
      guard known?.file?.contentHash != state.contentHash, let path = Self.path(buffer.key.text, in: folder) else {
        continue
      }
      if known == nil, FolderWalk.reason(leavingOut: path, of: folder, options: walk) != nil { continue }
      let language = buffer.language.flatMap(Language.named) ?? .of(path: path, text: buffer.text)
      batch.append(
        StoredDocument(
          key: buffer.key, path: path, file: state, language: language.id,
          chunks: chunker.chunks(of: buffer.text, language: language)))
    }
    for uri in closed {
      restore(uri, in: folder, walk, &batch)
    }
    _ = try await write(batch, to: collection)
  }

  /// Blocks.
  private func restore(_ uri: String, in folder: String, _ walk: WalkOptions, _ batch: inout Batch) {
    guard let path = Self.path(uri, in: folder) else { return }
    guard FolderWalk.reason(leavingOut: path, of: folder, options: walk) == nil,
      let entry = FileEntry(path: folder + "/" + path),
      case .success(let content) = FileContent.read(
        folder + "/" + path, policy: FilePolicy(largestFile: walk.largestFile), by: extractor)
    else {
      batch.changes.removed.append(.uri(uri))
      return
    }
    let state = FileState(size: entry.size, stamp: nil, contentHash: content.hash)
    batch.append(
      StoredDocument(
        key: .uri(uri), path: path, file: state, language: content.language.id, chunks: chunker.chunks(of: content)))
  }

  /// The path from the folder of a URI below it.
  private static func path(_ uri: String, in folder: String) -> String? {
    FileURI.path(ofURI: uri).flatMap { FilePath.inside(folder, $0) }
  }
}

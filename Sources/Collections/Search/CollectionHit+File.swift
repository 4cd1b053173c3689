import Documents
import Platform

/// What has become of the file that a hit is from since it was indexed.
public enum FileChange: Sendable {
  /// Its lines are not those of the hit.
  case changed
  /// It is not there any more, which need not mean that it is gone: its file system may not be mounted.
  case missing
}

extension CollectionHit {
  /// What has become of the file; nil where it is as it was indexed, cannot be looked at, is no file, or is held by an editor.
  /// Blocks.
  public var fileChange: FileChange? {
    guard let file, file.size >= 0, case .uri(let uri) = key, let path = FileURI.path(ofURI: uri) else { return nil }
    switch FileEntry.of(path, in: AT_FDCWD) {
    case .failure(let error): return [ENOENT, ENOTDIR].contains(error.number) ? .missing : nil
    case .success(let now):
      guard now.kind == .file, now.size == file.size else { return .changed }
      // Where the times do not tell, as of a file that was indexed right after it was written, its bytes do.
      if now.stamp == file.stamp { return nil }
      guard case .success(let bytes) = SourceFile.bytes(path, limit: now.size) else { return nil }
      return FileContent.isSame(bytes, path, as: file.contentHash) ? nil : .changed
    }
  }
}

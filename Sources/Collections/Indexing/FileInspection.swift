import Platform

/// What indexing would make of a file.
public struct FileInspection: Sendable {
  /// A chunk with its tokens, special tokens included.
  public typealias Chunk = (chunk: DocumentChunk, tokens: Int)

  /// Taken or left.
  public enum Outcome: Sendable {
    /// It is left out.
    case skipped(SkipReason)
    /// It is cut so; the language is LSP's identifier.
    case chunks(language: String, [Chunk])
  }

  /// Taken or left.
  public let outcome: Outcome

  /// Looks at a file.
  /// - Parameters:
  ///   - path: from the root.
  ///   - root: the folder whose rules hold: an absolute path.
  ///   - options: which files take part.
  public init(path: String, root: String, chunker: Chunker, options: WalkOptions = WalkOptions()) async {
    outcome = await BlockingExecutor.reading.run {
      if let reason = FolderWalk.reason(leavingOut: path, of: root, options: options) { return .skipped(reason) }
      switch FileContent.read(root + "/" + path, policy: FilePolicy(largestFile: options.largestFile)) {
      case .failure(let skipped): return .skipped(skipped.reason)
      case .success(let content):
        return .chunks(
          language: content.language.id,
          chunker.chunks(of: content.text, language: content.language).map { ($0, chunker.tokenCount($0)) })
      }
    }
  }
}

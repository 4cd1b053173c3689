import Extraction
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
  ///   - extractor: takes the text out of documents.
  public init(
    path: String, root: String, chunker: Chunker, options: WalkOptions = WalkOptions(), extractor: Extractor? = nil
  ) async {
    outcome = await BlockingExecutor.reading.run {
      if let reason = FolderWalk.reason(leavingOut: path, of: root, options: options) { return .skipped(reason) }
      let policy = FilePolicy(largestFile: options.largestFile)
      switch FileContent.read(root + "/" + path, policy: policy, by: extractor) {
      case .failure(let skipped): return .skipped(skipped.reason)
      case .success(let content):
        return .chunks(
          language: content.language.id,
          chunker.chunks(of: content).map { ($0, chunker.tokenCount($0)) })
      }
    }
  }
}

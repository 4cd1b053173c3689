import Extraction
import Platform

/// Files as the index reads them.
public enum IndexedFile {
  private static let largest = 1 << 26

  /// The text of a document with its places, as it is indexed.
  /// - Parameter path: an absolute path.
  public static func document(
    at path: String, format: DocumentFormat, extractor: Extractor
  ) async -> Result<ExtractedText, ExtractionFailure> {
    await BlockingExecutor.reading.run {
      switch SourceFile.bytes(path, limit: FilePolicy(largestFile: largest).largestDocument) {
      case .failure(let skipped): .failure(.notDone(skipped.reason.description))
      case .success(let bytes): FileContent.text(of: bytes, format, extractor)
      }
    }
  }

  /// The text of a file, whatever encoding it is in; nil where it cannot be read, or is none that an index of the folder takes as it
  /// is now: it may hold a secret since it was indexed.
  /// - Parameters:
  ///   - path: from the root.
  ///   - root: the folder whose rules hold: an absolute path.
  ///   - options: which files take part.
  ///   - extractor: takes the text out of documents.
  public static func text(
    _ path: String, of root: String, options: WalkOptions, extractor: Extractor? = nil
  ) async -> String? {
    await BlockingExecutor.reading.run {
      guard let isAskedFor = FolderWalk.takes(path, of: root, options: options) else { return nil }
      let policy = FilePolicy(largestFile: options.largestFile)
      let file = (root == "/" ? "" : root) + "/" + path
      return try? FileContent.read(file, policy: policy, isAskedFor: isAskedFor, by: extractor).get().text
    }
  }
}
